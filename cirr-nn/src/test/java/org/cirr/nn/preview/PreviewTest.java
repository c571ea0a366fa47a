package org.cirr.nn.preview;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.cirr.io.image.ImageFile;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.Shared;
import org.cirr.volume.Affine;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Orientation;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreviewTest {
  private static final Map<Integer, String> NAMES = Map.of(0, "background", 1, "liver");

  @TempDir Path folder;

  private static Volume volume(int z, int y, int x) {
    Shape shape = Shape.of(z, y, x);
    float[] values = new float[shape.arrayLength()];
    for (int index = 0; index < values.length; index++) {
      values[index] = index % 97;
    }
    return Volume.of(Tensor.of(shape, values), Affine.ofSpacing(new Spacing(5, 1.5, 1)));
  }

  private static LabelMap box(Volume image, int z, int y, int x) {
    LabelMap labels = LabelMap.zeros(image.geometry(), 1);
    int[] size = image.shape().toArray();
    for (int dz = 0; dz < 3; dz++) {
      for (int dy = 0; dy < 7; dy++) {
        for (int dx = 0; dx < 5; dx++) {
          labels.set(((z + dz) * size[1] + y + dy) * size[2] + x + dx, 1);
        }
      }
    }
    return labels;
  }

  private static long coloured(BufferedImage picture, int left, int right) {
    long count = 0;
    for (int y = 62; y < picture.getHeight() - 80; y++) {
      for (int x = left; x < right; x++) {
        count += picture.getRGB(x, y) == LabelColor.of(1).getRGB() ? 1 : 0;
      }
    }
    return count;
  }

  @Test
  void theSlicesGoThroughTheCentreOfTheLargestLabel() {
    Volume image = volume(11, 33, 35);
    assertEquals(
        List.of(5, 13, 22),
        java.util.Arrays.stream(MaskCentre.of(box(image, 4, 10, 20))).boxed().toList());
  }

  @Test
  void anEmptyMaskShowsTheMiddle() {
    LabelMap empty = LabelMap.zeros(volume(11, 33, 35).geometry(), 1);
    assertEquals(
        List.of(5, 16, 17), java.util.Arrays.stream(MaskCentre.of(empty)).boxed().toList());
  }

  @Test
  void allPlanesKeepTheirAspectRatioInMillimetres() {
    Volume image = volume(11, 33, 35).reoriented(Orientation.LPS);
    for (Plane plane : Plane.through(new int[] {1, 2, 3}, image.geometry())) {
      double ratio = (double) plane.widthPixels(4.0) / plane.heightPixels(4.0);
      assertEquals(plane.widthMm() / plane.heightMm(), ratio, 0.02, plane.name());
    }
  }

  @Test
  void thePatientsRightIsOnTheLeftOfThePicture() {
    // In RAS+ a high x is the patient's right.
    Volume image = volume(1, 64, 96);
    LabelMap labels = LabelMap.zeros(image.geometry(), 1);
    for (int y = 20; y < 40; y++) {
      for (int x = 70; x < 90; x++) {
        labels.set(y * 96 + x, 1);
      }
    }
    BufferedImage picture = Preview.render(image, labels, NAMES, "one slice");
    int middle = picture.getWidth() / 2;
    assertTrue(coloured(picture, 24, middle) > 100);
    assertEquals(0, coloured(picture, middle, picture.getWidth() - 24));
  }

  @Test
  void theFrontOfThePatientIsOnTop() {
    Volume image = volume(1, 64, 96).reoriented(Orientation.of("LPI"));
    Volume ras = image.reoriented(Orientation.RAS);
    Plane plane =
        Plane.through(new int[] {0, 0, 0}, image.reoriented(Orientation.LPS).geometry()).get(0);
    assertEquals("RLAP", plane.letters());
    // Row 0 of the picture is the highest y in RAS+.
    assertEquals(
        ras.get(0, 63, 95), image.reoriented(Orientation.LPS).tensor().array()[plane.index(0, 0)]);
  }

  @Test
  void aVolumeOfOneSliceShowsThatPlaneOnly() {
    assertEquals(
        List.of("axial"),
        Plane.through(new int[3], volume(1, 17, 33).geometry()).stream().map(Plane::name).toList());
    assertEquals(
        List.of("coronal"),
        Plane.through(new int[3], volume(7, 1, 33).geometry()).stream().map(Plane::name).toList());
    assertEquals(3, Plane.through(new int[3], volume(1, 1, 1).geometry()).size());
  }

  @Test
  void theGreyWindowIgnoresPaddingNotANumberAndOutliers() {
    float[] values = new float[10_000];
    for (int index = 5000; index < values.length; index++) {
      values[index] = 100 + index % 100;
    }
    values[0] = Float.NaN;
    values[9999] = 1e9f;
    GreyWindow window = GreyWindow.of(values);
    assertEquals(101, window.black(), 2);
    assertEquals(199, window.white(), 2);
    assertEquals(0, window.grey(Double.NaN));
  }

  @Test
  void hounsfieldUnitsGetTheSoftTissueWindow() {
    float[] values = new float[1000];
    java.util.Arrays.fill(values, 0, 500, -1000);
    assertEquals(new GreyWindow(-160, 240), GreyWindow.of(values));
  }

  @Test
  void constantAndEmptyImagesAreDrawn() {
    for (float value : new float[] {0, 5, Float.NaN}) {
      float[] values = new float[3 * 5 * 7];
      java.util.Arrays.fill(values, value);
      Volume image =
          Volume.of(Tensor.of(Shape.of(3, 5, 7), values), Affine.ofSpacing(new Spacing(3, 1, 1)));
      LabelMap empty = LabelMap.zeros(image.geometry(), 1);
      assertNotNull(Preview.render(image, empty, NAMES, "value " + value));
    }
  }

  @Test
  void aMaskOnAnotherGridIsRefused() {
    LabelMap other = LabelMap.zeros(volume(3, 5, 8).geometry(), 1);
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> Preview.render(volume(3, 5, 7), other, NAMES, "x"));
    assertEquals("the image has shape [3, 5, 7] but the mask has [3, 5, 8]", refused.getMessage());
  }

  @Test
  void aRealScanWithItsLabelsIsDrawn() throws IOException {
    Path scan = Shared.require("data/chaos-t2/image_19.nii.gz");
    Path mask = Shared.require("data/chaos-t2/label_19.nii.gz");
    Path png = folder.resolve("chaos.png");
    Preview.write(
        ImageFile.read(scan),
        ImageFile.readLabels(mask),
        Map.of(1, "liver", 2, "right kidney", 3, "left kidney", 4, "spleen"),
        "chaos 19",
        png);
    BufferedImage picture = ImageIO.read(png.toFile());
    assertTrue(picture.getWidth() > 1200, picture.getWidth() + " wide");
    // The liver lies in the right half of the body, the left half of the axial plane.
    long left = coloured(picture, 24, 260);
    long right = coloured(picture, 260, 495);
    assertTrue(left > 3 * right && left > 200, left + " left, " + right + " right");
  }
}
