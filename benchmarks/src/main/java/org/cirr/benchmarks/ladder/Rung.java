package org.cirr.benchmarks.ladder;

import java.util.List;
import org.cirr.backend.Backends;
import org.cirr.backend.Program;
import org.cirr.backend.Workspace;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Conv;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/** The rungs of the ladder in their order. */
enum Rung {
  PLAIN("seven loops, channels first"),
  CHANNELS_LAST("channels last"),
  VECTOR("vectors of output channels"),
  REGISTERS("12 x 2 sums in registers"),
  BANDS("bands and pieces in the caches"),
  THREADS("all threads"),
  WINOGRAD("Winograd, plain, one thread"),
  SHIPPED("the shipped kernel, all threads");

  private final String title;

  Rung(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /** Whether input and output are {@code [channels, z, y, x]}. */
  boolean channelsFirst() {
    return this == PLAIN;
  }

  /** The convolution in this form. */
  Convolution create(ConvShape shape, float[] weight, int threads) {
    return switch (this) {
      case PLAIN -> new PlainConvolution(shape, weight);
      case CHANNELS_LAST -> new ChannelsLastConvolution(shape, weight);
      case VECTOR -> new VectorConvolution(shape, weight);
      case REGISTERS -> new RegisterConvolution(shape, weight);
      case BANDS -> new BandConvolution(shape, weight, Workers.single());
      case THREADS -> new BandConvolution(shape, weight, Workers.of(threads));
      case WINOGRAD -> new WinogradConvolution(shape, weight);
      case SHIPPED -> shipped(shape, weight, Workers.of(threads));
    };
  }

  private static Convolution shipped(ConvShape shape, float[] weight, Workers workers) {
    Shape extents = Shape.of(1, shape.depth(), shape.height(), shape.width(), shape.in());
    Node x = Node.input("x", extents);
    Node w = Node.parameter("weight", Shape.of(shape.out(), shape.in(), 3, 3, 3));
    Graph graph = Graph.of(Node.of(Conv.same(new int[] {3, 3, 3}, new int[] {1, 1, 1}), x, w));
    Program program = Backends.of("simd").compile(graph, name -> Tensor.of(w.shape(), weight));
    Workspace workspace = program.newWorkspace();
    Shape result = graph.outputs().get(0).shape();
    return (input, output) ->
        program.run(
            workspace,
            List.of(Tensor.of(extents, input)),
            List.of(Tensor.of(result, output)),
            workers);
  }
}
