package org.cirr.nn.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.cirr.io.nnunet.Architecture;
import org.cirr.io.nnunet.Configuration;
import org.cirr.io.nnunet.Normalization;
import org.cirr.nn.random.Draws;

/** Prepared cases of noise, with a box of label 1 and a single voxel of label 2. */
final class TestCases {
  static final List<List<Integer>> CLASSES = List.of(List.of(1), List.of(2));

  private TestCases() {}

  static float value(int channel, int index) {
    return (float) Draws.of(channel, index).normal();
  }

  static short label(int[] shape, int index) {
    int z = index / shape[2] / shape[1];
    int y = index / shape[2] % shape[1];
    int x = index % shape[2];
    if (index == shape[0] * shape[1] * shape[2] - 1) {
      return 2;
    }
    return (short) (y < 2 ? -1 : y > 4 && x < shape[2] / 2 && z < 3 ? 1 : 0);
  }

  static PreparedCase write(Path folder, String name, int channels, int... shape)
      throws IOException {
    int voxels = shape[0] * shape[1] * shape[2];
    float[][] values = new float[channels][voxels];
    short[] labels = new short[voxels];
    for (int i = 0; i < voxels; i++) {
      labels[i] = label(shape, i);
      for (int c = 0; c < channels; c++) {
        values[c][i] = value(c, i);
      }
    }
    Path file = folder.resolve(name + PreparedCase.ENDING);
    PreparedCase.write(
        file,
        "key of " + name,
        java.util.Arrays.asList(values),
        labels,
        shape,
        new double[] {3, 2, 1},
        ClassLocations.of(labels, CLASSES));
    return PreparedCase.open(file);
  }

  static Configuration configuration(int channels, Integer... patch) {
    boolean volume = patch.length == 3;
    List<Integer> one = volume ? List.of(1, 1, 1) : List.of(1, 1);
    List<Integer> two = volume ? List.of(1, 2, 2) : List.of(2, 2);
    Architecture network =
        new Architecture(
            Architecture.Kind.PLAIN,
            patch.length,
            List.of(8, 16, 16),
            List.of(one, one, one),
            List.of(one, two, two),
            List.of(2, 2, 2),
            List.of(2, 2),
            true,
            1e-5,
            true,
            0.01,
            8);
    return new Configuration(
        "test",
        List.of(patch),
        java.util.Collections.nCopies(patch.length, 1.0),
        java.util.Collections.nCopies(
            channels, new Normalization(Normalization.Scheme.ZSCORE, false)),
        null,
        null,
        null,
        network,
        null);
  }
}
