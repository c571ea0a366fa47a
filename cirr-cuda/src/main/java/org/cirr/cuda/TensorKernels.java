package org.cirr.cuda;

import java.util.List;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Part;
import org.cirr.backend.cpu.Step;
import org.cirr.graph.Node;
import org.cirr.op.Linear;

/** Launches of {@code tensor_conv.cu}: convolutions and what is like them, on tensor cores. */
final class TensorKernels {
  static final String FILE = "tensor_conv";

  static final int THREADS = 128; // of a block; in tensor.cuh

  private TensorKernels() {}

  /** Whether the kernels compute a node. */
  static boolean take(Node node) {
    TensorConv conv = TensorConv.of(node);
    return conv != null && Bricks.of(conv) != null;
  }

  /**
   * The floats of statistics that a step leaves: two doubles for each brick and channel. None where
   * a brick's voxels are not those of one sample.
   */
  static long statisticsLength(Step step) {
    TensorConv conv = TensorConv.of(step.node());
    if (conv == null || conv.columns() != conv.cout() || step.node().op() instanceof Linear) {
      return 0;
    }
    Bricks bricks = Bricks.of(conv);
    return bricks == null ? 0 : 4L * conv.in().n() * bricks.perSample() * conv.cout();
  }

  static List<Launch> launches(Arithmetic arithmetic, StepPlaces places) {
    Step step = places.step();
    TensorConv conv = TensorConv.of(step.node());
    Bricks bricks = Bricks.of(conv);
    boolean two = step.parts().size() > 1;
    int[] channels = TensorConv.channels(step.node(), two);
    TensorWeights weights = new TensorWeights(arithmetic, conv, bricks);
    Launch launch =
        Launch.of(FILE, "tensor_conv_" + arithmetic + "_" + bricks.columns())
            .grid(
                (long) conv.in().n() * bricks.perSample(),
                bricks.paddedColumns(conv) / bricks.columns(),
                1)
            .block(THREADS, 1)
            .shared((int) bricks.sharedBytes())
            .at(places.output())
            .at(step.leavesStatistics() ? places.statistics() : Place.NONE);
    for (int i = 0; i < 2; i++) {
      Part part = i == 0 || two ? step.parts().get(i) : null;
      launch
          .at(part == null ? Place.NONE : places.value(part.source()))
          .at(part == null || part.norm() == null ? Place.NONE : places.value(part.norm()))
          .real(part == null ? 1 : Rectifier.slope(part.activation()));
    }
    return List.of(
        launch
            .at(places.words(1, weights.length(), weights::packed), places.input(2))
            .real(Rectifier.slope(step.activation()))
            .struct(struct(conv, bricks, channels, weights)));
  }

  /** {@code Bricks} in tensor_conv.cu. */
  private static int[] struct(
      TensorConv conv, Bricks bricks, int[] channels, TensorWeights weights) {
    boolean vectors =
        channels[0] % weights.pieceLength() == 0 && channels[1] % weights.pieceLength() == 0;
    return CudaKernels.joined(
        CudaKernels.one(conv.in().n()),
        extents(conv.in()),
        channels,
        extents(conv.out()),
        CudaKernels.one(conv.cout()),
        conv.kernel(),
        conv.stride(),
        conv.padding(),
        conv.dilation(),
        conv.up(),
        bricks.edge(),
        bricks.load(),
        bricks.count(),
        new int[] {bricks.pieces(), bricks.paddedColumns(conv), vectors ? 1 : 0});
  }

  private static int[] extents(Extents extents) {
    return new int[] {extents.d(), extents.h(), extents.w()};
  }
}
