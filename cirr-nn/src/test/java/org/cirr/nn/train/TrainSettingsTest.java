package org.cirr.nn.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cirr.backend.Arithmetic;
import org.cirr.io.file.MalformedFileException;
import org.junit.jupiter.api.Test;

/** The settings of a run in its checkpoint. */
class TrainSettingsTest {
  private static TrainSettings read(Map<String, Object> map) throws IOException {
    return TrainSettings.of(new SavedValues(Path.of("run.pth"), "cirr.settings", map));
  }

  private static TrainSettings with(TrainSettings.Augmenting augmenting) {
    return TrainSettings.defaults().withSampling(new TrainSettings.Sampling(2, 0.5, augmenting));
  }

  @Test
  void aCheckpointHoldsThePrecision() throws IOException {
    for (Arithmetic precision : Arithmetic.values()) {
      TrainSettings settings = TrainSettings.defaults().withPrecision(precision).withSeed(5);
      assertEquals(settings, read(settings.toMap()));
    }
  }

  @Test
  void aCheckpointFromBeforeThereWasAChoiceIsOfSinglePrecision() throws IOException {
    Map<String, Object> map = new LinkedHashMap<>(TrainSettings.defaults().toMap());
    map.remove("precision");
    assertEquals(TrainSettings.defaults(), read(map));
  }

  @Test
  void aPrecisionThatNobodyKnowsIsRefused() {
    Map<String, Object> map = new LinkedHashMap<>(TrainSettings.defaults().toMap());
    map.put("precision", "fp8");
    String message = assertThrows(MalformedFileException.class, () -> read(map)).getMessage();
    assertEquals(
        "run.pth: cirr.settings.precision is fp8, expected one of float32, tf32, bf16; the file is"
            + " damaged, or another version of cirr wrote it: start anew",
        message);
  }

  @Test
  void anotherPrecisionIsADifference() {
    TrainSettings before = TrainSettings.defaults();
    assertEquals(
        List.of("precision is bf16, was float32"),
        before.withPrecision(Arithmetic.BF16).differences(before));
  }

  @Test
  void aCheckpointGivesBackWhatItWasGiven() throws IOException {
    TrainSettings settings = with(new TrainSettings.Augmenting(true, false, 0.7, 0.4, 0.1));
    assertEquals(settings, read(settings.toMap()));
  }

  /** Checkpoints of cirr before 2026-11-23 know neither share. */
  @Test
  void withoutAChoiceItIsWhatNnUnetDoes() throws IOException {
    Map<String, Object> map = new LinkedHashMap<>(TrainSettings.defaults().toMap());
    map.remove("spatial");
    map.remove("elastic");
    assertEquals(TrainSettings.defaults(), read(map));
  }

  @Test
  void anotherShareIsADifference() {
    TrainSettings bent = with(new TrainSettings.Augmenting(true, true, 0.2, 0.5, 0));
    assertEquals(
        List.of("elastic is 0.5, was 0.0"),
        bent.differences(with(TrainSettings.Augmenting.nnUnet())));
  }

  @Test
  void patchesAsTheyAreAreNotMirrored() {
    assertTrue(TrainSettings.Augmenting.nnUnet().mirrors());
    assertFalse(new TrainSettings.Augmenting(false, true, 0.2, 0, 0).mirrors());
  }

  @Test
  void aShareIsBetweenNothingAndAll() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new TrainSettings.Augmenting(true, true, 0.2, 1.5, 0))
            .getMessage();
    assertEquals("the share of patches that are bent goes from 0 to 1, got 1.5", message);
  }
}
