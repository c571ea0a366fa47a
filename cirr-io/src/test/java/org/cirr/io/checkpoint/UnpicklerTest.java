package org.cirr.io.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.SeekableBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class UnpicklerTest {
  private static Object read(byte[] pickle) throws IOException {
    return PickleFile.read(SeekableBytes.of(Path.of("x.pkl"), pickle));
  }

  private static Object read(String pickle) throws IOException {
    return read(pickle.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String refusal(byte[] pickle) {
    return assertThrows(MalformedFileException.class, () -> read(pickle)).getMessage();
  }

  private static void assertRefused(String problem, String pickle) {
    assertEquals(
        "x.pkl: pickle " + problem + "; the file is damaged, or is no pickle of PyTorch or nnU-Net",
        refusal(pickle.getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Test
  void protocolZeroTextIsRead() throws IOException {
    // pickle.dumps({'a': [1, 2.5, None, True, 'x']}, 0)
    Map<?, ?> map = (Map<?, ?>) read("(dp0\nVa\np1\n(lp2\nI1\naF2.5\naNaI01\naVx\np3\nas.");
    List<?> list = (List<?>) map.get("a");
    assertEquals(1L, list.get(0));
    assertEquals(2.5, list.get(1));
    assertNull(list.get(2));
    assertEquals(true, list.get(3));
    assertEquals("x", list.get(4));
    assertEquals(12L, read("L12L\n."));
    assertEquals("it", read("S'it'\n."));
  }

  @Test
  void theMemoKeepsMoreThanAByteOfIndices() throws IOException {
    PickleBytes pickle = new PickleBytes().op('(');
    for (int i = 0; i < 300; i++) {
      pickle.op(']').op('r').int4(i);
    }
    List<?> list = (List<?>) read(pickle.op('j').int4(299).op('t').stop());
    assertEquals(301, list.size());
    assertSame(list.get(299), list.get(300), "the object itself, not a copy");
  }

  @Test
  void deepNestingNeedsNoStack() throws IOException {
    byte[] pickle = new byte[200_002];
    Arrays.fill(pickle, (byte) 0x85);
    pickle[0] = 'N';
    pickle[pickle.length - 1] = '.';
    Object value = read(pickle);
    assertEquals("list of 1", value.toString());
    assertEquals(value, value);
    Arrays.fill(pickle, 1, pickle.length - 1, (byte) '(');
    assertTrue(refusal(pickle).contains("takes a value from an empty stack"));
  }

  @Test
  void aListInsideItselfHasTextEqualityAndHash() throws IOException {
    List<?> list = (List<?>) read("]q\u0000h\u0000a.");
    assertSame(list, list.get(0));
    assertEquals("list of 1", list.toString());
    assertEquals(list.hashCode(), list.get(0).hashCode());
    assertNotEquals(list, List.of());
    Map<?, ?> map = (Map<?, ?>) read("}q\u0000K\u0001h\u0000s.");
    assertSame(map, map.get(1L));
    assertEquals("dictionary of 1", map.toString());
    assertEquals(map.hashCode(), map.get(1L).hashCode());
    Map<?, ?> keyed = (Map<?, ?>) read("}q\u0000]q\u0001h\u0001ah\u0000s.");
    assertEquals(1, keyed.size());
  }

  @Test
  void numpyScalarsOfBothByteOrdersAreDecoded() throws IOException {
    for (String order : List.of("<", ">")) {
      PickleBytes pickle = new PickleBytes().global("numpy.core.multiarray", "scalar");
      pickle.global("numpy", "dtype").op('(').text("f8").op(0x89, 0x88, 't', 'R');
      pickle.op('(').whole(3).text(order).op('t', 'b');
      pickle.op('C', 8);
      long bits = Double.doubleToLongBits(-1.25);
      for (int i = 0; i < 8; i++) {
        pickle.op((int) (bits >>> 8 * (order.equals("<") ? i : 7 - i)) & 0xff);
      }
      assertEquals(-1.25, read(pickle.op(0x86, 'R').stop()));
    }
  }

  @Test
  void bytesWrittenAsLatin1TextAreBytes() throws IOException {
    PickleBytes pickle = new PickleBytes().global("_codecs", "encode");
    byte[] bytes = (byte[]) read(pickle.text("\u00ffA").text("latin1").op(0x86, 'R').stop());
    assertEquals("[-1, 65]", Arrays.toString(bytes));
  }

  @Test
  void orderedDictionariesSetsAndSizesAreContainers() throws IOException {
    PickleBytes pickle = new PickleBytes().global("collections", "OrderedDict");
    pickle.op(']', ']').text("a").op('a').whole(1).op('a', 'a', 0x85, 'R');
    pickle.op('}').text("_metadata").op('N', 's', 'b');
    assertEquals(1L, ((Map<?, ?>) read(pickle.stop())).get("a"));
    assertEquals(
        "list of 2",
        read(new PickleBytes().global("torch", "Size").tuple(3, 4).op(0x85, 'R').stop())
            .toString());
    assertEquals(
        "list of 2",
        read(new PickleBytes().global("builtins", "set").tuple(3, 4).op(0x85, 'R').stop())
            .toString());
    assertEquals(
        "list of 1", read(new PickleBytes().op(0x8f, '(').whole(3).op(0x90).stop()).toString());
    assertEquals(
        "<pathlib.PosixPath>",
        read(new PickleBytes().text("pathlib").text("PosixPath").op(0x93).stop()).toString());
  }

  @Test
  void damagedPicklesAreRefusedWithTheirPosition() {
    assertRefused("ends without its STOP opcode at byte 1", "N");
    assertRefused("ends without its STOP opcode at byte 0", "");
    assertRefused("takes a value from an empty stack at byte 1", ".");
    assertRefused("has the opcode 0x7f, which is not read, just before at byte 1", "\u007f.");
    assertRefused("closes a group that was not opened at byte 1", "t.");
    assertRefused("needs 2147483647 more bytes and has 1 at byte 5", "X\u00ff\u00ff\u00ff\u007f.");
    assertRefused("asks for value 5, which was not stored, at byte 2", "h\u0005.");
    assertRefused("appends to something that is no list at byte 4", "K\u0001Na.");
    assertRefused("sets a key of something that is no dictionary at byte 4", "NNNs.");
    assertRefused("sets a key without a value at byte 4", "}(Nu.");
    assertRefused("has protocol 6, read are 0 to 5, at byte 2", "\u0080\u0006N.");
    assertRefused("ends inside a line of text at byte 1", "cos");
    assertRefused("has no whole number where one should be, at byte 3", "Ix\n.");
    assertRefused("has no number where one should be, at byte 3", "Fx\n.");
    assertRefused("has a text without quotes at byte 3", "Sx\n.");
    assertRefused("has a whole number of 65 bytes, at most 64 are read, at byte 2", "\u008aA.");
  }

  @Test
  void badTensorsAreRefused() {
    String end = "; the file is damaged, or is no pickle of PyTorch or nnU-Net";
    byte[] negative =
        new PickleBytes().tensor("Float", "0", 3, 0, new int[] {-1}, new int[] {1}).stop();
    assertTrue(
        refusal(negative)
            .startsWith(
                "x.pkl: pickle has a tensor with a size or stride that is negative or too"));
    byte[] offset =
        new PickleBytes().tensor("Float", "0", 3, -4, new int[] {1}, new int[] {1}).stop();
    assertEquals(
        "x.pkl: pickle has a tensor with the offset -4 at byte " + (offset.length - 1) + end,
        refusal(offset));
  }

  @Test
  void copiesAreBoundedByTheLength() {
    // One text of 100 000 characters, turned into bytes ten thousand times.
    PickleBytes pickle = new PickleBytes().text("x".repeat(100_000)).op('q', 0, '0');
    pickle.text("latin1").op('q', 1, '0').global("_codecs", "encode").op('q', 2, '0');
    for (int i = 0; i < 10_000; i++) {
      pickle.op('h', 2, 'h', 0, 'h', 1, 0x86, 'R', '0');
    }
    assertTrue(
        refusal(pickle.op('N').stop()).contains("copies more than its own length justifies"));
  }

  @Test
  void tensorsAreBoundedByTheLength() {
    // One list of arguments of a tensor with 64 extents, called 200 000 times.
    int[] ones = new int[64];
    Arrays.fill(ones, 1);
    PickleBytes pickle = new PickleBytes().global("torch._utils", "_rebuild_tensor_v2");
    pickle.op('q', 0, '0', '(', '(').text("storage").global("torch", "FloatStorage");
    pickle.text("0").text("cpu").whole(1).op('t', 'Q').whole(0).tuple(ones).tuple(ones);
    pickle.op('t', 'q', 1, '0', '(');
    for (int i = 0; i < 200_000; i++) {
      pickle.op('h', 0, 'h', 1, 'R');
    }
    assertTrue(
        refusal(pickle.op('t').stop()).contains("copies more than its own length justifies"));
  }

  @Test
  @Timeout(20) // minutes, where each call looks at the whole text
  void aLongNameOfATypeIsNotCopied() throws IOException {
    PickleBytes pickle = new PickleBytes().global("numpy", "dtype").op('(');
    pickle.text("x".repeat(10_000_000)).op('t', 'R', 'q', 0, '0');
    pickle.global("numpy.core.multiarray", "scalar").op('q', 1, '0');
    pickle.op('(', 'h', 0, 'C', 1, 7, 't', 'q', 2, '0', '(');
    for (int i = 0; i < 200_000; i++) {
      pickle.op('h', 1, 'h', 2, 'R', '0');
    }
    assertEquals(List.of(), read(pickle.op('t').stop()));
  }

  @Test
  void opcodesAreCounted() {
    byte[] pickle = new byte[4_000_002];
    Arrays.fill(pickle, (byte) 'N');
    assertTrue(refusal(pickle).contains("has more than 4000000 opcodes"));
  }
}
