package org.cirr.nn.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.cirr.io.image.ImageFile;
import org.cirr.io.nnunet.Postprocessing;
import org.cirr.nn.segment.InfiniteLogitException;
import org.cirr.nn.segment.Parity;
import org.cirr.nn.segment.Precision;
import org.cirr.tensor.Shape;
import org.cirr.volume.Affine;
import org.cirr.volume.LabelMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentCommandTest {
  @TempDir Path folder;

  private final FakeModel model = new FakeModel("MR");

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  private List<String> listed(Path where) throws IOException {
    try (Stream<Path> files = Files.list(where)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void theMaskIsWrittenBesideTheScanAndItsVolumesArePrinted() throws IOException {
    Path scan = TestImages.write(folder, "my liver_0000.nii.gz");
    FakeModel.Ended ended = model.call("segment", "-m", "M", "-i", scan.toString());
    assertEquals(0, ended.code(), ended.err());
    Path mask = folder.resolve("my liver_seg.nii.gz");
    String expected = mask + "\n  liver          1.4 ml\n  spleen         0.0 ml\n";
    assertEquals(expected, ended.out().replace("\r\n", "\n"));
    LabelMap labels = ImageFile.readLabels(mask);
    assertArrayEquals(new long[] {70, 70}, labels.counts());
    assertTrue(labels.geometry().matches(TestImages.volume().geometry(), 1e-4));
    assertEquals("warning: my liver: a warning of the model", ended.err().strip());
  }

  @Test
  void withoutAModelTheBundledOneIsUsedAndThatIsSaid() throws IOException {
    Path scan = TestImages.write(folder, "a.nii.gz");
    FakeModel.Ended ended =
        model.call("segment", "-i", scan.toString(), "-o", at("m.nii"), "--json", at("run.json"));
    assertEquals(0, ended.code(), ended.err());
    assertEquals(null, model.opened());
    assertEquals(
        "cirr: no -m, so the bundled model is used (liver, kidneys, spleen in abdominal MRI): for"
            + " research only, not a medical device",
        ended.err().lines().findFirst().orElseThrow());
    String json = Files.readString(folder.resolve("run.json"));
    assertEquals(
        "bundled", JsonParser.parseString(json).getAsJsonObject().get("model").getAsString());
    assertEquals(
        0, model.call("segment", "-m", "M", "-i", scan.toString(), "-o", at("m.nii")).code());
    assertEquals(Path.of("M"), model.opened());
  }

  @Test
  void everyOptionReachesTheSegmenter() throws IOException {
    Path scan = TestImages.write(folder, "a.nii.gz");
    String[] call =
        ("segment -m M -i SCAN --folds 0,all --step 0.75 --no-gaussian --no-mirror"
                + " --precision float32 --parity nnunet-2.2 --backend scalar --threads 3"
                + " --labels liver,spleen")
            .replace("SCAN", scan.toString())
            .split(" ");
    assertEquals(0, model.call(call).code());
    assertEquals(List.of("0", "all"), model.options().folds());
    assertEquals(0.75, model.options().stepSize());
    assertFalse(model.options().gaussian());
    assertFalse(model.options().mirroring());
    assertEquals(Precision.FLOAT32, model.options().precision());
    assertEquals(Parity.NNUNET_2_2, model.options().parity());
    assertEquals("scalar", model.options().backend());
    assertEquals(3, model.options().threads());
    assertEquals(List.of("liver", "spleen"), model.options().labels());
  }

  @Test
  void withoutOptionsTheDefaultsReachTheSegmenter() throws IOException {
    Path scan = TestImages.write(folder, "a.nii.gz");
    assertEquals(0, model.call("segment", "-m", "M", "-i", scan.toString()).code());
    assertEquals(org.cirr.nn.segment.SegmentOptions.defaults(), model.options());
  }

  @Test
  void onlyTheLabelsThatWereAskedForAreReported() throws IOException {
    Path scan = TestImages.write(folder, "a.nii.gz");
    FakeModel.Ended ended =
        model.call("segment", "-m", "M", "-i", scan.toString(), "--labels", "liver");
    assertTrue(ended.out().contains("liver"), ended.out());
    assertFalse(ended.out().contains("spleen"), ended.out());
  }

  @Test
  void allOutputsOfOneRunAreWritten() throws IOException {
    Path scan = TestImages.write(folder, "a.nii.gz");
    FakeModel.Ended ended =
        model.call(
            "segment",
            "-m",
            "M",
            "-i",
            scan.toString(),
            "-o",
            at("mask.nii"),
            "--probabilities",
            at("p.npz"),
            "--preview",
            at("p.png"),
            "--json",
            at("run.json"));
    assertEquals(0, ended.code(), ended.err());
    assertEquals(List.of("a.nii.gz", "mask.nii", "p.npz", "p.png", "run.json"), listed(folder));
    JsonObject json =
        JsonParser.parseString(Files.readString(folder.resolve("run.json"))).getAsJsonObject();
    assertEquals(Main.version(), json.get("cirr").getAsString());
    JsonObject one = json.getAsJsonArray("cases").get(0).getAsJsonObject();
    assertEquals("done", one.get("status").getAsString());
    assertEquals(at("mask.nii"), one.get("output").getAsString());
    assertEquals("scalar", one.get("backend").getAsString());
    assertEquals(1000, one.get("plannedPeakBytes").getAsLong());
    assertEquals(0.25, one.getAsJsonObject("secondsPerStage").get("predict").getAsDouble());
    JsonObject liver = one.getAsJsonArray("labels").get(0).getAsJsonObject();
    assertEquals("liver", liver.get("name").getAsString());
    assertEquals(70, liver.get("voxels").getAsLong());
    assertEquals(1.4, liver.get("ml").getAsDouble(), 1e-6);
    assertEquals("[\"a warning of the model\"]", one.get("warnings").toString());
  }

  @Test
  void anInputIsNeverWrittenOver() throws IOException {
    Path scan = TestImages.write(folder, "a.nii.gz");
    byte[] before = Files.readAllBytes(scan);
    String other =
        folder.resolve("..").resolve(folder.getFileName()).resolve("a.nii.gz").toString();
    FakeModel.Ended ended = model.call("segment", "-m", "M", "-i", scan.toString(), "-o", other);
    assertEquals(
        "cirr: " + other + ": is an input and is not written over; name another output",
        ended.err().strip());
    assertEquals(4, ended.code());
    assertArrayEquals(before, Files.readAllBytes(scan));
  }

  @Test
  void outputsThatCannotBeWrittenAreRefusedBeforeTheWork() throws IOException {
    String scan = TestImages.write(folder, "a.nii.gz").toString();
    model.failingWith(new AssertionError("the model must not run"));
    String[][] optionsAndErrors = {
      {
        "-o",
        at("mask.txt"),
        "-o takes a file that ends in .nii.gz, .hdr.gz, .img.gz, .nii, .nrrd, .nhdr, .hdr, .img"
      },
      {"-o", at("no/mask.nii"), "its folder does not exist; create " + at("no")},
      {"--preview", at("p.jpg"), "--preview takes a file that ends in .png"},
      {"--probabilities", at("p.npy"), "--probabilities takes a file that ends in .npz"},
      {"--json", at("no/run.json"), "its folder does not exist; create " + at("no")},
    };
    for (String[] each : optionsAndErrors) {
      FakeModel.Ended ended = model.call("segment", "-m", "M", "-i", scan, each[0], each[1]);
      assertEquals("cirr: " + each[1] + ": " + each[2], ended.err().strip());
      assertEquals(4, ended.code());
    }
  }

  @Test
  void aBatchGoesOnAfterABadCaseAndListsIt() throws IOException {
    Path scans = Files.createDirectory(folder.resolve("scans"));
    TestImages.write(scans, "a_0000.nii.gz");
    Files.writeString(scans.resolve("b.nii.gz"), "no image at all");
    TestImages.write(scans, "c.nii");
    FakeModel.Ended ended =
        model.call(
            "segment",
            "-m",
            "M",
            "-i",
            scans.toString(),
            "-o",
            at("masks"),
            "--json",
            at("run.json"),
            "--preview",
            at("pictures"));
    assertEquals(3, ended.code(), ended.err());
    assertEquals(List.of("a.nii.gz", "c.nii"), listed(folder.resolve("masks")));
    assertEquals(List.of("a.png", "c.png"), listed(folder.resolve("pictures")));
    assertTrue(ended.err().contains("cirr: 1 of 3 cases failed:"), ended.err());
    assertTrue(ended.lastError().startsWith("  b: " + scans.resolve("b.nii.gz")), ended.err());
    String json = Files.readString(folder.resolve("run.json"));
    assertTrue(json.contains("\"failed\""), json);
  }

  @Test
  void resumeLeavesFinishedCasesOut() throws IOException {
    Path scans = Files.createDirectory(folder.resolve("scans"));
    TestImages.write(scans, "a.nii.gz");
    TestImages.write(scans, "b.nii.gz");
    Path masks = Files.createDirectory(folder.resolve("masks"));
    Files.writeString(masks.resolve("a.nii.gz"), "finished before");
    FakeModel.Ended ended =
        model.call("segment", "-m", "M", "-i", scans.toString(), "-o", at("masks"), "--resume");
    assertEquals(0, ended.code(), ended.err());
    assertEquals("finished before", Files.readString(masks.resolve("a.nii.gz")));
    assertTrue(Files.exists(masks.resolve("b.nii.gz")));
    assertTrue(
        ended.err().contains("a: left out, " + masks.resolve("a.nii.gz") + " is already there"));
  }

  @Test
  void aBatchNeedsAFolderForItsMasks() throws IOException {
    String scan = TestImages.write(folder, "a.nii.gz").toString();
    String scans = folder.toString();
    String[][] callsAndErrors = {
      {"-i", scans, "a batch needs a folder for the masks: -o FOLDER"},
      {
        "-i",
        scans,
        "-o",
        scan,
        "a batch needs a folder for the masks, but -o " + scan + " is a file"
      },
      {"-i", scans, "-o", scans, "-o " + scans + " is the folder of the scans; name another one"},
      {"-i", scans, "-i", scan, "-i takes one folder, or the files of one case, not both"},
    };
    for (String[] each : callsAndErrors) {
      String[] args =
          Stream.concat(Stream.of("segment", "-m", "M"), Stream.of(each).limit(each.length - 1))
              .toArray(String[]::new);
      FakeModel.Ended ended = model.call(args);
      assertEquals(
          "cirr: " + each[each.length - 1] + " (see 'cirr help segment')", ended.err().strip());
      assertEquals(2, ended.code());
    }
  }

  @Test
  void channelsOnDifferentGridsAreBadInput() throws IOException {
    Path first = TestImages.write(folder, "a_0000.nii.gz");
    TestImages.write(
        folder,
        "a_0001.nii.gz",
        TestImages.volume(Shape.of(4, 5, 6), Affine.ofSpacing(TestImages.SPACING)));
    FakeModel.Ended ended =
        new FakeModel("T1", "T2").call("segment", "-m", "M", "-i", first.toString());
    assertEquals(4, ended.code());
    assertTrue(ended.err().contains("has shape (z y x) [4, 5, 6] but"), ended.err());
    assertFalse(Files.exists(folder.resolve("a_seg.nii.gz")));
  }

  @Test
  void postprocessingIsTheModelsUnlessAFileOrNoneIsNamed() throws IOException {
    String scan = TestImages.write(folder, "a.nii.gz").toString();
    model.call("segment", "-m", "M", "-i", scan);
    assertNull(model.options().postprocessing());
    model.call("segment", "-m", "M", "-i", scan, "--no-postprocessing");
    assertEquals(Postprocessing.NONE, model.options().postprocessing());
    Path file = folder.resolve("postprocessing.json");
    Files.writeString(
        file,
        "{\"postprocessing_fns\": [\"remove_all_but_largest_component_from_segmentation\"],"
            + " \"postprocessing_kwargs\": [{\"labels_or_regions\": [1]}]}");
    String json = at("run.json");
    FakeModel.Ended ended =
        model.call(
            "segment", "-m", "M", "-i", scan, "--postprocessing", file.toString(), "--json", json);
    assertEquals(0, ended.code(), ended.err());
    assertEquals(
        List.of(new Postprocessing.KeepLargest(List.of(1), 0)),
        model.options().postprocessing().steps());
    assertTrue(
        Files.readString(Path.of(json)).replaceAll("\\s", "").contains("\"postprocessing\":[[1]]"));
    assertEquals(
        2,
        model
            .call(
                "segment",
                "-m",
                "M",
                "-i",
                scan,
                "--no-postprocessing",
                "--postprocessing",
                file.toString())
            .code());
  }

  @Test
  void aMissingScanIsBadInput() {
    FakeModel.Ended ended = model.call("segment", "-m", "M", "-i", at("none.nii.gz"));
    assertEquals("cirr: " + at("none.nii.gz") + ": no such file", ended.err().strip());
    assertEquals(4, ended.code());
  }

  @Test
  void aCancelledRunLeavesNothingAndAnswers130() throws IOException {
    Path scan = TestImages.write(folder, "a.nii.gz");
    model.failingWith(new CancellationException("cancelled"));
    FakeModel.Ended ended =
        model.call("segment", "-m", "M", "-i", scan.toString(), "--preview", at("p.png"));
    assertEquals("cirr: cancelled; files that were not finished are not there", ended.lastError());
    assertEquals(130, ended.code());
    assertEquals(List.of("a.nii.gz"), listed(folder));
  }

  @Test
  void whatFailsBecauseTheProcessEndsIsNoDefect() throws IOException {
    Path scans = Files.createDirectory(folder.resolve("scans"));
    String scan = TestImages.write(scans, "a.nii.gz").toString();
    TestImages.write(scans, "b.nii.gz");
    model.endedInsideWith(new IllegalStateException("Shutdown in progress"));
    assertEquals(130, model.call("segment", "-m", "M", "-i", scan).code());
    FakeModel.Ended batch =
        model.call("segment", "-m", "M", "-i", scans.toString(), "-o", at("masks"));
    assertEquals("cirr: cancelled; files that were not finished are not there", batch.lastError());
    assertEquals(130, batch.code());
  }

  @Test
  void tooLittleMemoryIsSaidInOneLine() throws IOException {
    Path scan = TestImages.write(folder, "a.nii.gz");
    model.failingWith(new OutOfMemoryError("Java heap space"));
    FakeModel.Ended ended = model.call("segment", "-m", "M", "-i", scan.toString());
    assertTrue(ended.lastError().startsWith("cirr: not enough memory: the heap is limited to "));
    assertTrue(ended.lastError().contains("CIRR_JAVA_OPTS=-Xmx"), ended.lastError());
    assertEquals(4, ended.code());
  }

  @Test
  void aNetworkThatOverflowsIsNoDefectOfCirr() throws IOException {
    Path scan = TestImages.write(folder, "a.nii.gz");
    model.failingWith(new InfiniteLogitException("the logit of class 1 is infinite"));
    FakeModel.Ended ended = model.call("segment", "-m", "M", "-i", scan.toString());
    assertEquals("cirr: the logit of class 1 is infinite", ended.err().strip());
    assertEquals(4, ended.code());
  }

  @Test
  void aDefectIsOneLineAndItsTraceNeedsVerbose() throws IOException {
    Path scan = TestImages.write(folder, "a.nii.gz");
    model.failingWith(new IllegalStateException("first line\nsecond line"));
    FakeModel.Ended quiet = model.call("segment", "-m", "M", "-i", scan.toString());
    assertEquals(
        "cirr: a defect of cirr, please report it with the output of --verbose:"
            + " java.lang.IllegalStateException: first line second line",
        quiet.err().strip());
    assertEquals(1, quiet.code());
    FakeModel.Ended verbose = model.call("segment", "-m", "M", "-i", scan.toString(), "-v");
    assertTrue(verbose.err().contains("\tat org.cirr.nn.cli."), verbose.err());
  }
}
