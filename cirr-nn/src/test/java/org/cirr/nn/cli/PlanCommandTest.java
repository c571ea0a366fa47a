package org.cirr.nn.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.cirr.io.image.ImageFile;
import org.cirr.io.nnunet.Configuration;
import org.cirr.io.nnunet.Splits;
import org.cirr.nn.augment.Patch;
import org.cirr.nn.data.PreparedCase;
import org.cirr.nn.data.PreparedFolder;
import org.cirr.nn.train.TinyDataset;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCommandTest {
  private static final String LABELS = "{\"background\": 0, \"liver\": 1, \"spleen\": 2}";

  @TempDir Path folder;

  private record Ended(int code, String out, String err) {}

  private static Ended call(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out), new PrintWriter(err), args);
    return new Ended(
        code, out.toString().replace("\r\n", "\n"), err.toString().replace("\r\n", "\n"));
  }

  private Ended plan(String... options) {
    String[] args = new String[options.length + 2];
    args[0] = "plan";
    args[1] = data().toString();
    System.arraycopy(options, 0, args, 2, options.length);
    return call(args);
  }

  private Path data() {
    return folder.resolve("Dataset007_Tiny");
  }

  private PreparedFolder prepared() {
    return PreparedFolder.of(data());
  }

  private static Geometry grid(int... shape) {
    return Geometry.of(Shape.of(shape), Affine.ofSpacing(new Spacing(5, 1.5, 1.25)));
  }

  private static Volume image(Geometry grid, long seed) {
    Random random = new Random(seed);
    Tensor tensor = Tensor.zeros(grid.shape());
    for (int i = 0; i < tensor.array().length; i++) {
      tensor.array()[i] = 100 + random.nextInt(50);
    }
    return Volume.of(tensor, grid);
  }

  /** A box of liver above a box of spleen. */
  private static LabelMap labels(Geometry grid) {
    LabelMap map = LabelMap.zeros(grid, 255);
    int[] n = grid.shape().toArray();
    for (int z = 1; z < n[0] - 1; z++) {
      for (int y = 3; y < n[1] - 3; y++) {
        for (int x = 3; x < n[2] - 3; x++) {
          map.set((z * n[1] + y) * n[2] + x, y < n[1] / 2 ? 1 : 2);
        }
      }
    }
    return map;
  }

  private void write(String name, Volume image, LabelMap labels) throws IOException {
    Files.createDirectories(data().resolve("imagesTr"));
    Files.createDirectories(data().resolve("labelsTr"));
    ImageFile.write(image, data().resolve("imagesTr/" + name + "_0000.nii.gz"));
    ImageFile.write(labels, data().resolve("labelsTr/" + name + ".nii.gz"));
  }

  private void describe(int count, String labels) throws IOException {
    Files.createDirectories(data());
    Files.writeString(
        data().resolve("dataset.json"),
        "{\"channel_names\": {\"0\": \"MR\"}, \"labels\": "
            + labels
            + ", \"file_ending\": \".nii.gz\", \"numTraining\": "
            + count
            + "}");
  }

  private void dataset(int count) throws IOException {
    describe(count, LABELS);
    for (int i = 0; i < count; i++) {
      Geometry grid = grid(7 + i % 2, 33, 29 + i);
      write("c" + i, image(grid, i), labels(grid));
    }
  }

  @Test
  void aDataSetIsPlannedAndPreparedAndASecondRunKeepsTheCases() throws IOException {
    dataset(6);
    Ended first = plan("--threads", "2");
    assertEquals(0, first.code(), first.err());
    assertTrue(first.out().contains("Dataset007_Tiny: 6 cases, 5 folds"), first.out());
    assertTrue(first.out().contains("3d_fullres: 6 cases prepared, 0 kept"), first.out());
    assertTrue(first.out().strip().endsWith("Dataset007_Tiny-prepared"), first.out());
    Configuration plan = prepared().plans().configuration("3d_fullres");
    assertEquals(List.of(5.0, 1.5, 1.25), plan.spacingMm());
    assertEquals(5, prepared().splits().folds().size());
    assertEquals(2, prepared().dataset().labels().namesByValue().size());
    Files.delete(prepared().cases("3d_fullres").resolve("c3.case"));
    Files.write(prepared().cases("3d_fullres").resolve("c4.case"), new byte[100]);
    Ended second = plan();
    assertTrue(second.out().contains("3d_fullres: 2 cases prepared, 4 kept"), second.out());
  }

  @Test
  void aPreparedCaseHoldsWhatPredictionWouldSee() throws IOException {
    dataset(5);
    assertEquals(0, plan().code());
    PreparedCase one = prepared().open("3d_fullres", List.of("c1")).get(0);
    assertArrayEquals(new int[] {8, 33, 30}, one.shape());
    Patch whole = one.read(new int[3], one.shape());
    double sum = 0;
    double squares = 0;
    for (float value : whole.channel(0)) {
      sum += value;
      squares += value * value;
    }
    assertEquals(0, sum / whole.voxels(), 1e-5);
    assertEquals(1, squares / whole.voxels(), 1e-5);
    LabelMap labels = labels(grid(8, 33, 30));
    for (int i = 0; i < labels.length(); i++) {
      assertEquals(labels.get(i), whole.labels()[i]);
    }
    assertEquals(2, one.classes());
    for (int c = 0; c < 2; c++) {
      assertEquals(labels.counts()[c + 1], one.locations(c)); // fewer than 10,000: all of them
      int[] at = one.location(c, one.locations(c) - 1);
      assertEquals(c + 1, labels.get(at[0], at[1], at[2]));
    }
  }

  @Test
  void aSplitThatWasEditedIsKeptAndAForeignOneIsRefused() throws IOException {
    dataset(5);
    Files.createDirectories(prepared().folder());
    Splits own = new Splits(List.of(new Splits.Fold(List.of("c0", "c1"), List.of("c2"))));
    own.write(prepared().splitsFile());
    assertEquals(0, plan("--plan-only").code());
    assertEquals(own, prepared().splits());
    new Splits(List.of(new Splits.Fold(List.of("c9"), List.of()))).write(prepared().splitsFile());
    Ended ended = plan("--plan-only");
    assertEquals(4, ended.code());
    assertTrue(
        ended.err().contains("splits_final.json: names the case c9, which the data set"),
        ended.err());
  }

  @Test
  void cirrMriFoldersArePlannedWithTheirOwnSplit() throws IOException {
    Geometry grid = grid(8, 33, 29);
    Path inner = data().resolve("Dataset007_Tiny");
    for (String file : new String[] {"train/1", "train/2", "valid/3", "test/4"}) {
      String[] parts = file.split("/");
      Path images = Files.createDirectories(inner.resolve(parts[0] + "_images"));
      Path masks = Files.createDirectories(inner.resolve(parts[0] + "_masks"));
      ImageFile.write(image(grid, 1), images.resolve(parts[1] + ".nii.gz"));
      LabelMap mask = labels(grid);
      for (int i = 0; i < mask.length(); i++) {
        mask.set(i, Math.min(1, mask.get(i)));
      }
      ImageFile.write(mask, masks.resolve(parts[1] + ".nii.gz"));
    }
    ImageFile.write(image(grid, 1), inner.resolve("train_images/7.nii.gz"));
    Ended ended = plan();
    assertEquals(0, ended.code(), ended.err());
    assertTrue(ended.err().contains("7.nii.gz: has no mask and is left out"), ended.err());
    assertTrue(ended.err().contains("the test cases are left alone"), ended.err());
    assertEquals(
        new Splits(List.of(new Splits.Fold(List.of("1", "2"), List.of("3")))), prepared().splits());
    assertEquals(List.of("MR"), prepared().dataset().channelNames());
    assertEquals(3, prepared().open("3d_fullres", List.of("1", "2", "3")).size());
  }

  /** One run that is refused with all these messages; a scan draws 100 million samples. */
  private void assertRefused(String... messages) {
    Ended ended = plan();
    assertEquals(4, ended.code(), ended.err());
    for (String message : messages) {
      assertTrue(ended.err().contains(message), ended.err());
    }
    assertTrue(Files.notExists(prepared().folder()), "something was written");
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    dataset(2);
    Files.delete(data().resolve("labelsTr/c1.nii.gz"));
    assertRefused("c1.nii.gz: is missing; add the label of case c1 or remove its image");
    dataset(2);
    Files.delete(data().resolve("imagesTr/c1_0000.nii.gz"));
    assertRefused("c1.nii.gz: is a label without an image; add");
    describe(3, LABELS);
    Files.delete(data().resolve("labelsTr/c1.nii.gz"));
    assertRefused("numTraining is 3, but there are 1 cases; correct the number");
    Files.move(data().resolve("imagesTr/c0_0000.nii.gz"), data().resolve("imagesTr/c0.nii.gz"));
    assertRefused("c0.nii.gz: has no channel number; name it c0_0000.nii.gz");
    Files.delete(data().resolve("dataset.json"));
    assertRefused("has neither dataset.json (nnU-Net) nor folders such as train_images");
  }

  @Test
  void everyBadCaseIsToldInOneRun() throws IOException {
    dataset(4);
    Geometry grid = grid(7, 33, 29);
    LabelMap odd = labels(grid);
    odd.set(0, 7);
    write("c0", image(grid, 0), odd);
    write("c1", image(grid, 0), labels(grid(7, 33, 28)));
    Geometry other = Geometry.of(grid.shape(), Affine.ofSpacing(new Spacing(4, 1.5, 1.25)));
    write("c2", image(grid, 0), labels(other));
    assertRefused(
        "c0.nii.gz: has the label 7 (1 voxels), but the labels of dataset.json are [0, 1, 2]; add",
        "c1.nii.gz: has [7, 33, 28] voxels (z y x), its image c1_0000.nii.gz has [7, 33,",
        "c2.nii.gz: has the spacing [4.0, 1.5, 1.25] mm (z y x), its image c2_0000.nii.gz has [5.0",
        "cirr: Dataset007_Tiny: 3 problem(s), nothing was written");
  }

  @Test
  void aClassThatNoCaseHasIsRefused() throws IOException {
    dataset(2);
    describe(2, "{\"background\": 0, \"liver\": 1, \"spleen\": 2, \"tumour\": 3}");
    assertRefused("labels.tumour is 3, but no case has a voxel of it; remove it from dataset.json");
  }

  @Test
  void aClassThatAFoldDoesNotTrainOnIsWarnedOf() throws IOException {
    dataset(5);
    Geometry grid = grid(7, 33, 29);
    for (int i = 1; i < 5; i++) {
      LabelMap one = labels(grid);
      for (int v = 0; v < one.length(); v++) {
        one.set(v, Math.min(1, one.get(v)));
      }
      write("c" + i, image(grid, i), one);
    }
    Ended ended = plan("--plan-only");
    assertEquals(0, ended.code(), ended.err());
    assertTrue(
        ended.err().matches("(?s).*fold \\d trains without a voxel of spleen.*"), ended.err());
  }

  @Test
  void casesThatComeLaterAreToldWhereTheFoldsAreKept() throws IOException {
    dataset(5);
    assertEquals(0, plan("--plan-only").code());
    dataset(7);
    Ended more = plan("--plan-only");
    assertEquals(0, more.code(), more.err());
    assertTrue(
        more.err().contains("warning: 2 cases are in no fold of " + prepared().splitsFile()),
        more.err());
  }

  @Test
  void aChannelThatDatasetJsonDoesNotNameIsRefused() throws IOException {
    dataset(2);
    Path images = data().resolve("imagesTr");
    Path first;
    try (var files = Files.list(images)) {
      first = files.sorted().findFirst().orElseThrow();
    }
    Path more = Path.of(first.toString().replace("_0000", "_0001"));
    Files.copy(first, more);
    Ended ended = plan("--plan-only");
    assertEquals(4, ended.code());
    assertTrue(ended.err().contains(more + ": is channel 1, but channel_names"), ended.err());
  }

  @Test
  void wrongCallsAreToldInOneLine() throws IOException {
    dataset(2);
    assertEquals(2, plan("--threads", "0").code());
    Ended config = plan("--config", "4d");
    assertEquals(4, config.code());
    assertTrue(config.err().contains("has no 4d; there are [2d, 3d_fullres]"), config.err());
    Ended memory = plan("--memory-gb", "-1");
    assertEquals(2, memory.code());
    assertTrue(memory.err().contains("from 0.5 to 1000 GB, got -1.0"), memory.err());
    assertEquals(2, plan("--features", "0").code());
    assertEquals(2, plan("--spacing", "1,2").code());
    Path file = Files.writeString(folder.resolve("file"), "");
    Ended taken = plan("-o", file.toString());
    assertEquals(4, taken.code());
    assertTrue(taken.err().contains(file + ": is a file; name another folder"), taken.err());
    Path plans = folder.resolve("plans.json");
    String one = "[\"ZScoreNormalization\"]";
    String two = "[\"ZScoreNormalization\", \"ZScoreNormalization\"]";
    String text = TinyDataset.plans(4, 8, 8).replace(one, two);
    Files.writeString(plans, text.replace("[false]", "[false, false]"));
    Ended both = plan("--plans", plans.toString(), "--features", "8");
    assertEquals(2, both.code());
    assertTrue(both.err().contains("--plans takes a model's plans as they are; leave out"));
    Ended none = plan("--plans", data().resolve("dataset.json").toString());
    assertEquals(4, none.code());
    assertTrue(none.err().contains("image_reader_writer"), none.err());
    Ended channels = plan("--plans", plans.toString());
    assertEquals(4, channels.code());
    assertTrue(
        channels
            .err()
            .contains(
                plans
                    + ": 3d_fullres is planned for 2 channel(s), but Dataset007_Tiny has 1, [MR];"
                    + " take the plans of a model with the same channels"),
        channels.err());
    Ended missing = call("plan", folder.resolve("nothing").toString());
    assertTrue(missing.err().contains("nothing: is not a folder"), missing.err());
  }

  @Test
  void imagesThatLieOtherwiseThanDeclaredAreRefused() throws IOException {
    dataset(2);
    Path json = data().resolve("dataset.json");
    String text = Files.readString(json);
    Files.writeString(
        json, text.replace("{\"channel", "{\"cirr_orientation\": \"LAS\", \"channel"));
    assertRefused(
        "c0_0000.nii.gz: its axes point RAS, but cirr_orientation of dataset.json is LAS; turn image"
            + " and label, or correct dataset.json",
        "c1_0000.nii.gz: its axes point RAS");
    Files.writeString(
        json, text.replace("{\"channel", "{\"cirr_orientation\": \"RAS\", \"channel"));
    assertEquals(0, plan("--plan-only").code());
  }
}
