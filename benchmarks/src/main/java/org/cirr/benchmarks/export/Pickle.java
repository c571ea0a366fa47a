package org.cirr.benchmarks.export;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes Python's pickle format, protocol 2, as far as a TorchScript archive needs it.
 *
 * <p><b>Source</b>: CPython, {@code pickletools.py}; PyTorch, {@code
 * torch/csrc/jit/serialization/pickler.cpp}.
 */
final class Pickle {
  private static final int PROTOCOL = 0x80;
  private static final int MARK = '(';
  private static final int TUPLE = 't';
  private static final int EMPTY_TUPLE = ')';
  private static final int EMPTY_DICT = '}';
  private static final int SET_ITEMS = 'u';
  private static final int GLOBAL = 'c';
  private static final int NEW_OBJECT = 0x81;
  private static final int REDUCE = 'R';
  private static final int BUILD = 'b';
  private static final int PERSISTENT_ID = 'Q';
  private static final int TRUE = 0x88;
  private static final int FALSE = 0x89;
  private static final int STOP = '.';

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  Pickle() {
    op(PROTOCOL, 2);
  }

  /** The bytes of an empty tuple. */
  static byte[] emptyTuple() {
    return new Pickle().op(EMPTY_TUPLE).stop();
  }

  /** Begins an object of a class; its attributes follow, each a text and a value. */
  Pickle object(String module, String name) {
    return global(module, name).op(EMPTY_TUPLE, NEW_OBJECT, EMPTY_DICT, MARK);
  }

  /** Ends what {@link #object} began. */
  Pickle build() {
    return op(SET_ITEMS, BUILD);
  }

  Pickle bool(boolean value) {
    return op(value ? TRUE : FALSE);
  }

  Pickle text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    op('X').int4(bytes.length).out.writeBytes(bytes);
    return this;
  }

  /** A contiguous float tensor whose values are the archive's record {@code data/key}. */
  Pickle tensor(String key, int elements, int[] extents) {
    int[] strides = new int[extents.length];
    int stride = 1;
    for (int axis = extents.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= extents[axis];
    }
    global("torch._utils", "_rebuild_tensor_v2").op(MARK);
    op(MARK).text("storage").global("torch", "FloatStorage").text(key).text("cpu");
    whole(elements).op(TUPLE, PERSISTENT_ID);
    whole(0).tuple(extents).tuple(strides).bool(false);
    return global("collections", "OrderedDict").op(EMPTY_TUPLE, REDUCE, TUPLE, REDUCE);
  }

  byte[] stop() {
    op(STOP);
    return out.toByteArray();
  }

  private Pickle op(int... bytes) {
    for (int value : bytes) {
      out.write(value);
    }
    return this;
  }

  private Pickle global(String module, String name) {
    op(GLOBAL).out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    return this;
  }

  private Pickle tuple(int... values) {
    op(MARK);
    for (int value : values) {
      whole(value);
    }
    return op(TUPLE);
  }

  private Pickle whole(int value) {
    return op('J').int4(value);
  }

  private Pickle int4(int value) {
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    return this;
  }
}
