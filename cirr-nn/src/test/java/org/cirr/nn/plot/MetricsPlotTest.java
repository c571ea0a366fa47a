package org.cirr.nn.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.cirr.metrics.evaluate.CaseScores;
import org.cirr.metrics.evaluate.Metric;
import org.cirr.metrics.evaluate.Structure;
import org.cirr.metrics.evaluate.StructureScores;
import org.cirr.metrics.evaluate.Summary;
import org.cirr.metrics.overlap.Confusion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsPlotTest {
  private static Summary summary(int cases, double voxelVolume, double shift) {
    Random random = new Random(5);
    List<CaseScores> all = new ArrayList<>();
    for (int i = 0; i < cases; i++) {
      Confusion counts = new Confusion(1000 + random.nextInt(500), 100, 50, 10000);
      double dice = random.nextDouble() + shift;
      all.add(
          new CaseScores(
              "case " + i,
              List.of(
                  new StructureScores(
                      Structure.of(1, "liver"), counts, voxelVolume, Map.of("dice", dice)))));
    }
    return Summary.of(all);
  }

  private static int colored(BufferedImage picture, int column) {
    int color = Panel.color(column).getRGB();
    int count = 0;
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        count += picture.getRGB(x, y) == color ? 1 : 0;
      }
    }
    return count;
  }

  @Test
  void boxesAndVolumesAreDrawn() {
    BufferedImage both =
        MetricsPlot.render(summary(9, 1000, 0), List.of(Metric.DICE, Metric.TP), "nine");
    assertEquals(2 * Panel.WIDTH + 40, both.getWidth());
    BufferedImage boxes = MetricsPlot.render(summary(9, Double.NaN, 0), List.of(Metric.DICE), "n");
    assertTrue(colored(boxes, 0) > 100, "a box");
    assertTrue(colored(both, 0) > colored(boxes, 0) + 50, "and a Bland-Altman plot");
  }

  /** No case, one case, equal values, nothing finite. */
  @ParameterizedTest
  @CsvSource({"0, 1, 0", "1, 1, 0", "2, 0.001, 1e9", "3, 1, NaN", "3, 1, Infinity"})
  void oddInputsStillMakeAPicture(int cases, double voxelVolume, double shift) {
    Summary summary = summary(cases, voxelVolume, shift);
    BufferedImage picture = MetricsPlot.render(summary, List.of(Metric.DICE), "odd");
    assertTrue(picture.getHeight() > 100);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 0, 1, 0.2, 0.4",
    "0.93, 0.98, 0.93, 0.98, 0.01, 0.95",
    "-153, 171, -200, 200, 100, 0",
    "5, 5, 4.4, 5.6, 0.2, 4.8",
    "0, 0, -1, 1, 0.5, 0.0"
  })
  void axesHaveRoundMarks(
      double least, double most, double low, double high, double step, String third) {
    Axis axis = Axis.of(least, most, Double.NaN);
    assertEquals(low, axis.low(), 1e-9);
    assertEquals(high, axis.high(), 1e-9);
    assertEquals(step, axis.step(), 1e-9);
    assertEquals(third, axis.text(axis.marks().get(2)));
  }

  @Test
  void anAxisWithoutValuesGoesFromZeroToOne() {
    assertEquals(new Axis(0, 1, 0.2), Axis.of(Double.NaN, Double.POSITIVE_INFINITY));
  }
}
