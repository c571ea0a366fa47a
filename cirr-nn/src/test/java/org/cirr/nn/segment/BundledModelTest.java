package org.cirr.nn.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.cirr.nn.phantom.Phantom;
import org.cirr.nn.phantom.PhantomContrast;
import org.cirr.nn.phantom.PhantomSettings;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Orientation;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the bundled model is used; how good it is stands in its card. */
class BundledModelTest {
  private static final long MOST_BYTES = 8_000_000;
  private static final Orientation TRAINED = Orientation.of("LAS");

  private byte[] resource;

  @BeforeEach
  void findModel() throws IOException {
    try (InputStream in = BundledModel.class.getResourceAsStream(BundledModel.RESOURCE)) {
      assumeTrue(in != null, "this build has no bundled model");
      resource = in.readAllBytes();
    }
  }

  /** A body of about one patch, in the orientation of the training images. */
  private static Volume scan() {
    PhantomSettings settings =
        PhantomSettings.of(5, PhantomContrast.T2, false)
            .withGrid(Shape.of(18, 56, 56), new Spacing(10, 5, 5))
            .withOrientation(TRAINED);
    return Phantom.of(settings, Workers.of(2)).image();
  }

  @Test
  void aPrecisionThatTheBackendHasNotIsRefusedWithThoseItHas() {
    SegmentOptions options =
        SegmentOptions.defaults().withBackend("scalar").withPrecision(Precision.BF16);
    assertEquals(
        "backend 'scalar' cannot compute in bf16 here; choose one of float32",
        assertThrows(UnsupportedOperationException.class, () -> Segmenter.bundled(options))
            .getMessage());
  }

  @Test
  void itKnowsFourOrgansOnOneChannel() {
    Segmenter segmenter = Segmenter.bundled();
    assertEquals(
        Map.of(0, "background", 1, "liver", 2, "right_kidney", 3, "left_kidney", 4, "spleen"),
        segmenter.labelNames());
    assertEquals(List.of("MR"), segmenter.channelNames());
    assertTrue(resource.length <= MOST_BYTES, resource.length + " bytes");
  }

  @Test
  void scansInAnyOrientationGiveTheSameMask() {
    Segmenter segmenter = Segmenter.bundled();
    Volume scan = scan();
    LabelMap expected = segmenter.segment(scan);
    assertEquals(scan.geometry(), expected.geometry());
    assertTrue(expected.counts().length > 1, "the mask is empty");
    for (String letters : List.of("RAS", "LPI", "PIR", "SLA")) {
      Volume turned = scan.reoriented(Orientation.of(letters));
      LabelMap mask = segmenter.segment(turned);
      assertEquals(turned.geometry(), mask.geometry(), letters);
      LabelMap back = mask.reoriented(TRAINED);
      for (int i = 0; i < back.length(); i++) {
        assertEquals(expected.get(i), back.get(i), letters + ", voxel " + i);
      }
    }
  }

  @Test
  void foldsCannotBeChosen() {
    SegmentOptions options = SegmentOptions.defaults().withFolds(List.of("0"));
    String message =
        assertThrows(IllegalArgumentException.class, () -> Segmenter.bundled(options)).getMessage();
    assertTrue(
        message.matches(
            "bundled model holds one fold, \\w+, but \\[0] is asked for: leave the folds out, or"
                + " name a model folder"),
        message);
  }

  @Test
  void itsCardIsAboutTheseWeights() throws IOException, NoSuchAlgorithmException {
    byte[] sum = MessageDigest.getInstance("SHA-256").digest(resource);
    String card = Files.readString(Path.of("../models/bundled/MODEL_CARD.md"));
    assertTrue(
        card.contains(HexFormat.of().formatHex(sum)),
        "models/bundled/MODEL_CARD.md is about other weights: run models/bundled/bundle.sh");
  }
}
