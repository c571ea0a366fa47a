package org.cirr.nn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.cirr.io.image.ImageFile;
import org.cirr.io.nnunet.EvaluationSummary;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.Shared;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsCommandTest {
  private static final Spacing SPACING = new Spacing(5, 2, 2);

  @TempDir Path folder;

  private record Ended(int code, String out, String err) {}

  private static Ended call(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] all = new String[args.length + 1];
    all[0] = "metrics";
    System.arraycopy(args, 0, all, 1, args.length);
    int code = Main.run(new PrintWriter(out), new PrintWriter(err), all);
    return new Ended(
        code, out.toString().replace("\r\n", "\n"), err.toString().replace("\r\n", "\n"));
  }

  /** Label 1 in the rows from {@code first} to {@code end − 1} of 4 x 10 x 6, label 2 beside it. */
  private Path mask(String name, Spacing spacing, int first, int end) throws IOException {
    Geometry grid = Geometry.of(Shape.of(4, 10, 6), Affine.ofSpacing(spacing));
    LabelMap map = LabelMap.zeros(grid, 255);
    for (int z = 0; z < 4; z++) {
      for (int y = first; y < end; y++) {
        for (int x = 0; x < 6; x++) {
          map.set((z * 10 + y) * 6 + x, x < 4 ? 1 : 2);
        }
      }
    }
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    ImageFile.write(map, file);
    return file;
  }

  private Path mask(String name, int first, int end) throws IOException {
    return mask(name, SPACING, first, end);
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void aTableOfTwoFilesHasARowPerStructure() throws IOException {
    String reference = mask("r.nii.gz", 2, 6).toString();
    String prediction = mask("p.nrrd", 2, 7).toString();
    Ended ended = call(reference, prediction, "--labels", "1=liver,1+2=all of it");
    assertEquals(0, ended.code(), ended.err());
    String[] lines = ended.out().split("\n");
    assertEquals(3, lines.length, ended.out());
    assertTrue(lines[0].matches("case +structure +dice +iou .*nsd@1mm +nsd@2mm"), lines[0]);
    assertTrue(lines[1].matches("p +liver +0\\.8889 +0\\.8000 .*"), lines[1]);
    assertTrue(lines[2].matches("p +all of it +0\\.8889 .*"), lines[2]);
  }

  @Test
  void jsonAndCsvHaveAllNumbers() throws IOException {
    String reference = mask("r.nii.gz", 2, 6).toString();
    String prediction = mask("p.nii.gz", 2, 7).toString();
    Ended json = call(reference, prediction, "--format", "json", "--metrics", "all");
    JsonObject all = JsonParser.parseString(json.out()).getAsJsonObject();
    assertEquals(Main.version(), all.get("cirr").getAsString());
    assertEquals("mm", all.getAsJsonObject("units").get("hd95").getAsString());
    JsonObject one =
        all.getAsJsonArray("cases")
            .get(0)
            .getAsJsonObject()
            .getAsJsonArray("structures")
            .get(0)
            .getAsJsonObject();
    assertEquals("label 1", one.get("name").getAsString());
    assertEquals(64 * 0.02, one.get("refMl").getAsDouble(), 1e-9);
    assertEquals(80 * 0.02, one.get("predMl").getAsDouble(), 1e-9);
    assertEquals(2, one.getAsJsonObject("metrics").get("hd").getAsDouble(), 1e-6);
    Ended csv =
        call(reference, prediction, "--format", "csv", "--metrics", "dice,hd95", "--labels", "1");
    String[] lines = csv.out().split("\n");
    assertEquals("case,structure,labels,ref_ml,pred_ml,dice,hd95", lines[0]);
    assertTrue(lines[1].startsWith("p,label 1,1,1.28"), lines[1]);
    assertTrue(lines[1].endsWith(",0.8888888888888888,2.0"), lines[1]);
  }

  @Test
  void foldersArePairedByNameAndSummedUp() throws IOException {
    mask("r/a.nii.gz", 2, 6);
    mask("p/a.nrrd", 2, 7);
    mask("r/b.nii.gz", 1, 5);
    mask("p/b.nii.gz", 1, 5);
    Path alone = mask("r/c.nii.gz", 1, 5);
    Path stranger = mask("p/d.nii.gz", 1, 5);
    Ended ended =
        call(
            at("r"),
            at("p"),
            "--labels",
            "1=liver,2=spleen",
            "--plot",
            at("plot.png"),
            "--summary",
            at("summary.json"),
            "-o",
            at("table.txt"));
    assertEquals(0, ended.code(), ended.err());
    assertEquals(
        "warning: "
            + alone
            + ": there is no prediction of this name; left out\nwarning: "
            + stranger
            + ": there is no reference of this name; left out\n",
        ended.err());
    assertEquals("", ended.out());
    String table = Files.readString(folder.resolve("table.txt"));
    assertTrue(table.contains("liver      dice       0.9444"), table);
    assertTrue(table.contains("\u00b1 0.0786"), table);
    assertTrue(ImageIO.read(folder.resolve("plot.png").toFile()).getWidth() > 500);
    EvaluationSummary summary = EvaluationSummary.read(folder.resolve("summary.json"));
    assertEquals(2, summary.cases().size());
    assertEquals(64, summary.cases().get(0).labels().get("1").tp());
    assertTrue(summary.cases().get(0).predictionFile().endsWith("a.nrrd"));
    Ended again = call(at("summary.json"));
    assertEquals(0, again.code(), again.err());
    assertTrue(again.out().contains("label 1"), again.out());
    assertTrue(again.out().contains("0.8889"), again.out());
  }

  @Test
  void aBadCaseOfABatchIsReportedAndTheOthersAreMeasured() throws IOException {
    mask("r/a.nii.gz", 2, 6);
    mask("p/a.nii.gz", 2, 6);
    mask("r/b.nii.gz", 2, 6);
    mask("p/b.nii.gz", new Spacing(5, 2, 2.5), 2, 6);
    Ended ended = call(at("r"), at("p"));
    assertEquals(3, ended.code());
    assertTrue(ended.out().contains("a     label 1"), ended.out());
    assertTrue(
        ended.err().contains("failed: b: the reference and the prediction lie on different"),
        ended.err());
    assertTrue(ended.err().contains("cirr: 1 of 2 cases failed:"), ended.err());
  }

  @Test
  void everyPresetRuns() throws IOException {
    String reference = mask("r.nii.gz", 2, 6).toString();
    String prediction = mask("p.nii.gz", 2, 7).toString();
    for (String preset : new String[] {"cirr", "monai", "MEDPY", "nnunet", "deepmind"}) {
      Ended ended = call(reference, prediction, "--preset", preset, "--tolerance-mm", "0,2.5");
      assertEquals(0, ended.code(), ended.err());
    }
    Ended deepmind = call(reference, prediction, "--preset", "deepmind", "--tolerance-mm", "2.5");
    assertTrue(deepmind.out().contains("nsd_area@2.5mm"), deepmind.out());
  }

  @Test
  void nnUnetsDatasetJsonNamesTheLabels() throws IOException {
    Files.writeString(
        folder.resolve("dataset.json"),
        "{\"channel_names\": {\"0\": \"MR\"}, \"labels\": {\"background\": 0, \"liver\": 1,"
            + " \"spleen\": 2}, \"file_ending\": \".nii.gz\", \"numTraining\": 1}");
    String reference = mask("r.nii.gz", 2, 6).toString();
    Ended ended = call(reference, reference, "--labels", at("dataset.json"));
    assertEquals(0, ended.code(), ended.err());
    assertTrue(ended.out().contains("liver") && ended.out().contains("spleen"), ended.out());
    assertFalse(ended.out().contains("background"), ended.out());
  }

  @Test
  void masksWithFractionsOrNanAreRefused() throws IOException {
    Path good = mask("good.nii.gz", 2, 6);
    for (float odd : new float[] {0.5f, Float.NaN, -1}) {
      float[] values = new float[240];
      values[17] = odd;
      Path bad = folder.resolve("bad.nii");
      ImageFile.write(
          Volume.of(Tensor.of(Shape.of(4, 10, 6), values), Affine.ofSpacing(SPACING)), bad);
      Ended ended = call(good.toString(), bad.toString());
      assertEquals(4, ended.code(), odd + ": " + ended.out());
      assertTrue(ended.err().contains("bad.nii"), ended.err());
    }
  }

  @Test
  void otherGridsAreRefusedWithBothAffinesInOneLine() throws IOException {
    String mask = mask("r.nii.gz", 2, 6).toString();
    String other = mask("o.nii.gz", new Spacing(2, 1, 1), 2, 6).toString();
    assertWrong(4, "lie on different grids: spacing (z ", mask, other);
    assertWrong(4, "but spacing (z 2, y 1, x 1) mm with affine [1 0 0 0; 0 1 0 0;", mask, other);
  }

  @Test
  void masksWithoutALabelAreWarnedOf() throws IOException {
    String empty = mask("e.nii.gz", 0, 0).toString();
    Ended ended = call(empty, empty);
    assertEquals(0, ended.code(), ended.err());
    assertTrue(
        ended.err().contains("e: no label but 0 occurs in either mask, so nothing is measured"),
        ended.err());
    Ended named = call(empty, empty, "--labels", "1=liver", "--metrics", "dice,hd");
    assertTrue(named.out().contains("liver"), named.out());
    assertEquals("", named.err());
  }

  @Test
  void wrongCallsAreToldInOneLine() throws IOException {
    String mask = mask("r.nii.gz", 2, 6).toString();
    mask("r/a.nii.gz", 2, 6);
    mask("q/b.nii.gz", 2, 6);
    assertWrong(2, "name the prediction too: cirr metrics REF PRED", mask);
    assertWrong(4, "nothing.nii: no such file", mask, at("nothing.nii"));
    assertWrong(4, "is a folder, but", mask, at("r"));
    assertWrong(4, "no mask has the same name in both (1 and 1 masks)", at("r"), at("q"));
    assertWrong(2, "such as 1=liver,2+3=kidneys; got 'liver'", mask, mask, "--labels", "liver");
    assertWrong(2, "--labels names 'a' twice", mask, mask, "--labels", "1=a,2=a");
    assertWrong(2, "the name after '1=' is missing", mask, mask, "--labels", "1=");
    assertWrong(2, "labels go from 0 to 65535, got [70000]", mask, mask, "--labels", "70000");
    assertWrong(
        2,
        "--tolerance-mm takes numbers from 0 mm on, got -1.0",
        mask,
        mask,
        "--tolerance-mm",
        "-1");
    assertWrong(2, "there is no 'dize'; there are dice, iou", mask, mask, "--metrics", "dize");
    assertWrong(2, "--threads is 1 or more, got 0", mask, mask, "--threads", "0");
    assertWrong(4, "--plot takes a file that ends in .png", mask, mask, "--plot", at("x.pdf"));
    assertWrong(4, "is an input and is not written over", mask, mask, "-o", mask);
    assertWrong(4, "is named by both", mask, mask, "-o", at("x.png"), "--plot", at("x.png"));
    assertWrong(2, "--summary needs masks", at("s.json"), "--summary", at("t.json"));
  }

  private void assertWrong(int code, String part, String... args) throws IOException {
    Files.writeString(folder.resolve("s.json"), "{\"metric_per_case\": []}");
    Ended ended = call(args);
    assertEquals(code, ended.code(), ended.err());
    assertTrue(ended.err().contains(part), ended.err());
    assertEquals(1, ended.err().strip().split("\n").length, ended.err());
  }

  @Test
  void aRealMaskAgreesWithItself() {
    String mask = Shared.require("data/chaos-t2/label_1.nii.gz").toString();
    Ended ended = call(mask, mask, "--format", "json");
    assertEquals(0, ended.code(), ended.err());
    JsonObject summary =
        JsonParser.parseString(ended.out()).getAsJsonObject().getAsJsonObject("summary");
    assertEquals(4, summary.getAsJsonArray("structures").size());
    JsonObject means = summary.getAsJsonObject("meanOverCasesThenStructures");
    assertEquals(1, means.get("dice").getAsDouble());
    assertEquals(0, means.get("hd").getAsDouble());
    assertEquals(1, means.get("nsd@1mm").getAsDouble());
  }

  @Test
  void theReferencesLabelsCanBeRenamed() throws IOException {
    String reference = mask("r.nii.gz", 2, 6).toString();
    String prediction = mask("p.nii.gz", 2, 7).toString();
    Ended swapped =
        call(
            reference,
            prediction,
            "--labels",
            "1=a,2=b",
            "--reference-values",
            "1=2, 2=1",
            "--metrics",
            "n_ref",
            "--format",
            "csv");
    assertEquals(0, swapped.code(), swapped.err());
    assertTrue(swapped.out().contains("p,a,1,0.64,1.6,32"), swapped.out());
    assertTrue(swapped.out().contains("p,b,2,1.28,0.8,64"), swapped.out());
    Ended one = call(reference, prediction, "--reference-values", "2=1", "--format", "csv");
    assertTrue(one.out().contains("p,label 1,1,0.64,1.6"), one.out());
    // What is ignored is a value of the reference, also where others are renamed: 32 voxels.
    LabelMap everywhere = LabelMap.zeros(ImageFile.readLabels(Path.of(reference)).geometry(), 255);
    for (int i = 0; i < everywhere.length(); i++) {
      everywhere.set(i, 1);
    }
    Path all = folder.resolve("all.nii.gz");
    ImageFile.write(everywhere, all);
    String[] renamed = {
      reference,
      all.toString(),
      "--reference-values",
      "1=3",
      "--labels",
      "1+3=it",
      "--metrics",
      "n_pred",
      "--format",
      "csv",
      "--ignore-label",
      "2"
    };
    Ended whole = call(Arrays.copyOf(renamed, renamed.length - 2));
    assertTrue(whole.out().endsWith(",240.0\n"), whole.out());
    Ended ignored = call(renamed);
    assertTrue(ignored.out().endsWith(",208.0\n"), ignored.out());
    Ended both = call(reference, prediction, "--reference-values", "2=1", "--ignore-label", "2");
    assertEquals(2, both.code());
    assertTrue(
        both.err().contains("--reference-values and --ignore-label both name 2"), both.err());
    String[][] wrong = {
      {"5", "--reference-values takes pairs such as 5=1,1=4; got '5'"},
      {"5=1,5=2", "--reference-values names the value 5 twice; give each one meaning"},
      {"70000=1", "labels end at 65535, --reference-values has 70000"}
    };
    for (String[] pair : wrong) {
      Ended ended = call(reference, prediction, "--reference-values", pair[0]);
      assertEquals(2, ended.code(), pair[0]);
      assertTrue(ended.err().startsWith("cirr: " + pair[1]), ended.err());
    }
  }
}
