package org.cirr.nn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cirr.io.image.ImageFile;
import org.cirr.testing.Shared;
import org.cirr.volume.LabelMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole program, from its arguments to the mask that nnU-Net wrote. */
class GoldenSegmentTest {
  /** The golden README: float32 noise of the network changes 0 to 3 voxels of 100,000. */
  private static final double TOLERANCE = 3e-5;

  @TempDir Path folder;

  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err), args);
  }

  @ParameterizedTest
  @CsvSource({"plain_chaos, tiny", "random_2ch, twoch"})
  void theMaskIsThatOfNnUnet(String model, String scan) throws IOException {
    Path models = Shared.require("goldens/nnunet/models/" + model);
    Path first = Shared.require("goldens/nnunet/inputs/" + scan + "_0000.nii.gz");
    Path golden =
        Shared.require("goldens/nnunet/cases/" + model + "/" + scan + "/mask_notta.nii.gz");
    Path out = folder.resolve("mask.nii.gz");
    int code =
        run(
            "segment",
            "-m",
            models.toString(),
            "-i",
            first.toString(),
            "-o",
            out.toString(),
            "--no-mirror");
    assertEquals(0, code, err.toString());
    LabelMap expected = ImageFile.readLabels(golden);
    LabelMap mask = ImageFile.readLabels(out);
    assertTrue(mask.geometry().matches(expected.geometry(), 1e-3), "another grid");
    int different = 0;
    for (int index = 0; index < mask.length(); index++) {
      different += mask.get(index) != expected.get(index) ? 1 : 0;
    }
    double allowed = Math.ceil(TOLERANCE * mask.length());
    assertTrue(different <= allowed, different + " of " + mask.length() + " voxels differ");
  }

  @Test
  void aWrongBackendOrLabelIsAWrongCall() {
    Path model = Shared.require("goldens/nnunet/models/plain_chaos");
    String scan = Shared.require("goldens/nnunet/inputs/tiny_0000.nii.gz").toString();
    String out = folder.resolve("mask.nii.gz").toString();
    String[][] optionsAndErrors = {
      {"--backend", "gpu", "there is no backend 'gpu'; choose one of auto, "},
      {"--labels", "lever", "the model has no label 'lever'; it has liver, "},
    };
    for (String[] each : optionsAndErrors) {
      err.getBuffer().setLength(0);
      assertEquals(
          2, run("segment", "-m", model.toString(), "-i", scan, "-o", out, each[0], each[1]));
      assertTrue(err.toString().startsWith("cirr: " + each[2]), err.toString());
    }
    assertTrue(Files.notExists(Path.of(out)));
  }
}
