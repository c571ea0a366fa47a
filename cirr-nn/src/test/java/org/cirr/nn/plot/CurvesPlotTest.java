package org.cirr.nn.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class CurvesPlotTest {
  private static int pixels(BufferedImage picture, Color color) {
    int count = 0;
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        count += picture.getRGB(x, y) == color.getRGB() ? 1 : 0;
      }
    }
    return count;
  }

  private static BufferedImage draw(double... values) {
    CurvesPlot.Curve curve = new CurvesPlot.Curve("", values, true);
    return CurvesPlot.render(
        "title", "epoch", List.of(new CurvesPlot.Chart("loss", List.of(curve))));
  }

  @Test
  void aCurveIsALineWithGapsWhereItIsNotFinite() {
    int whole = pixels(draw(1, 1, 1, 1, 1), Panel.color(0));
    int gap = pixels(draw(1, 1, Double.NaN, 1, 1), Panel.color(0));
    assertTrue(whole > 250, whole + " pixels");
    assertTrue(gap > whole / 3 && gap < 0.6 * whole, gap + " of " + whole + " pixels");
    assertTrue(pixels(draw(1), Panel.color(0)) > 4, "one value is a dot");
    assertEquals(0, pixels(draw(Double.NaN, Double.POSITIVE_INFINITY), Panel.color(0)));
    assertEquals(0, pixels(draw(), Panel.color(0)));
  }

  @Test
  void namesStandWhereTheCurvesDoNotEnd() {
    for (boolean rising : new boolean[] {true, false}) {
      CurvesPlot.Curve curve =
          new CurvesPlot.Curve("n", rising ? new double[] {0, 1} : new double[] {1, 0}, false);
      BufferedImage picture =
          CurvesPlot.render("", "epoch", List.of(new CurvesPlot.Chart("", List.of(curve))));
      int upper = 0;
      for (int x = 380; x < 400; x++) {
        upper += picture.getRGB(x, 46 + 36 + 10) == Panel.color(0).getRGB() ? 1 : 0;
      }
      assertEquals(!rising, upper > 5, upper + " pixels at the upper right, rising: " + rising);
    }
  }
}
