package org.cirr.nn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cirr.io.image.ImageFile;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RadiomicsCommandTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path image;
  private Path mask;

  @BeforeEach
  void writeACase() throws IOException {
    Shape shape = Shape.of(5, 7, 9);
    Affine affine = Affine.ofSpacing(new Spacing(2, 1, 1));
    float[] values = new float[315];
    LabelMap labels = LabelMap.zeros(Geometry.of(shape, affine), 255);
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 31 % 211;
      labels.set(i, i % 9 == 0 ? 0 : i < 160 ? 1 : 2);
    }
    image = folder.resolve("scan.nii.gz");
    mask = folder.resolve("mask.nii.gz");
    ImageFile.write(Volume.of(Tensor.of(shape, values), affine), image);
    ImageFile.write(labels, mask);
  }

  private int run(Object... args) {
    String[] texts = new String[args.length + 1];
    texts[0] = "radiomics";
    for (int i = 0; i < args.length; i++) {
      texts[i + 1] = args[i].toString();
    }
    return Main.run(new PrintWriter(out), new PrintWriter(err), texts);
  }

  @Test
  void aCaseIsPrintedLineByLine() {
    assertEquals(0, run(image, mask, "--setting", "binWidth=10"), err.toString());
    assertTrue(
        out.toString().contains("Case-1_diagnostics_Mask-original_VoxelNum: 142\n"),
        out.toString());
    assertTrue(out.toString().contains("\nCase-1_original_glcm_Idm: 0."), out.toString());
    assertTrue(out.toString().contains("\nCase-1_original_shape_VoxelVolume: 284.0"));
  }

  @Test
  void aBatchReportsTheBadCaseAndDoesTheRest() throws IOException {
    Path table = folder.resolve("cases.csv");
    Files.writeString(
        table,
        "Image,Mask,Label,Patient\nscan.nii.gz,mask.nii.gz,1,\"Doe, J\"\n"
            + "scan.nii.gz,none.nii.gz,,B\nscan.nii.gz,mask.nii.gz,2,C\n");
    Path result = folder.resolve("features.csv");
    Path parts = folder.resolve("parts");
    assertEquals(3, run(table, "-o", result, "-f", "csv", "--jobs", 2, "--out-dir", parts));
    List<List<String>> rows = CsvText.parse(Files.readString(result));
    assertEquals(4, rows.size());
    assertEquals(List.of("Image", "Mask", "Label", "Patient"), rows.get(0).subList(0, 4));
    assertEquals("Doe, J", rows.get(1).get(3));
    assertEquals("", rows.get(2).get(10));
    int at = rows.get(0).indexOf("original_shape_VoxelVolume");
    assertEquals("284.0", rows.get(1).get(at));
    assertEquals("276.0", rows.get(3).get(at));
    assertTrue(err.toString().contains("cirr: 1 of 3 cases failed:\n  case 2: "), err.toString());
    assertTrue(Files.exists(parts.resolve("features_3.csv")));

    String first = Files.readString(result);
    Files.delete(image); // what is done is not read again
    assertEquals(3, run(table, "-o", result, "-f", "csv", "--out-dir", parts, "--resume"));
    assertEquals(first, Files.readString(result));
  }

  @Test
  void voxelModeWritesAMapPerFeature() throws IOException {
    Path file = folder.resolve("p.yaml");
    Files.writeString(
        file,
        "featureClass: {glcm: [JointEntropy]}\nvoxelSetting: {kernelRadius: 1, initValue: nan}\n");
    assertEquals(
        0,
        run(image, mask, "-p", file, "--mode", "voxel", "--out-dir", folder.resolve("maps")),
        err.toString());
    Volume map = ImageFile.read(folder.resolve("maps/Case-1_original_glcm_JointEntropy.nrrd"));
    assertEquals(Shape.of(4, 7, 9), map.shape());
    assertTrue(Float.isNaN(map.get(0, 0, 0)));
    assertTrue(map.get(1, 3, 4) > 1);
  }

  @Test
  void wrongCallsAreExplained() throws IOException {
    assertEquals(2, run(image));
    assertEquals(2, run(image, mask, "--setting", "binWidth"));
    assertEquals(2, run(image, mask, "--setting", "binWidth=-1"));
    assertEquals(2, run(image, mask, "--jobs", "0"));
    assertEquals(4, run(image, mask, "--label", "7"));
    assertEquals(4, run(image, folder.resolve("none.nii.gz")));
    String text = err.toString();
    assertTrue(text.contains("a scan needs its mask: cirr radiomics " + image + " MASK"), text);
    assertTrue(text.contains("--setting takes NAME=VALUE, got 'binWidth'"), text);
    assertTrue(text.contains("'binWidth' takes a number above 0, got -1"), text);
    assertTrue(text.contains("label 7 is not in the mask, which has the labels [1, 2]"), text);
    Path empty = folder.resolve("empty.csv");
    Files.writeString(empty, "Image\nx\n");
    assertEquals(4, run(empty));
    assertTrue(err.toString().contains("needs the columns Image and Mask, but has Image"));
  }

  @Test
  void featuresAndParametersCanBeLookedAt() {
    assertEquals(0, run("--features"));
    assertTrue(out.toString().contains("| JointEntropy | HXY = −Σ p log₂(p + ε) | TU9B |"));
    assertEquals(0, run("--validate", "--setting", "binCount:64"));
    assertTrue(out.toString().contains("the parameters are fine"));
  }

  @Test
  void jsonHoldsNumbers() {
    assertEquals(0, run(image, mask, "-f", "json"), err.toString());
    assertTrue(out.toString().contains("\"original_shape_VoxelVolume\": 284.0"), out.toString());
  }

  @Test
  void columnsOfATableStayTextAndItsFilesStayThere() throws IOException {
    Path table = folder.resolve("cases.csv");
    String text = "Image,Mask,Patient_ID\nscan.nii.gz,mask.nii.gz,00123\n";
    Files.writeString(table, text);
    assertEquals(0, run(table, "-f", "json"), err.toString());
    assertTrue(out.toString().contains("\"Patient_ID\": \"00123\""), out.toString());
    assertTrue(out.toString().contains("\"original_shape_VoxelVolume\": 284.0"), out.toString());
    assertEquals(4, run(table, "-o", table));
    assertTrue(err.toString().contains("is an input and is not written over"), err.toString());
    assertEquals(text, Files.readString(table));
    Files.write(table, "Image,Mask\nM\u00fcller,b\n".getBytes(StandardCharsets.ISO_8859_1));
    assertEquals(4, run(table));
    assertTrue(err.toString().contains("cases.csv: is no UTF-8 text"), err.toString());
  }

  @Test
  void whatIsSaidFollowsTheVerbosityAndTheLog() throws IOException {
    Path table = folder.resolve("cases.csv");
    Files.writeString(
        table,
        "Image,Mask,Label\nscan.nii.gz,mask.nii.gz,1\nscan.nii.gz,none.nii.gz,\n"
            + "scan.nii.gz,mask.nii.gz,9\n");
    Path result = folder.resolve("features.csv");
    Path file = folder.resolve("run.log");
    assertEquals(3, run(table, "-o", result, "--verbosity", 1, "--log-file", file));
    assertEquals("", err.toString());
    String log = Files.readString(file);
    assertTrue(log.contains(" ERROR: cirr: 2 of 3 cases failed:"), log);
    assertTrue(log.contains("case 3: label 9 is not in the mask"), log);
    assertTrue(!log.contains("INFO"), log);
    run(table, "-o", result, "--verbosity", 2, "--log-file", file, "--logging-level", "info");
    assertTrue(Files.readString(file).contains(" INFO: 3 of 3: case "), Files.readString(file));
    assertTrue(err.toString().startsWith("cirr: 2 of 3 cases failed:"), err.toString());
    assertEquals(2, run(table, "--verbosity", 6));
    assertTrue(err.toString().contains("--verbosity must be 1 to 5, got 6"), err.toString());
  }

  @Test
  void aTypoIsAnsweredWithWhatWasMeant() throws IOException {
    Path file = folder.resolve("p.yaml");
    Files.writeString(file, "setting:\n  binwidth: 10\n");
    assertEquals(4, run(image, mask, "-p", file));
    assertTrue(err.toString().contains("p.yaml: there is no setting 'binwidth'; did you mean"));
    Files.writeString(file, "imageTypes:\n  Original: {}\n");
    assertEquals(4, run(image, mask, "-p", file));
    assertTrue(err.toString().contains("p.yaml: there is no section 'imageTypes'"));
    assertEquals(2, run(image, mask, "--formt", "csv"));
    assertTrue(err.toString().contains("--formt"), err.toString());
    assertEquals(2, run(image, mask, "--setting", "binWdth=3"));
    assertTrue(err.toString().contains("did you mean 'binWidth'?"), err.toString());
  }

  @Test
  void ibsisFiltersAreReachedFromTheCommandLine() throws IOException {
    Path file = folder.resolve("p.yaml");
    Files.writeString(
        file,
        "setting: {compatibility: ibsi}\n"
            + "imageType: {Laws: {lawsKernels: [L3E3S3], rotationPooling: max}}\n");
    assertEquals(0, run(image, mask, "-p", file), err.toString());
    assertTrue(out.toString().contains("Case-1_laws-L3E3S3-max_ibsi_stat_mean: "), out.toString());
  }
}
