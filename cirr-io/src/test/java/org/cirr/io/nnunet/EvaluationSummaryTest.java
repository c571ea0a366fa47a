package org.cirr.io.nnunet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.cirr.io.file.MalformedFileException;
import org.cirr.testing.Shared;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationSummaryTest {
  @TempDir Path folder;

  /** A run of nnU-Net: read, written again, and all means come out as nnU-Net wrote them. */
  @Test
  void nnUnetsOwnFileSurvivesReadingAndWriting() throws IOException {
    Path original = Shared.require("data/nnunet-plans/msd-lung/summary.json");
    EvaluationSummary summary = EvaluationSummary.read(original);
    assertEquals(13, summary.cases().size());
    assertEquals(0.8869729024779017, summary.cases().get(0).labels().get("1").dice());
    Path copy = folder.resolve("summary.json");
    summary.write(copy);
    assertEquals(summary, EvaluationSummary.read(copy));
    JsonObject before = JsonParser.parseString(Files.readString(original)).getAsJsonObject();
    JsonObject after = JsonParser.parseString(Files.readString(copy)).getAsJsonObject();
    assertEquals(before.keySet(), after.keySet());
    assertEquals(before.get("metric_per_case"), after.get("metric_per_case"));
    JsonObject mean = before.getAsJsonObject("foreground_mean");
    for (String key : mean.keySet()) {
      double expected = mean.get(key).getAsDouble();
      JsonObject written = after.getAsJsonObject("foreground_mean");
      assertEquals(expected, written.get(key).getAsDouble(), 1e-12 * expected, key);
    }
  }

  @Test
  void labelsThatAreNowhereAreNanAndLeftOutOfTheirMean() throws IOException {
    double nan = Double.NaN;
    var none = new EvaluationSummary.Scores(nan, nan, 0, 0, 0, 100);
    var some = new EvaluationSummary.Scores(0.5, 1 / 3.0, 10, 10, 10, 70);
    EvaluationSummary summary =
        new EvaluationSummary(
            List.of(
                new EvaluationSummary.Case("r1", "p1", Map.of("(1, 2)", none)),
                new EvaluationSummary.Case("r2", "p2", Map.of("(1, 2)", some))));
    Path file = folder.resolve("summary.json");
    summary.write(file);
    assertTrue(Files.readString(file).contains("\"Dice\": NaN"), "as Python writes it");
    assertEquals(summary, EvaluationSummary.read(file));
    JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    JsonObject mean = json.getAsJsonObject("foreground_mean");
    assertEquals(0.5, mean.get("Dice").getAsDouble());
    assertEquals(5, mean.get("TP").getAsDouble());
    assertEquals(10, mean.get("n_ref").getAsDouble());
  }

  @Test
  void whatIsNoSummaryIsRefusedWithItsPlace() throws IOException {
    Path file = folder.resolve("summary.json");
    Files.writeString(file, "{\"mean\": {}}");
    assertMessage(file, "metric_per_case is missing");
    Files.writeString(
        file,
        "{\"metric_per_case\": [{\"metrics\": {\"1\": {\"Dice\": 1, \"IoU\": 1, \"TP\": -3}}}]}");
    assertMessage(file, "metric_per_case[0].metrics.1.TP is -3, expected a number of voxels");
  }

  private static void assertMessage(Path file, String part) {
    String message =
        assertThrows(MalformedFileException.class, () -> EvaluationSummary.read(file)).getMessage();
    assertTrue(message.contains(part), message);
  }
}
