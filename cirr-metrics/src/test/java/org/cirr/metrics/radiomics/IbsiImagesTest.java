package org.cirr.metrics.radiomics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.cirr.metrics.radiomics.image.PixelType;
import org.cirr.metrics.radiomics.image.Raster;
import org.cirr.metrics.radiomics.image.Scene;
import org.cirr.parallel.Workers;
import org.cirr.volume.Affine;
import org.cirr.volume.Spacing;
import org.junit.jupiter.api.Test;

/** IBSI's filters as a parameter file asks for them. */
class IbsiImagesTest {
  private static Map<String, Raster> images(String file, Raster image, List<String> warnings) {
    RadiomicsParameters parameters = ParameterFile.parse("params.yaml", file);
    boolean[] inside = new boolean[image.values().length];
    Arrays.fill(inside, true);
    Affine affine = Affine.ofSpacing(image.spacing());
    Scene scene = new Scene(image, inside, affine, PixelType.FLOAT64);
    Map<String, Raster> images = new LinkedHashMap<>();
    for (ImageType type : parameters.imageTypes().keySet()) {
      DerivedImages.visit(
          type, scene, parameters.settings(type), warnings, Workers.single(), images::put);
    }
    return images;
  }

  private static Raster noise() {
    double[] values = new Random(12).doubles(7 * 8 * 9, 0, 100).toArray();
    return Raster.of(new int[] {7, 8, 9}, values, new Spacing(1, 1, 1));
  }

  @Test
  void responseMapsOfTheBenchmarkComeFromAParameterFile() throws IOException {
    Raster impulse = NiftiData.read("ibsi_2_digital_phantom/impulse/image/response.nii.gz");
    Raster board = NiftiData.read("ibsi_2_digital_phantom/checkerboard/image/checkerboard.nii.gz");
    compare(
        "1_b_1",
        impulse,
        "imageType: {Mean: {meanSupport: 15, filterInPlane: true, filterBoundary: zero}}");
    compare(
        "2_c",
        board,
        "setting: {compatibility: ibsi}\nimageType: {LoG: {sigma: [5], filterInPlane: true}}");
    compare(
        "3_c_3",
        board,
        "imageType: {Laws: {lawsKernels: [L5S5], rotationPooling: max, lawsEnergyDistance: 7}}");
    compare(
        "4_a_1",
        impulse,
        "imageType: {Gabor: {sigma: [10], gaborLambda: 4, gaborGamma: 0.5, gaborTheta: 60,"
            + " filterBoundary: zero}}");
  }

  private static void compare(String map, Raster phantom, String file) throws IOException {
    double[] expected = NiftiData.read("ibsi_2_response_maps/" + map + "-ValidCRM.nii.gz").values();
    Map<String, Raster> images = images(file, phantom, new ArrayList<>());
    assertEquals(1, images.size());
    double[] actual = images.values().iterator().next().values();
    double range =
        Arrays.stream(expected).max().orElseThrow() - Arrays.stream(expected).min().orElseThrow();
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 2e-3 * range, map + ", voxel " + i);
    }
  }

  @Test
  void everyFilterHasItsNames() {
    List<String> warnings = new ArrayList<>();
    assertEquals(
        List.of(
            "mean-5",
            "log-sigma-2-mm-3D-riesz-1-0-1",
            "laws-E3E3E3-mean",
            "laws-L5S5-mean",
            "gabor-sigma-2-5-mean",
            "wavelet2-LLH",
            "wavelet2-HHH",
            "simoncelli-1",
            "simoncelli-2"),
        List.copyOf(
            images(
                    "setting: {compatibility: ibsi}\n"
                        + "imageType:\n"
                        + "  Mean: {}\n"
                        + "  LoG: {sigma: [2], riesz: [1, 0, 1]}\n"
                        + "  Laws: {lawsKernels: [E3E3E3, L5S5], rotationPooling: mean}\n"
                        + "  Gabor: {sigma: [2.5], gaborLambda: 4, gaborThetaStep: 45}\n"
                        + "  Wavelet: {wavelet: haar, waveletBands: [LLH, HHH], start_level: 1}\n"
                        + "  Simoncelli: {level: 2, filterBoundary: periodic}\n",
                    noise(),
                    warnings)
                .keySet()));
    assertEquals(List.of(), warnings);
  }

  @Test
  void inTheSliceThereAreFourBands() {
    assertEquals(
        List.of("wavelet-HH-max", "wavelet-HL-max", "wavelet-LH-max", "wavelet-LL-max"),
        List.copyOf(
            images(
                    "setting: {compatibility: ibsi, filterInPlane: true, rotationPooling: max}\n"
                        + "imageType: {Wavelet: {wavelet: db3}}",
                    noise(),
                    new ArrayList<>())
                .keySet()));
  }

  @Test
  void whatAFilterNeedsIsSaid() {
    List<String> warnings = new ArrayList<>();
    assertEquals(Map.of(), images("imageType: {Laws: {}, Gabor: {}, LoG: {}}", noise(), warnings));
    images("imageType: {Gabor: {gaborLambda: 3}}", noise(), warnings);
    assertEquals(
        List.of(
            "Laws is left out: it needs 'lawsKernels', a list such as [L5E5S5]",
            "Gabor is left out: it needs 'gaborLambda', the wavelength in mm",
            "LoG is left out: it needs 'sigma', a list of widths in mm",
            "Gabor is left out: it needs 'sigma', a list of widths in mm"),
        warnings);
  }

  @Test
  void namesInAFileAreCheckedWhenItIsRead() {
    assertTrue(
        refused("imageType: {Wavelet: {wavelet: coif77}}")
            .startsWith("params.yaml: there is no wavelet 'coif77'; the wavelets are haar, "));
    assertEquals(
        "params.yaml: there is no Laws kernel 'W3'; there are L3 E3 S3 L5 E5 S5 W5 R5",
        refused("imageType: {Laws: {lawsKernels: [L5W3]}}"));
    assertEquals(
        "params.yaml: a wavelet band is two or three letters L and H, such as LH or LLH, got 'LLX'",
        refused("setting: {waveletBands: [LLX]}"));
    assertEquals(
        "params.yaml: 'riesz' takes a list of three whole numbers x, y, z from 0 to 20, got [1, 2]",
        refused("setting: {riesz: [1, 2]}"));
  }

  private static String refused(String file) {
    return assertThrows(
            IllegalArgumentException.class, () -> ParameterFile.parse("params.yaml", file))
        .getMessage();
  }
}
