package org.cirr.benchmarks.export;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/** A graph's weights as raw floats in the order of its parameters, read one tensor at a time. */
public final class WeightsFile implements AutoCloseable {
  private static final int PIECE = 1 << 16;

  private final FileChannel channel;
  private final Map<String, Shape> shapes = new HashMap<>();
  private final Map<String, Long> offsets = new HashMap<>();

  private WeightsFile(FileChannel channel, Graph graph) {
    this.channel = channel;
    long offset = 0;
    for (Node parameter : graph.parameters()) {
      shapes.put(Graph.label(parameter), parameter.shape());
      offsets.put(Graph.label(parameter), offset);
      offset += 4 * parameter.shape().elements();
    }
  }

  /** Writes the weights into a file, which is replaced. */
  public static void write(Path file, Graph graph, Function<String, Tensor> weights)
      throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (Node parameter : graph.parameters()) {
        out.write(LittleEndian.floats(weights.apply(Graph.label(parameter)).array()));
      }
    }
  }

  /** Opens what {@link #write} wrote for a graph of the same parameters. */
  public static WeightsFile open(Path file, Graph graph) throws IOException {
    return new WeightsFile(FileChannel.open(file), graph);
  }

  /** The tensor of a parameter. */
  public Tensor get(String name) {
    try {
      Tensor tensor = Tensor.zeros(shapes.get(name));
      ByteBuffer piece = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
      long offset = offsets.get(name);
      float[] values = tensor.array();
      for (int done = 0; done < values.length; done += PIECE / 4) {
        int count = Math.min(PIECE / 4, values.length - done);
        piece.clear().limit(4 * count);
        while (piece.hasRemaining()) {
          if (channel.read(piece, offset + 4L * done + piece.position()) < 0) {
            throw new IOException("the file of weights ends inside " + name);
          }
        }
        piece.flip();
        piece.asFloatBuffer().get(values, done, count);
      }
      return tensor;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
