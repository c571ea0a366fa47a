package org.cirr.io.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes pickles opcode by opcode, for tests. */
final class PickleBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  PickleBytes op(int... bytes) {
    for (int value : bytes) {
      out.write(value);
    }
    return this;
  }

  PickleBytes text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    op('X').int4(bytes.length).out.writeBytes(bytes);
    return this;
  }

  PickleBytes line(String text) {
    out.writeBytes((text + "\n").getBytes(StandardCharsets.UTF_8));
    return this;
  }

  PickleBytes int4(int value) {
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    return this;
  }

  PickleBytes whole(int value) {
    return op('J').int4(value);
  }

  PickleBytes global(String module, String name) {
    return op('c').line(module).line(name);
  }

  /** A tuple of whole numbers. */
  PickleBytes tuple(int... values) {
    op('(');
    for (int value : values) {
      whole(value);
    }
    return op('t');
  }

  /** A tensor as PyTorch pickles it. */
  PickleBytes tensor(String type, String key, int elements, int offset, int[] size, int[] stride) {
    global("torch._utils", "_rebuild_tensor_v2").op('(');
    op('(').text("storage").global("torch", type + "Storage").text(key).text("cpu");
    whole(elements).op('t', 'Q');
    whole(offset).tuple(size).tuple(stride).op(0x89);
    global("collections", "OrderedDict").op(')', 'R');
    return op('t', 'R');
  }

  byte[] stop() {
    return op('.').out.toByteArray();
  }
}
