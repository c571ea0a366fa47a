package org.cirr.backend.simd;

import java.util.function.Function;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.TransposedWindow;
import org.cirr.backend.cpu.View;
import org.cirr.graph.Node;
import org.cirr.op.ConvTranspose;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;

/** {@link ConvTranspose}: output row by output row, the columns of one phase together. */
/*
 * Design. The plain form is ScalarConvTranspose. Output columns x with the same (x + padding) mod
 * stride form a phase: they use the same kernel columns kx, on neighbouring input columns. So a phase
 * of a row is a small convolution with runs of Cin values, and SimdRows does the work; only the
 * writing has a step. With kernel = stride (nnU-Net) every output voxel has exactly one tap.
 */
final class SimdConvTranspose implements Kernel {
  private final TransposedWindow window;
  private final Extents in;
  private final Extents out;
  private final int[] kernel;
  private final int[] stride;
  private final int[] padding;
  private final int[] dilation;
  private final int perGroup; // input channels one group reads
  private final ChannelBlocks blocks;
  private final int phaseLength;

  SimdConvTranspose(ConvTranspose conv, Step step, Function<Node, Tensor> parameters) {
    window = TransposedWindow.of(conv, step);
    in = window.in();
    out = window.out();
    kernel = window.kernel();
    stride = window.stride();
    padding = window.padding();
    dilation = window.dilation();
    perGroup = in.c() / conv.groups();
    int outPerGroup = out.c() / conv.groups();
    phaseLength = (out.w() - 1) / stride[2] + 1;
    int taps = window.taps();
    float[] w = parameters.apply(step.node().inputs().get(1)).array();
    float[] bias =
        step.node().inputs().size() > 2
            ? parameters.apply(step.node().inputs().get(2)).array()
            : null;
    blocks =
        new ChannelBlocks(
            out.c(),
            conv.groups(),
            perGroup,
            taps,
            (o, i, tap) -> {
              int channel = o / outPerGroup * perGroup + i;
              return w[(channel * outPerGroup + o % outPerGroup) * taps + tap];
            },
            bias);
  }

  @Override
  public long scratchLength() {
    return phaseLength * 2L * Lanes.COUNT;
  }

  @Override
  public void run(View[] inputs, View output, float[][] scratch, Workers workers) {
    workers.forEach(
        out.n() * out.d() * out.h(), (slot, row) -> row(inputs[0], output, scratch[slot], row));
  }

  private void row(View input, View output, float[] sums, int row) {
    int y = row % out.h();
    int z = row / out.h() % out.d();
    int n = row / out.h() / out.d();
    for (int b = 0; b < blocks.count(); b++) {
      ChannelBlocks.Block block = blocks.get(b);
      for (int first = 0; first < Math.min(stride[2], out.w()); first++) {
        int count = (out.w() - first + stride[2] - 1) / stride[2];
        blocks.startSums(b, sums, 0, count);
        addPlanes(input, sums, n, z, y, first, count, block);
        int to = output.offset + (row * out.w() + first) * out.c() + block.first();
        for (int k = 0; k < count; k++) {
          System.arraycopy(
              sums,
              k * block.width(),
              output.array,
              to + k * stride[2] * out.c(),
              block.channels());
        }
      }
    }
  }

  private void addPlanes(
      View input,
      float[] sums,
      int n,
      int z,
      int y,
      int first,
      int count,
      ChannelBlocks.Block block) {
    for (int kz = 0; kz < kernel[0]; kz++) {
      int iz = window.source(0, z, kz);
      for (int ky = 0; ky < kernel[1] && iz >= 0; ky++) {
        int iy = window.source(1, y, ky);
        if (iy >= 0) {
          int from = input.offset + ((n * in.d() + iz) * in.h() + iy) * in.w() * in.c();
          int tap = (kz * kernel[1] + ky) * kernel[2];
          addColumns(input.array, from, tap, sums, first, count, block);
        }
      }
    }
  }

  /** Adds the kernel columns that reach the phase of output column {@code first}. */
  private void addColumns(
      float[] array,
      int from,
      int tap,
      float[] sums,
      int first,
      int count,
      ChannelBlocks.Block block) {
    for (int kx = 0; kx < kernel[2]; kx++) {
      int reach = first + padding[2] - kx * dilation[2];
      if (Math.floorMod(reach, stride[2]) != 0) {
        continue; // another phase's column
      }
      int shift = Math.floorDiv(reach, stride[2]); // input column of position 0
      int low = Math.max(0, -shift);
      int high = Math.min(count, in.w() - shift);
      if (low < high) {
        SimdRows.add(
            array,
            from + (low + shift) * in.c() + block.group() * perGroup,
            in.c(),
            perGroup,
            blocks.weight(),
            block.at() + (tap + kx) * perGroup * block.width(),
            block.vectors(),
            sums,
            low * block.width(),
            high - low);
      }
    }
  }

  @Override
  public String describe() {
    return "rows by phase";
  }

  @Override
  public long weightBytes() {
    return blocks.bytes();
  }
}
