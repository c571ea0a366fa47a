package org.cirr.nn.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cirr.io.image.ImageFile;
import org.cirr.io.nnunet.Splits;
import org.cirr.nn.plan.RawCase;
import org.cirr.nn.plan.RawDataset;
import org.cirr.nn.train.TinyDataset;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.volume.Affine;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Volume;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PseudoLabelCommandTest {
  @TempDir Path folder;

  private final FakeModel model = new FakeModel("MR");

  @BeforeEach
  void aModelFolderForItsDescriptions() throws IOException {
    describe(folder.resolve("model"), "MR");
    Files.writeString(
        folder.resolve("model/plans.json"),
        "{\"image_reader_writer\": \"SimpleITKIO\", \"configurations\": {}}");
    Files.createDirectories(folder.resolve("model/fold_0"));
    Files.writeString(folder.resolve("model/fold_0/checkpoint_final.pth"), "weights");
    Files.createDirectories(folder.resolve("images"));
  }

  private static void describe(Path where, String channel) throws IOException {
    Files.createDirectories(where);
    Files.writeString(
        where.resolve("dataset.json"),
        "{\"channel_names\": {\"0\": \""
            + channel
            + "\"}, \"labels\": {\"background\": 0, \"liver\": 1, \"spleen\": 2},"
            + " \"numTraining\": 2, \"file_ending\": \".nii.gz\", \"note\": \"kept\"}");
  }

  /** 4 x 5 x 7 voxels of 20 mm³; from {@code first} on they are liver with this probability. */
  private Path image(String name, double probability, int first, int end) throws IOException {
    float[] values = new float[4 * 5 * 7];
    Arrays.fill(values, first, end, (float) probability);
    Volume volume =
        Volume.of(Tensor.of(Shape.of(4, 5, 7), values), Affine.ofSpacing(TestImages.SPACING));
    return TestImages.write(folder.resolve("images"), name, volume);
  }

  private Path out() {
    return folder.resolve("mixed");
  }

  private FakeModel.Ended call(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "pseudo-label",
                folder.resolve("model").toString(),
                folder.resolve("images").toString(),
                "-o",
                out().toString(),
                "--judge",
                "liver"));
    args.addAll(List.of(more));
    return model.call(args.toArray(String[]::new));
  }

  private List<String> kept() throws IOException {
    return RawDataset.open(out()).cases().stream().map(RawCase::name).toList();
  }

  private void threeImages() throws IOException {
    image("good_0000.nii.gz", 0.975, 70, 140);
    image("faint_0000.nii.gz", 0.75, 70, 140);
    image("none_0000.nii.gz", 0.25, 70, 140);
  }

  @Test
  void trustworthyMasksBecomeADataSetAndTheReportSaysWhyOthersDoNot() throws IOException {
    threeImages();
    FakeModel.Ended ended = call();
    assertEquals(0, ended.code(), ended.err());
    assertEquals(
        "faint rejected: liver: confidence 0.750 is below 0.9\n"
            + "good kept\n"
            + "none rejected: liver: is missing\n"
            + out()
            + ": 1 cases, 1 of 3 masks kept\n",
        ended.out().replace("\r\n", "\n"));
    assertEquals(List.of("good"), kept());
    LabelMap labels = ImageFile.readLabels(out().resolve("labelsTr/good.nii.gz"));
    assertArrayEquals(new long[] {70, 70}, labels.counts());
    assertEquals(
        -1,
        Files.mismatch(
            folder.resolve("images/good_0000.nii.gz"), out().resolve("imagesTr/good_0000.nii.gz")));
    JsonObject json =
        JsonParser.parseString(Files.readString(out().resolve("dataset.json"))).getAsJsonObject();
    assertEquals(1, json.get("numTraining").getAsInt());
    assertEquals("kept", json.get("note").getAsString());
    assertFalse(Files.exists(out().resolve("splits_final.json")), "nnU-Net's own folds");
    assertEquals(
        List.of(
            "case,status,reasons,liver ml,liver confidence,liver agreement,liver components,liver"
                + " largest",
            "faint,rejected,liver: confidence 0.750 is below 0.9,1.400,0.7500,,1,1.0000",
            "good,kept,,1.400,0.9750,,1,1.0000",
            "none,rejected,liver: is missing,0.000,,,0,"),
        Files.readAllLines(out().resolve("pseudo-labels.csv")));
    JsonObject report =
        JsonParser.parseString(Files.readString(out().resolve("pseudo-labels.json")))
            .getAsJsonObject();
    assertEquals(0.9, report.getAsJsonObject("rules").get("minConfidence").getAsDouble());
    assertEquals("mirror", report.getAsJsonObject("predicted").get("agreement").getAsString());
    JsonObject second = report.getAsJsonArray("cases").get(1).getAsJsonObject();
    assertEquals("kept", second.get("status").getAsString());
    assertEquals(2, second.getAsJsonArray("warnings").size(), second.toString());
  }

  @Test
  void otherRulesAreTriedWithoutPredictingAgain() throws IOException {
    threeImages();
    assertEquals(0, call().code());
    model.failingWith(new IllegalStateException("predicts again"));
    FakeModel.Ended more = call("--resume", "--min-confidence", "0.5");
    assertEquals(0, more.code(), more.err());
    assertEquals(List.of("faint", "good"), kept());
    FakeModel.Ended less = call("--resume", "--volume-ml", "liver=1-2");
    assertEquals(0, less.code(), less.err());
    assertEquals(List.of("good"), kept());
    assertFalse(Files.exists(out().resolve("imagesTr/faint_0000.nii.gz")));
    FakeModel.Ended none = call("--resume", "--volume-ml", "liver=2-3.5");
    assertEquals(
        "cirr: "
            + out()
            + ": none of the 3 masks is kept (pseudo-labels.csv says why); give other rules with"
            + " --resume, or train the model longer",
        none.lastError());
    assertEquals(4, none.code());
    assertTrue(none.out().contains("good rejected: liver: 1.4 ml is not within 2.0 to 3.5 ml"));
    assertFalse(Files.exists(out().resolve("dataset.json")), "no data set is left");
  }

  @Test
  void aRunThatWasEndedGoesOnWithTheCasesThatAreLeft() throws IOException {
    image("a.nii.gz", 1, 70, 140);
    assertEquals(0, call().code());
    image("b.nii.gz", 1, 70, 140);
    model.endedInsideWith(new IllegalStateException("the process is ending"));
    assertEquals(130, call("--resume").code());
    assertEquals(List.of("a"), kept(), "the data set of the earlier run");
    model.failingWith(null);
    assertEquals(0, call("--resume").code());
    assertEquals(List.of("a", "b"), kept());
  }

  @Test
  void aCaseWhoseImageOrRecordChangedIsPredictedAgain() throws IOException {
    image("a.nii.gz", 1, 70, 140);
    assertEquals(0, call().code());
    image("a.nii.gz", 1, 35, 140);
    assertEquals(0, call("--resume").code());
    LabelMap labels = ImageFile.readLabels(out().resolve("labelsTr/a.nii.gz"));
    assertArrayEquals(new long[] {35, 105}, labels.counts());
    for (String damage : List.of("structure,1,liver,x,1,1,1,1,1", "nonsense", "\u0000,\"")) {
      Files.writeString(out().resolve("predicted/a.csv"), damage);
      FakeModel.Ended ended = call("--resume");
      assertEquals(0, ended.code(), damage + ": " + ended.err());
      assertTrue(ended.err().contains("a warning of the model"), damage + ": " + ended.err());
    }
  }

  @Test
  void labelledCasesAreMixedInAndAloneValidated() throws IOException {
    Path labelled = folder.resolve("Dataset001_Known");
    describe(labelled, "MR");
    Files.createDirectories(labelled.resolve("imagesTr"));
    Files.createDirectories(labelled.resolve("labelsTr"));
    for (String name : List.of("k1", "k2")) {
      TestImages.write(labelled.resolve("imagesTr"), name + "_0000.nii.gz");
      LabelMap map = LabelMap.zeros(TestImages.volume().geometry(), 255);
      for (int index = 0; index < (name.equals("k1") ? 50 : 80); index++) {
        map.set(index, 1);
      }
      ImageFile.write(map, labelled.resolve("labelsTr/" + name + ".nii.gz"));
    }
    image("good.nrrd", 1, 70, 140);
    image("large.nii", 1, 7, 140); // 133 voxels, more than 80 x 1.5
    FakeModel.Ended ended = call("--labelled", labelled.toString());
    assertEquals(0, ended.code(), ended.err());
    assertTrue(
        ended.out().contains("large rejected: liver: 2.7 ml is not within 0.7 to 2.4 ml"),
        ended.out());
    assertEquals(List.of("good", "k1", "k2"), kept());
    assertEquals(
        List.of(
            new Splits.Fold(List.of("k2", "good"), List.of("k1")),
            new Splits.Fold(List.of("k1", "good"), List.of("k2"))),
        sortedByValidation(Splits.read(out().resolve("splits_final.json"))));
    assertEquals(2, RawDataset.open(out()).ownSplits().folds().size(), "planning reads it");
    assertArrayEquals(
        ImageFile.read(folder.resolve("images/good.nrrd")).tensor().array(),
        ImageFile.read(out().resolve("imagesTr/good_0000.nii.gz")).tensor().array());
    assertEquals(
        0, call("--labelled", labelled.toString(), "--volume-factor", "0", "--resume").code());
    assertEquals(List.of("good", "k1", "k2", "large"), kept());

    // Without them, they are not mixed in by way of the folder.
    FakeModel.Ended without = call("--volume-factor", "0", "--resume");
    assertEquals(4, without.code(), without.err());
    assertTrue(without.lastError().contains("k1_0000.nii.gz: is of no case of this call;"));
    assertTrue(Files.exists(out().resolve("dataset.json")));

    image("k1.nii.gz", 1, 70, 140);
    FakeModel.Ended twice = call("--labelled", labelled.toString(), "--resume");
    assertTrue(
        twice
            .lastError()
            .endsWith(
                "k1.nii.gz: there is a labelled case k1; move the image away,"
                    + " or rename it if it is another one"),
        twice.err());
    assertEquals(4, twice.code());
  }

  private static List<Splits.Fold> sortedByValidation(Splits splits) {
    return splits.folds().stream()
        .sorted(java.util.Comparator.comparing(fold -> fold.val().get(0)))
        .toList();
  }

  @Test
  void aBadImageFailsAloneAndIsInTheReport() throws IOException {
    image("good.nii.gz", 1, 70, 140);
    Files.writeString(folder.resolve("images/bad.nii.gz"), "no image");
    FakeModel.Ended ended = call();
    assertEquals(3, ended.code(), ended.err());
    assertEquals(List.of("good"), kept());
    String row = Files.readAllLines(out().resolve("pseudo-labels.csv")).get(1);
    assertTrue(row.startsWith("bad,failed,"), row);
    assertTrue(row.endsWith(",,,,,"), row);
    assertEquals(
        "cirr: 1 of 2 cases failed, see " + out().resolve("pseudo-labels.csv"), ended.lastError());
  }

  @Test
  void aModelWithOtherChannelsFailsEveryCase() throws IOException {
    image("a_0000.nii.gz", 1, 70, 140);
    FakeModel two = new FakeModel("T1", "T2");
    FakeModel.Ended ended =
        two.call(
            "pseudo-label",
            folder.resolve("model").toString(),
            folder.resolve("images").toString(),
            "-o",
            out().toString());
    assertEquals(4, ended.code(), ended.err());
    assertTrue(ended.out().contains("a failed: a: channel 1 (T2) is missing"), ended.out());
    assertFalse(Files.exists(out().resolve("dataset.json")));
  }

  @Test
  void badCallsAndFoldersAreRefusedBeforeTheFirstCase() throws IOException {
    Path images = folder.resolve("images");
    assertRefused(4, images + ": holds no image (.nii.gz, ", call());
    image("a.nii.gz", 1, 70, 140);
    assertRefused(
        2,
        "--judge: 'kidney' is none of the structures that are judged, liver, spleen",
        call("--judge", "kidney"));
    assertRefused(
        2, "the least confidence is from 0 to 1, got 1.5", call("--min-confidence", "1.5"));
    assertRefused(2, "the least agreement is from 0 to 1", call("--min-agreement", "-1"));
    assertRefused(
        2, "the least share of the largest component is from 0 to 1", call("--min-largest", "2"));
    assertRefused(
        2,
        "the most components of a structure are 1 or more, got 0",
        call("--max-components", "0"));
    assertRefused(
        2,
        "--volume-ml takes ranges such as liver=600-4000, got 'liver'",
        call("--volume-ml", "liver"));
    assertRefused(
        2,
        "--volume-ml: volumes go from a smaller to a larger number of ml, got 3.0 to 2.0",
        call("--volume-ml", "liver=3-2"));
    assertRefused(
        2,
        "--volume-ml: 'bone' is none of the structures that are judged, liver",
        call("--volume-ml", "bone=1-2"));
    assertRefused(
        2, "--volume-factor is 0, or from 1 to 1000, got 0.5", call("--volume-factor", "0.5"));
    assertRefused(
        2, "--agreement folds needs two folds or more, got [0]", call("--agreement", "folds"));
    assertRefused(
        2,
        "--agreement mirror does not go with --no-mirror",
        call("--agreement", "mirror", "--no-mirror"));
    assertRefused(
        2,
        "-o " + images + " is an input; name another folder",
        model.call(
            "pseudo-label",
            folder.resolve("model").toString(),
            images.toString(),
            "-o",
            images.toString()));
    assertRefused(4, "is not a folder", call("--labelled", folder.resolve("none").toString()));
    assertFalse(Files.exists(out()), "nothing was written");
    Files.createDirectories(out());
    Files.writeString(out().resolve("mine.txt"), "mine");
    assertRefused(
        4,
        out()
            + ": is not empty and holds no run of pseudo-label; name a folder that is not there"
            + " yet",
        call("--resume"));
    Files.delete(out().resolve("mine.txt"));
    assertEquals(0, call().code());
    assertRefused(
        4, out() + ": holds an earlier run; go on with --resume, or name another folder", call());
    assertRefused(
        4,
        out()
            + ": its masks were predicted otherwise (step is 1.0, was 0.5); name another folder,"
            + " or predict as before",
        call("--resume", "--step", "1"));
    Files.writeString(folder.resolve("model/fold_0/checkpoint_final.pth"), "other weights");
    assertRefused(4, "its masks were predicted otherwise (fold 0 is ", call("--resume"));
  }

  @Test
  void aLabelledDataSetOfOtherLabelsOrChannelsIsRefused() throws IOException {
    image("a.nii.gz", 1, 70, 140);
    Path raw = TinyDataset.make(folder.resolve("labelled"));
    Path json = raw.resolve("dataset.json");
    String text = Files.readString(json);
    Files.writeString(json, text.replace("spleen", "kidney"));
    assertRefused(
        4,
        raw
            + ": has the labels {1=liver, 2=kidney}, the model has {1=liver, 2=spleen}; name the"
            + " data set that it was trained on, or renumber the labels",
        call("--labelled", raw.toString()));
    for (int i = 0; i < 4; i++) {
      Files.copy(
          raw.resolve("imagesTr/case" + i + "_0000.nii.gz"),
          raw.resolve("imagesTr/case" + i + "_0001.nii.gz"));
    }
    Files.writeString(json, text.replace("\"0\": \"MR\"", "\"0\": \"T1\", \"1\": \"T2\""));
    assertRefused(
        4,
        raw + ": has the channels [T1, T2], the model has [MR]; mix data sets of the same channels",
        call("--labelled", raw.toString()));
  }

  @Test
  void theStepsOfTheSemiSupervisedTrainingGoTogether() throws IOException {
    Path raw = TinyDataset.make(folder.resolve("labelled"));
    Path first = folder.resolve("first");
    String[] longer = {"--epochs", "1", "--iterations", "24", "--validation-iterations", "1"};
    real("train", raw.toString(), "-o", first.toString(), "--no-validation", longer);
    Path unlabelled = Files.createDirectories(folder.resolve("unlabelled"));
    Files.copy(raw.resolve("imagesTr/case3_0000.nii.gz"), unlabelled.resolve("new_0000.nii.gz"));
    Path mixed = folder.resolve("Dataset010_Mixed");
    String[] rules = {"--labelled", raw.toString(), "--volume-factor", "0", "--threads", "2"};
    FakeModel.Ended ended =
        real(
            "pseudo-label",
            first.toString(),
            unlabelled.toString(),
            "-o",
            mixed.toString(),
            "--min-largest=0",
            "--min-confidence=0.3",
            "--min-agreement=0.1",
            rules);
    assertTrue(ended.out().contains("new kept"), ended.out());
    List<String> report = Files.readAllLines(mixed.resolve("pseudo-labels.csv"));
    double agreement = Double.parseDouble(report.get(1).split(",")[5]);
    assertTrue(agreement > 0.1 && agreement < 1, "liver beside the unmirrored mask: " + report);

    Path plans = first.resolve("plans.json");
    real("plan", mixed.toString(), "--plans", plans.toString(), "--threads", "2");
    Path prepared = folder.resolve("Dataset010_Mixed-prepared");
    assertTrue(
        Files.readString(prepared.resolve("plans.json"))
            .contains("\"dataset_name\": \"Dataset010_Mixed\""));
    Splits splits = Splits.read(prepared.resolve("splits_final.json"));
    assertEquals(List.of("case0", "case1", "case2", "new"), splits.folds().get(0).train());
    assertEquals(List.of("case3"), splits.folds().get(0).val());

    Path second = folder.resolve("second");
    String weights = first.resolve("fold_0/checkpoint_final.pth").toString();
    String[] shortly = {"--epochs", "1", "--iterations", "1", "--validation-iterations", "1"};
    FakeModel.Ended tuned =
        real(
            "train",
            mixed.toString(),
            "-o",
            second.toString(),
            "--pretrained",
            weights,
            "--freeze=encoder.",
            shortly);
    assertTrue(tuned.err().contains("4 cases to train on, 1 to validate on"), tuned.err());
    assertTrue(tuned.out().contains("1 validation cases, mean Dice:"), tuned.out());
  }

  /** A call of the program itself that has to end well; the last argument has more of them. */
  private static FakeModel.Ended real(Object... parts) {
    List<String> args = new ArrayList<>();
    for (Object part : parts) {
      args.addAll(part instanceof String[] more ? List.of(more) : List.of((String) part));
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out), new PrintWriter(err), args.toArray(String[]::new));
    assertEquals(0, code, args + ": " + out + err);
    return new FakeModel.Ended(code, out.toString(), err.toString());
  }

  private static void assertRefused(int code, String message, FakeModel.Ended ended) {
    assertTrue(ended.err().contains(message), ended.err());
    assertEquals(code, ended.code(), ended.err());
  }
}
