package org.cirr.io.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.cirr.tensor.Tensor;

/**
 * Turns values into a pickle of protocol 2 as {@code torch.save} makes them; the values of tensors
 * go into storages beside it.
 *
 * <p>Only opcodes and names that {@code torch.load(weights_only=True)} accepts are written.
 */
final class PickleWriter {
  /*
   * Nothing is put into the memo: it would save bytes, but every value that the reader needs once
   * only is complete without it. Tensors with one array get one storage, which is what makes two
   * names one tensor again.
   */
  private static final int MOST_DEPTH = 100;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final IdentityHashMap<float[], Integer> keys = new IdentityHashMap<>();
  private final List<float[]> storages;

  private PickleWriter(List<float[]> storages) {
    this.storages = storages;
  }

  /**
   * The pickle of a value.
   *
   * @param storages takes the arrays of the tensors, each once; its position is its key
   */
  static byte[] write(Object value, List<float[]> storages) {
    PickleWriter writer = new PickleWriter(storages);
    writer.op(0x80);
    writer.op(2);
    writer.value(value, "", 0);
    writer.op('.');
    return writer.out.toByteArray();
  }

  private void value(Object value, String place, int depth) {
    if (depth > MOST_DEPTH) {
      throw new IllegalArgumentException(
          "a checkpoint's values may be nested " + MOST_DEPTH + " deep, " + place + " is deeper");
    }
    if (value == null) {
      op('N');
    } else if (value instanceof Boolean flag) {
      op(flag ? 0x88 : 0x89);
    } else if (value instanceof Integer || value instanceof Long) {
      whole(((Number) value).longValue());
    } else if (value instanceof Float || value instanceof Double) {
      op('G');
      bytes(ByteBuffer.allocate(8).putDouble(((Number) value).doubleValue()));
    } else if (value instanceof String text) {
      text(text);
    } else if (value instanceof Tensor tensor) {
      tensor(tensor);
    } else if (value instanceof Map<?, ?> map) {
      map(map, place, depth);
    } else if (value instanceof List<?> list) {
      op(']');
      elements(list, 'e', place, depth);
    } else if (value instanceof Object[] tuple) {
      elements(Arrays.asList(tuple), 't', place, depth);
    } else {
      throw new IllegalArgumentException(
          "a checkpoint cannot hold a "
              + value.getClass().getName()
              + " at "
              + (place.isEmpty() ? "the top" : place.substring(1))
              + "; give null, a boolean, a number, a text, a tensor, a list, a map or an array");
    }
  }

  private void map(Map<?, ?> map, String place, int depth) {
    op('}');
    op('(');
    map.forEach(
        (key, value) -> {
          if (!(key instanceof String) && !(key instanceof Integer) && !(key instanceof Long)) {
            throw new IllegalArgumentException(
                "the keys of a checkpoint are texts or whole numbers, got " + key);
          }
          value(key, place, depth + 1);
          value(value, place + "." + key, depth + 1);
        });
    op('u');
  }

  private void elements(List<?> elements, int end, String place, int depth) {
    op('(');
    for (int i = 0; i < elements.size(); i++) {
      value(elements.get(i), place + "[" + i + "]", depth + 1);
    }
    op(end);
  }

  /** Rebuilds a tensor from a storage, an offset, extents, strides, no gradient and no hooks. */
  private void tensor(Tensor tensor) {
    int key = keys.computeIfAbsent(tensor.array(), this::newStorage);
    global("torch._utils", "_rebuild_tensor_v2");
    op('(');
    op('(');
    text("storage");
    global("torch", "FloatStorage");
    text(Integer.toString(key));
    text("cpu");
    whole(tensor.array().length);
    op('t');
    op('Q');
    whole(0);
    wholes(Arrays.stream(tensor.shape().toArray()).asLongStream().toArray());
    wholes(TensorRef.rowMajor(tensor.shape()).stream().mapToLong(Long::longValue).toArray());
    op(0x89);
    global("collections", "OrderedDict");
    op(')');
    op('R');
    op('t');
    op('R');
  }

  private int newStorage(float[] array) {
    storages.add(array);
    return storages.size() - 1;
  }

  private void wholes(long[] values) {
    op('(');
    for (long value : values) {
      whole(value);
    }
    op('t');
  }

  private void whole(long value) {
    if (value == (int) value) {
      op('J');
      bytes(ByteBuffer.allocate(4).putInt(Integer.reverseBytes((int) value)));
    } else {
      op(0x8a);
      op(8);
      bytes(ByteBuffer.allocate(8).putLong(Long.reverseBytes(value)));
    }
  }

  private void text(String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    op('X');
    bytes(ByteBuffer.allocate(4).putInt(Integer.reverseBytes(encoded.length)));
    out.writeBytes(encoded);
  }

  private void global(String module, String name) {
    op('c');
    out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  private void bytes(ByteBuffer buffer) {
    out.writeBytes(buffer.array());
  }

  private void op(int opcode) {
    out.write(opcode);
  }
}
