package org.cirr.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cirr.backend.Backend;
import org.cirr.backend.Program;
import org.cirr.backend.TileStream;
import org.cirr.backend.TileWork;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.nn.segment.GaussianMap;
import org.cirr.nn.segment.LogitsAccumulator;
import org.cirr.nn.segment.LogitsSlice;
import org.cirr.nn.segment.Precision;
import org.cirr.nn.segment.TileGrid;
import org.cirr.op.Conv;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Half;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomGraphs;
import org.cirr.testing.RandomTensors;

/**
 * A sliding window of a network of one layer: on the device, and the plain way through {@link
 * LogitsAccumulator} with the same programs.
 */
record TileCase(
    int[] image,
    int[] patch,
    double step,
    int channels,
    int programs,
    List<boolean[]> flips,
    Precision precision,
    boolean weighted) {
  static final int CLASSES = 3;
  static final long SEED = 5;

  private static final List<Integer> ONE = List.of(1, 1, 1);

  /** Image, patch. */
  private static final int[][][] SHAPES = {
    {{9, 7, 5}, {4, 4, 4}},
    {{1, 5, 17}, {3, 7, 8}}, // smaller than the patch along two axes
    {{7, 1, 3}, {2, 4, 2}},
    {{3, 3, 3}, {5, 5, 5}}, // one tile
    {{1, 1, 1}, {1, 1, 1}},
    {{5, 9, 6}, {5, 6}}, // a 2D model goes through every slice
    {{17, 2, 3}, {4, 2, 2}}, // the ring goes round several times
  };

  /** No mirroring. */
  static final List<boolean[]> PLAIN = List.of(new boolean[3]);

  /** Every set of the three axes. */
  static List<boolean[]> allFlips() {
    List<boolean[]> flips = new ArrayList<>();
    for (int set = 0; set < 8; set++) {
      flips.add(new boolean[] {(set & 1) > 0, (set & 2) > 0, (set & 4) > 0});
    }
    return flips;
  }

  /** Several tiles of two programs. */
  static TileCase simple(Precision precision) {
    return new TileCase(
        new int[] {9, 7, 5}, new int[] {4, 4, 4}, 0.5, 1, 2, PLAIN, precision, true);
  }

  /** All that changes the result, though not every two of them together. */
  static List<TileCase> all() {
    List<TileCase> cases = new ArrayList<>();
    for (int[][] shapes : SHAPES) {
      for (Precision precision : List.of(Precision.REFERENCE, Precision.FLOAT32)) {
        int[] image = shapes[0];
        int[] patch = shapes[1];
        List<boolean[]> one = List.of(new boolean[3], new boolean[] {false, true, false});
        List<boolean[]> all = allFlips();
        cases.add(new TileCase(image, patch, 0.5, 1, 1, PLAIN, precision, true));
        cases.add(new TileCase(image, patch, 0.3, 2, 1, one, precision, true));
        cases.add(new TileCase(image, patch, 1, 1, 2, all, precision, true));
        cases.add(new TileCase(image, patch, 0.5, 1, 3, PLAIN, precision, false));
      }
    }
    return cases;
  }

  TileGrid grid() {
    return TileGrid.of(image, patch, step);
  }

  TileWork work() {
    TileGrid grid = grid();
    int longest = 0;
    for (int tile = 1; tile < grid.count(); tile++) {
      longest = Math.max(longest, grid.start(tile)[0] - grid.start(tile - 1)[0]);
    }
    int slots = Math.min(image[0], grid.patch()[0] + longest);
    boolean half = precision == Precision.REFERENCE;
    return new TileWork(
        image, channels, grid.patch(), CLASSES, programs, flips, slots, half, weighted);
  }

  /** Unlike along each axis, so that a tile that is mirrored wrongly shows. */
  Graph graph() {
    int[] p = grid().patch();
    Node x = Node.input("x", Shape.of(1, p[0], p[1], p[2], channels));
    Node weight = Node.parameter("weight", Shape.of(CLASSES, channels, 3, 3, 3));
    return Graph.of(Node.of(new Conv(ONE, ONE, ONE, 1), x, weight));
  }

  List<Program> compile(Backend backend) {
    Graph graph = graph();
    List<Program> compiled = new ArrayList<>();
    for (int i = 0; i < programs; i++) {
      compiled.add(backend.compile(graph, RandomGraphs.parameters(graph, SEED + i)));
    }
    return compiled;
  }

  List<float[]> scan() {
    List<float[]> scan = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      scan.add(RandomTensors.normal(Shape.of(image), SEED + c).array());
    }
    return scan;
  }

  private short[] halves() {
    return weighted ? GaussianMap.of(patch) : null;
  }

  float[] gaussian() {
    if (!weighted) {
      return null;
    }
    float[] counts = new float[halves().length];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = Half.toFloat(halves()[i]);
    }
    return counts;
  }

  private int plane() {
    return image[1] * image[2];
  }

  /** All logits, {@code [slice][program][class][y][x]}. */
  float[] onDevice(Backend backend, List<Program> compiled) {
    try (TileStream stream =
        backend.tileDevice().orElseThrow().open(work(), compiled, scan(), gaussian())) {
      return onDevice(stream);
    }
  }

  /** Slices are read as late as they may be: just before others are finished. */
  private float[] onDevice(TileStream stream) {
    TileGrid grid = grid();
    float[] all = new float[image[0] * programs * CLASSES * plane()];
    int read = 0;
    int finished = 0;
    for (int tile = 0; tile < grid.count(); tile++) {
      if (grid.finishedBefore(tile) > finished) {
        read(stream, read, finished, all);
        read = finished;
        finished = grid.finishedBefore(tile);
        stream.finish(finished);
      }
      int[] start = grid.start(tile);
      Arrays.setAll(start, axis -> start[axis] - grid.padBefore()[axis]);
      for (int pass = 0; pass < programs * flips.size(); pass++) {
        if (stream.full()) {
          stream.await();
        }
        stream.pass(start, pass / flips.size(), pass % flips.size());
      }
    }
    read(stream, read, finished, all);
    stream.finish(image[0]);
    read(stream, finished, image[0], all);
    return all;
  }

  private void read(TileStream stream, int first, int end, float[] all) {
    float[] floats = new float[plane()];
    short[] halves = new short[plane()];
    for (int slice = first; slice < end; slice++) {
      for (int row = 0; row < programs * CLASSES; row++) {
        if (precision == Precision.REFERENCE) {
          stream.read(slice, row / CLASSES, row % CLASSES, halves);
          for (int i = 0; i < floats.length; i++) {
            floats[i] = Half.toFloat(halves[i]);
          }
        } else {
          stream.read(slice, row / CLASSES, row % CLASSES, floats);
        }
        System.arraycopy(floats, 0, all, (slice * programs * CLASSES + row) * plane(), plane());
      }
    }
  }

  /** Whether a backend's device gives the bits that its host adds up. */
  boolean holds(Backend backend) {
    List<Program> compiled = compile(backend);
    return Arrays.equals(onHost(compiled), onDevice(backend, compiled));
  }

  /** The same with tiles and sums in the heap. */
  float[] onHost(List<Program> compiled) {
    TileGrid grid = grid();
    float[] all = new float[image[0] * programs * CLASSES * plane()];
    for (int program = 0; program < programs; program++) {
      LogitsAccumulator sums = new LogitsAccumulator(grid, CLASSES, precision, halves());
      List<LogitsSlice> slices = new ArrayList<>();
      for (int tile = 0; tile < grid.count(); tile++) {
        sums.drain(tile, slices::add);
        sums.add(tile, predict(compiled.get(program), tile), Workers.single());
      }
      sums.drain(grid.count(), slices::add);
      for (int slice = 0; slice < image[0]; slice++) {
        for (int i = 0; i < CLASSES * plane(); i++) {
          all[((slice * programs) + program) * CLASSES * plane() + i] =
              slices.get(slice).get(i / plane(), i % plane());
        }
      }
    }
    return all;
  }

  private float[] predict(Program program, int tile) {
    int[] p = grid().patch();
    Tensor in = Tensor.zeros(program.graph().inputs().get(0).shape());
    grid().read(scan(), tile, in.array());
    float[] sum = null;
    for (boolean[] flip : flips) {
      Tensor mirrored = Tensor.of(in.shape(), mirrored(in.array(), p, channels, flip));
      float[] out = program.run(List.of(mirrored), Workers.single()).get(0).array();
      float[] back = mirrored(out, p, CLASSES, flip);
      float[] before = sum;
      sum = back;
      for (int i = 0; before != null && i < sum.length; i++) {
        sum[i] = before[i] + back[i];
      }
    }
    for (int i = 0; i < sum.length; i++) {
      sum[i] /= flips.size();
    }
    return sum;
  }

  private static float[] mirrored(float[] from, int[] p, int width, boolean[] flip) {
    float[] to = new float[from.length];
    for (int i = 0; i < from.length; i++) {
      int z = i / width / p[2] / p[1];
      int y = i / width / p[2] % p[1];
      int x = i / width % p[2];
      z = flip[0] ? p[0] - 1 - z : z;
      y = flip[1] ? p[1] - 1 - y : y;
      x = flip[2] ? p[2] - 1 - x : x;
      to[((z * p[1] + y) * p[2] + x) * width + i % width] = from[i];
    }
    return to;
  }

  @Override
  public String toString() {
    return String.format(
        "%s in %s, step %s, %d channels, %d programs, %d passes, %s%s",
        Arrays.toString(image),
        Arrays.toString(patch),
        step,
        channels,
        programs,
        flips.size(),
        precision,
        weighted ? ", weighted" : "");
  }
}
