package org.cirr.cuda;

import java.util.List;
import org.cirr.backend.cpu.AttentionLayout;
import org.cirr.op.Attention;

/** Launches of {@code attention.cu} and {@code tensor_attention.cu}. */
final class AttentionKernels {
  private static final int KEYS = 128; // KEYS in attention.cu

  /** Shared memory that a block can have without asking for more, less what is declared. */
  private static final int MOST_SHARED = 40 << 10;

  private AttentionKernels() {}

  static List<Launch> attention(Attention op, StepPlaces places) {
    AttentionLayout layout = AttentionLayout.of(op, places.step());
    TensorAttention tensor = TensorAttention.of(layout, places.arithmetic());
    Launch launch = tensor == null ? plain(layout) : tensor.launch();
    double scale =
        tensor == null ? op.scale() : op.scale() / Math.log(2); // which takes powers of 2
    launch
        .at(places.output())
        .at(places.input(layout.input()[0]))
        .at(places.input(layout.input()[1]))
        .at(places.input(layout.input()[2]))
        .at(op.bias() ? places.input(layout.biasInput()) : Place.NONE)
        .at(op.regions() ? places.input(places.count() - 1) : Place.NONE)
        .real(scale)
        .struct(struct(layout));
    if (tensor != null) {
      launch.struct(tensor.blocks());
    }
    return List.of(launch);
  }

  private static Launch plain(AttentionLayout a) {
    int shared = Float.BYTES * (a.depth() + KEYS + a.width());
    if (shared > MOST_SHARED) {
      throw new UnsupportedOperationException(
          "backend 'cuda' runs Attention with at most "
              + (MOST_SHARED / Float.BYTES - KEYS)
              + " channels of a head's keys and values together, got "
              + (a.depth() + a.width()));
    }
    return Launch.of("attention", "attention")
        .grid((long) a.samples() * a.heads() * a.queries(), 1, 1)
        .block(KEYS, 1)
        .shared(shared);
  }

  /** {@code Attention} in attention.cuh. */
  private static int[] struct(AttentionLayout a) {
    return CudaKernels.joined(
        new int[] {a.samples(), a.heads(), a.queries(), a.keys(), a.depth(), a.width()},
        a.first(),
        a.row(),
        a.biasStride(),
        CudaKernels.one(a.windows()));
  }
}
