package org.cirr.backend.simd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Part;
import org.cirr.backend.cpu.View;

/**
 * Reads rows of a convolution's input into the cache: puts the parts of a concatenation side by
 * side, normalises and rectifies what the step before left raw, and adds the zero border.
 *
 * <p>So neither a concatenated nor a normalised tensor is ever written to memory.
 *
 * <p>The channels of each group are cut into chunks of {@link SimdRows#CHUNK}; a row is copied
 * chunk by chunk, so that neighbouring voxels lie CHUNK floats apart, or less where there is one
 * chunk.
 */
final class InputRows {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;

  private final Extents in;
  private final int groupChunks;
  private final int voxel;
  private final List<List<Segment>> chunks = new ArrayList<>();
  private final int[] widths; // of the chunks
  private final int[] partChannels;
  private final int[] periods;
  private final Activation[] activations; // null where a part is read as it is

  /** Channels of one part that lie side by side in one chunk. */
  private record Segment(int part, int from, int to, int length) {}

  InputRows(Extents in, int groups, List<Part> parts) {
    this(in, groups, parts, SimdRows.CHUNK);
  }

  /**
   * Voxels lie {@code voxel} floats apart.
   *
   * @param voxel less than a chunk only where all channels of a group fit
   */
  InputRows(Extents in, int groups, List<Part> parts, int voxel) {
    this.in = in;
    this.voxel = voxel;
    int count = parts.size();
    partChannels = new int[count];
    periods = new int[count];
    activations = new Activation[count];
    for (int i = 0; i < count; i++) {
      Part part = parts.get(i);
      partChannels[i] = part.source().shape().dim(-1);
      periods[i] = new ChannelScale(partChannels[i]).period();
      activations[i] = part.isPlain() ? null : Activation.of(part.activation());
    }
    int perGroup = in.c() / groups;
    groupChunks = (perGroup + SimdRows.CHUNK - 1) / SimdRows.CHUNK;
    for (int k = 0; k < groups * groupChunks; k++) {
      int first = k / groupChunks * perGroup + k % groupChunks * SimdRows.CHUNK;
      int end = Math.min(first + SimdRows.CHUNK, (k / groupChunks + 1) * perGroup);
      chunks.add(segments(first, end));
    }
    widths =
        chunks.stream()
            .mapToInt(chunk -> inVectors(chunk.stream().mapToInt(Segment::length).sum()))
            .toArray();
  }

  private List<Segment> segments(int first, int end) {
    List<Segment> segments = new ArrayList<>();
    int channel = 0;
    for (int part = 0; part < partChannels.length; part++) {
      int from = Math.max(first, channel);
      int to = Math.min(end, channel + partChannels[part]);
      if (from < to) {
        segments.add(new Segment(part, from - channel, from - first, to - from));
      }
      channel += partChannels[part];
    }
    return segments;
  }

  /** The number of chunks of all groups. */
  int chunks() {
    return chunks.size();
  }

  /** Floats of a chunk that hold channels, whole vectors; those behind them are nobody's. */
  int width(int chunk) {
    return widths[chunk];
  }

  /** The floats that some channels take in whole vectors. */
  static int inVectors(int channels) {
    return (channels + LANES - 1) / LANES * LANES;
  }

  /** Floats between neighbouring voxels. */
  int voxel() {
    return voxel;
  }

  /** The first chunk of a group. */
  int firstChunk(int group) {
    return group * groupChunks;
  }

  /**
   * Copies one chunk of a row (n, z, y), from column {@code x} on; what lies outside is 0.
   *
   * @param x may be negative
   * @param places where each of the {@code count} voxels goes, from {@code at} on
   */
  void copy(
      Operands operands,
      int chunk,
      int n,
      int z,
      int y,
      int x,
      int count,
      int[] places,
      float[] to,
      int at) {
    boolean inside = z >= 0 && z < in.d() && y >= 0 && y < in.h();
    int left = inside ? Math.min(count, Math.max(0, -x)) : count;
    int right = inside ? Math.max(left, Math.min(count, in.w() - x)) : count;
    clear(0, left, places, to, at);
    clear(right, count, places, to, at);
    int voxel = ((n * in.d() + z) * in.h() + y) * in.w() + x;
    for (Segment segment : chunks.get(chunk)) {
      if (left >= right) {
        return;
      }
      View view = operands.inputs[segment.part];
      int from = view.offset + voxel * partChannels[segment.part] + segment.from;
      if (activations[segment.part] == null) {
        copy(segment, view.array, from, left, right, places, to, at + segment.to);
      } else {
        View table = operands.tables[segment.part];
        int tableAt = table.offset + n * 3 * periods[segment.part] + segment.from;
        int target = at + segment.to;
        normalise(segment, view.array, from, left, right, table.array, tableAt, places, to, target);
      }
    }
  }

  private void clear(int from, int end, int[] places, float[] to, int at) {
    for (int v = from; v < end; v++) {
      Arrays.fill(to, at + places[v], at + places[v] + voxel, 0);
    }
  }

  private void copy(
      Segment segment,
      float[] in,
      int from,
      int left,
      int right,
      int[] places,
      float[] to,
      int at) {
    int own = partChannels[segment.part];
    if (segment.length == own && isDense(places, left, right, own)) {
      System.arraycopy(in, from + left * own, to, at + places[left], (right - left) * own);
      return;
    }
    if (segment.length < 8) { // too short for a call each
      for (int v = left; v < right; v++) {
        for (int c = 0; c < segment.length; c++) {
          to[at + places[v] + c] = in[from + v * own + c];
        }
      }
      return;
    }
    if (segment.length % LANES == 0) { // many short calls of System.arraycopy would take longer
      for (int c = 0; c < segment.length; c += LANES) {
        copyVectors(in, from + c, own, left, right, places, to, at + c);
      }
      return;
    }
    for (int v = left; v < right; v++) {
      System.arraycopy(in, from + v * own, to, at + places[v], segment.length);
    }
  }

  /** Whether voxels go to where they lie already; of places sorted by stride, the second tells. */
  private static boolean isDense(int[] places, int left, int right, int own) {
    return right - left == 1
        || places[left + 1] - places[left] == own
            && places[right - 1] - places[left] == (right - 1 - left) * own;
  }

  private static void copyVectors(
      float[] in, int from, int own, int left, int right, int[] places, float[] to, int at) {
    for (int v = left; v < right; v++) {
      FloatVector.fromArray(F, in, from + v * own).intoArray(to, at + places[v]);
    }
  }

  private void normalise(
      Segment segment,
      float[] in,
      int from,
      int left,
      int right,
      float[] table,
      int tableAt,
      int[] places,
      float[] to,
      int at) {
    int own = partChannels[segment.part];
    int period = periods[segment.part];
    Activation activation = activations[segment.part];
    int c = 0;
    for (; c + LANES <= segment.length; c += LANES) {
      FloatVector mean = FloatVector.fromArray(F, table, tableAt + c);
      FloatVector factor = FloatVector.fromArray(F, table, tableAt + period + c);
      FloatVector shift = FloatVector.fromArray(F, table, tableAt + 2 * period + c);
      for (int v = left; v < right; v++) {
        FloatVector x = FloatVector.fromArray(F, in, from + v * own + c).sub(mean);
        activation.apply(x.fma(factor, shift)).intoArray(to, at + places[v] + c);
      }
    }
    for (; c < segment.length; c++) {
      float mean = table[tableAt + c];
      float factor = table[tableAt + period + c];
      float shift = table[tableAt + 2 * period + c];
      for (int v = left; v < right; v++) {
        float x = in[from + v * own + c] - mean;
        to[at + places[v] + c] = activation.apply(Math.fma(x, factor, shift));
      }
    }
  }

  /** Places of {@code count} voxels so that every {@code stride}-th ones are neighbours. */
  int[] places(int count, int stride) {
    int[] places = new int[count];
    int each = phaseLength(count, stride);
    for (int v = 0; v < count; v++) {
      places[v] = (v % stride * each + v / stride) * voxel;
    }
    return places;
  }

  /** The voxels of one phase: those that are neighbours at the given stride. */
  static int phaseLength(int count, int stride) {
    return (count + stride - 1) / stride;
  }
}
