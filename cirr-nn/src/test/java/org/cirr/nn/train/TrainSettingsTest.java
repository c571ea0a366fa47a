package org.cirr.nn.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainSettingsTest {
  private static TrainSettings with(TrainSettings.Augmenting augmenting) {
    return TrainSettings.defaults().withSampling(new TrainSettings.Sampling(2, 0.5, augmenting));
  }

  private static TrainSettings read(Map<String, Object> map) throws IOException {
    return TrainSettings.of(new SavedValues(Path.of("some.pth"), "settings", map));
  }

  @Test
  void aCheckpointGivesBackWhatItWasGiven() throws IOException {
    TrainSettings settings = with(new TrainSettings.Augmenting(true, false, 0.7, 0.4, 0.1));
    assertEquals(settings, read(settings.toMap()));
  }

  /** Checkpoints of cirr before 2026-11-23 know neither share. */
  @Test
  void withoutAChoiceItIsWhatNnUnetDoes() throws IOException {
    Map<String, Object> map = TrainSettings.defaults().toMap();
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
