package org.cirr.cuda;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.cirr.backend.cpu.Bindings;
import org.cirr.graph.Node;
import org.cirr.op.Parameter;
import org.cirr.tensor.Tensor;

/** What a program holds on the device from run to run: parameters, constants and tables. */
final class Held {
  private static final int LINE = 32; // floats that pieces begin at multiples of

  private final List<Piece> pieces = new ArrayList<>();
  private final Map<Node, Place> nodes = new IdentityHashMap<>();
  private long length;

  /**
   * One array.
   *
   * @param node whose value it is, or null for a table
   * @param packing what makes a {@code float[]} or {@code int[]} of the value, or null
   * @param table a {@code float[]} or {@code int[]}, or null for a node's value
   */
  private record Piece(long offset, Node node, Function<float[], ?> packing, Object table) {}

  private Place add(long elements, Node node, Function<float[], ?> packing, Object table) {
    pieces.add(new Piece(length, node, packing, table));
    Place place = new Place(Place.Area.HELD, length);
    length += (elements + LINE - 1) / LINE * LINE;
    return place;
  }

  /** The value of a parameter or constant. */
  Place node(Node node) {
    return nodes.computeIfAbsent(node, key -> add(key.shape().elements(), key, null, null));
  }

  /** Its values in another order. */
  Place packed(Node node, UnaryOperator<float[]> packing) {
    return add(node.shape().elements(), node, packing, null);
  }

  /** Its values as words of four bytes. */
  Place words(Node node, long length, Function<float[], int[]> packing) {
    return add(length, node, packing, null);
  }

  Place table(int[] values) {
    return add(values.length, null, null, values);
  }

  Place table(float[] values) {
    return add(values.length, null, null, values);
  }

  long bytes() {
    return length * Float.BYTES;
  }

  /** Copies tables and constants; parameters are {@link #bind bound}. */
  void uploadTables(Transfer transfer, long address) {
    for (Piece piece : pieces) {
      long at = address + Float.BYTES * piece.offset();
      if (piece.table() instanceof int[] ints) {
        transfer.upload(at, ints);
      } else if (piece.table() instanceof float[] floats) {
        transfer.upload(at, floats);
      } else if (!(piece.node().op() instanceof Parameter)) {
        upload(piece, Bindings.parameter(piece.node(), null), transfer, at);
      }
    }
  }

  /** Copies the parameters. */
  void bind(Function<String, Tensor> parameters, Transfer transfer, long address) {
    for (Piece piece : pieces) {
      if (piece.node() != null && piece.node().op() instanceof Parameter) {
        Tensor value = Bindings.parameter(piece.node(), parameters);
        upload(piece, value, transfer, address + Float.BYTES * piece.offset());
      }
    }
  }

  private static void upload(Piece piece, Tensor value, Transfer transfer, long at) {
    float[] array = value.array();
    Object packed = piece.packing() == null ? array : piece.packing().apply(array);
    if (packed instanceof int[] words) {
      transfer.upload(at, words);
    } else {
      transfer.upload(at, (float[]) packed);
    }
  }
}
