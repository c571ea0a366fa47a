package org.cirr.benchmarks.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The wire format; that whole files are right, ONNX Runtime says in ContestantsTest. */
class OnnxFileTest {
  private static byte[] bytes(ProtoMessage message) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    message.writeTo(out);
    return out.toByteArray();
  }

  private static byte[] hex(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  @Test
  void numbersAreVarints() throws IOException {
    assertArrayEquals(hex(0x08, 0x96, 0x01), bytes(new ProtoMessage().number(1, 150)));
    assertArrayEquals(hex(0xA0, 0x01, 0x00), bytes(new ProtoMessage().number(20, 0)));
    assertArrayEquals(
        hex(0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01),
        bytes(new ProtoMessage().number(1, -1)));
  }

  @Test
  void textAndMessagesHaveALength() throws IOException {
    assertArrayEquals(hex(0x12, 0x02, 'h', 'i'), bytes(new ProtoMessage().text(2, "hi")));
    assertArrayEquals(
        hex(0x1A, 0x03, 0x08, 0x96, 0x01),
        bytes(new ProtoMessage().message(3, new ProtoMessage().number(1, 150))));
  }

  @Test
  void floatsAreFourBytes() throws IOException {
    assertArrayEquals(hex(0x15, 0x00, 0x00, 0x80, 0x3F), bytes(new ProtoMessage().float32(2, 1f)));
  }
}
