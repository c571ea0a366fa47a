package org.cirr.cuda;

import java.util.List;
import org.cirr.backend.cpu.AttentionLayout;
import org.cirr.op.Attention;

/** Launches of {@code attention.cu}. */
final class AttentionKernels {
  private static final int KEYS = 128; // KEYS in attention.cu

  /** Shared memory that a block can have without asking for more, less what is declared. */
  private static final int MOST_SHARED = 40 << 10;

  private AttentionKernels() {}

  static List<Launch> attention(Attention op, StepPlaces places) {
    AttentionLayout a = AttentionLayout.of(op, places.step());
    int shared = Float.BYTES * (a.depth() + KEYS + a.width());
    if (shared > MOST_SHARED) {
      throw new UnsupportedOperationException(
          "backend 'cuda' runs Attention with at most "
              + (MOST_SHARED / Float.BYTES - KEYS)
              + " channels of a head's keys and values together, got "
              + (a.depth() + a.width()));
    }
    int[] layout =
        CudaKernels.joined(
            new int[] {a.samples(), a.heads(), a.queries(), a.keys(), a.depth(), a.width()},
            a.first(),
            a.row(),
            a.biasStride(),
            CudaKernels.one(a.windows()));
    return List.of(
        Launch.of("attention", "attention")
            .grid((long) a.samples() * a.heads() * a.queries(), 1, 1)
            .block(KEYS, 1)
            .shared(shared)
            .at(places.output())
            .at(places.input(a.input()[0]), places.input(a.input()[1]), places.input(a.input()[2]))
            .at(op.bias() ? places.input(a.biasInput()) : Place.NONE)
            .at(op.regions() ? places.input(places.count() - 1) : Place.NONE)
            .real(op.scale())
            .struct(layout));
  }
}
