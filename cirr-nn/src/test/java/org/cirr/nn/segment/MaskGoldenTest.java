package org.cirr.nn.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.cirr.io.nifti.NiftiVolume;
import org.cirr.io.npy.NpyArray;
import org.cirr.nn.GoldenUnits;
import org.cirr.testing.Share;
import org.cirr.testing.Shared;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Volume;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** From scan to mask, against the masks that nnU-Net wrote, for every model and case there is. */
class MaskGoldenTest {
  /** nnU-Net's own float32 noise changes 0 to 3 voxels; the issue allows 3 in 100,000. */
  private static final double ALLOWED = 3e-5;

  private static final Map<String, Segmenter> OPENED = new HashMap<>();

  /**
   * A mask of nnU-Net's.
   *
   * @param number counts the large ones
   */
  record Case(String model, String scan, String tag, int number) {
    /** A whole scan, or eight passes over each tile. */
    boolean isLarge() {
      return scan.startsWith("chaos") || tag.equals("tta");
    }

    Path mask() {
      return Shared.require(folder() + "/mask_" + tag + ".nii.gz");
    }

    String folder() {
      return "goldens/nnunet/cases/" + model + "/" + scan;
    }

    boolean wantsProbabilities() {
      return tag.equals("prob");
    }

    SegmentOptions options() {
      SegmentOptions options = SegmentOptions.defaults().withMirroring(tag.equals("tta"));
      return tag.equals("step08_nogauss") ? options.withStepSize(0.8).withGaussian(false) : options;
    }

    @Override
    public String toString() {
      return model + " " + scan + " " + tag;
    }
  }

  static Stream<Case> cases() throws IOException {
    Path root = Shared.require("goldens/nnunet/cases");
    List<Case> cases = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      files
          .filter(file -> file.getFileName().toString().matches("mask_.*\\.nii\\.gz"))
          .sorted()
          .forEach(
              file -> {
                String name = file.getFileName().toString();
                cases.add(
                    new Case(
                        file.getParent().getParent().getFileName().toString(),
                        file.getParent().getFileName().toString(),
                        name.substring(5, name.length() - 7),
                        (int) cases.stream().filter(Case::isLarge).count()));
              });
    }
    assertEquals(50, cases.size(), "masks under " + root);
    return cases.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void theMaskIsNnUnets(Case test) throws IOException {
    if (test.isLarge()) {
      Share.require(test.number());
    }
    List<Volume> scan = scan(test.scan());
    Segmentation result =
        segmenter(test)
            .run(
                new SegmentRequest(
                    scan, test.wantsProbabilities(), SegmentProgress.NONE, () -> false));
    LabelMap expected = NiftiVolume.readLabels(test.mask());
    assertEquals(expected.shape(), result.labels().shape());
    int different = 0;
    for (int i = 0; i < expected.length(); i++) {
      different += expected.get(i) == result.labels().get(i) ? 0 : 1;
    }
    System.out.printf(
        "%-12s %-9s %-15s %d of %d voxels differ%n",
        test.model(), test.scan(), test.tag(), different, expected.length());
    assertTrue(
        different <= Math.floor(ALLOWED * expected.length()),
        different + " of " + expected.length() + " voxels differ");
    Path probabilities = Shared.require(test.folder()).resolve("probabilities_prob_f16.npy.gz");
    if (test.wantsProbabilities() && Files.exists(probabilities)) {
      assertProbabilities(NpyArray.read(probabilities), result.probabilities());
    }
  }

  /**
   * The golden was rounded to half, by at most 2^-12 between 0.5 and 1. Logits are halves too:
   * where float32 noise of the network tips one to its neighbour, 2^-8 away at most here, the
   * probability moves by up to a quarter of that; this must be rare.
   */
  private static void assertProbabilities(NpyArray expected, float[][] actual) {
    float[] values = GoldenUnits.floats(expected);
    int voxels = actual[0].length;
    assertEquals(values.length, actual.length * voxels);
    int tipped = 0;
    for (int i = 0; i < values.length; i++) {
      double difference = Math.abs(values[i] - actual[i / voxels][i % voxels]);
      tipped += difference > 0x1p-12 + 2e-5 ? 1 : 0;
      assertTrue(difference < 0x1p-10 + 0x1p-12, "value " + i + " differs by " + difference);
    }
    assertTrue(tipped <= values.length / 1000, tipped + " of " + values.length + " values moved");
  }

  private static Segmenter segmenter(Case test) throws IOException {
    String key = test.model() + test.options();
    if (!OPENED.containsKey(key)) {
      OPENED.put(
          key,
          Segmenter.open(Shared.require("goldens/nnunet/models/" + test.model()), test.options()));
    }
    return OPENED.get(key);
  }

  private static List<Volume> scan(String name) throws IOException {
    List<Volume> channels = new ArrayList<>();
    Path folder = Shared.require("goldens/nnunet/inputs");
    for (int channel = 0; ; channel++) {
      Path file = folder.resolve(String.format("%s_%04d.nii.gz", name, channel));
      if (!Files.exists(file)) {
        return channels;
      }
      channels.add(NiftiVolume.read(file));
    }
  }
}
