package org.cirr.nn.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.cirr.backend.BackendReport;
import org.cirr.backend.Backends;
import org.cirr.backend.Program;
import org.cirr.io.checkpoint.NnUnetCheckpoint;
import org.cirr.io.nnunet.Configuration;
import org.cirr.io.nnunet.ModelFolder;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomTensors;
import org.cirr.testing.Shared;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole trained networks, on a patch small enough for the scalar backend. */
class WholeNetworkTest {
  private static final long SEED = 20261121;

  /** Of the output's range; what the issue allows for whole networks. */
  private static final double TOLERANCE = 2e-5;

  @ParameterizedTest
  @CsvSource({
    "plain_chaos, 8 32 48",
    "regions, 4 48 32",
    "resenc_iso, 16 24 8",
    "random_2ch, 16 8 24",
    "plain_2d, 48 80"
  })
  void allBackendsAgreeAndThreadsChangeNothing(String name, String patchText) throws IOException {
    Path folder = Shared.require("goldens/nnunet/models/" + name);
    ModelFolder model = ModelFolder.open(folder);
    NnUnetCheckpoint checkpoint =
        NnUnetCheckpoint.read(folder.resolve("fold_0/checkpoint_final.pth"));
    Configuration configuration = model.plans().configuration(checkpoint.configuration());
    List<Integer> patch = Arrays.stream(patchText.split(" ")).map(Integer::valueOf).toList();
    NnUnet network =
        NnUnet.of(
            configuration.architecture(),
            patch,
            model.dataset().channelNames().size(),
            model.dataset().labels().heads());
    network.check(checkpoint.weights(), name);
    Tensor input = RandomTensors.normal(network.prediction().inputs().get(0).shape(), SEED);
    float[] reference = null;
    for (BackendReport backend : Backends.report()) {
      if (!backend.available()) {
        continue;
      }
      Program program =
          Backends.of(backend.name())
              .compile(network.prediction(), NnUnet.parameters(checkpoint.weights()));
      float[] one = program.run(List.of(input), Workers.single()).get(0).array();
      float[] three = program.run(List.of(input), Workers.of(3)).get(0).array();
      assertArrayEquals(one, three, backend.name() + " with one and three threads");
      if (reference == null) {
        reference = one;
      } else {
        assertClose(reference, one, name + " on " + backend.name());
      }
    }
  }

  private static void assertClose(float[] expected, float[] actual, String what) {
    assertEquals(expected.length, actual.length);
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    float worst = 0;
    for (int i = 0; i < expected.length; i++) {
      low = Math.min(low, expected[i]);
      high = Math.max(high, expected[i]);
      worst = Math.max(worst, Math.abs(expected[i] - actual[i]));
    }
    double relative = worst / (high - low);
    System.out.printf("%-30s %.2e of the range%n", what, relative);
    assertTrue(relative <= TOLERANCE, what + " differs by " + relative + ", seed " + SEED);
  }
}
