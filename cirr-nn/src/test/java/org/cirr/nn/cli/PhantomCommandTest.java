package org.cirr.nn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.cirr.io.image.ImageFile;
import org.cirr.nn.plan.RawDataset;
import org.cirr.tensor.Shape;
import org.cirr.volume.Orientation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PhantomCommandTest {
  @TempDir Path folder;

  private record Ended(int code, String out, String err) {}

  private static Ended call(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] all = new String[args.length + 1];
    all[0] = "phantom";
    System.arraycopy(args, 0, all, 1, args.length);
    int code = Main.run(new PrintWriter(out), new PrintWriter(err), all);
    return new Ended(code, out.toString(), err.toString());
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void imageLabelsAndPictureAreWritten() throws IOException {
    Ended ended =
        call(
            "--seed",
            "5",
            "--contrast",
            "t1",
            "--cirrhotic",
            "--size",
            "80x64x20",
            "--spacing",
            "4x4.5x12",
            "-o",
            at("image.nii.gz"),
            "--labels",
            at("labels.nii.gz"),
            "--preview",
            at("picture.png"));
    assertEquals(0, ended.code(), ended.err());
    assertTrue(ended.out().matches("(?s).*1 liver +[0-9.]+ ml.*4 spleen.*"), ended.out());
    assertEquals(Shape.of(20, 64, 80), ImageFile.read(folder.resolve("image.nii.gz")).shape());
    assertEquals(5, ImageFile.readLabels(folder.resolve("labels.nii.gz")).counts().length);
    assertTrue(ImageIO.read(folder.resolve("picture.png").toFile()).getWidth() > 300);
  }

  @Test
  void aDataSetOfPhantomsCanBePlanned() throws IOException {
    String data = at("Dataset100_Phantom");
    String[] args = {
      "--dataset",
      data,
      "--count",
      "3",
      "--size",
      "64x64x12",
      "--spacing",
      "5x5x20",
      "--orientation",
      "LAS"
    };
    assertEquals(0, call(args).code());
    RawDataset raw = RawDataset.open(Path.of(data));
    assertEquals(3, raw.cases().size());
    assertEquals(Orientation.of("LAS"), raw.dataset().orientation());
    StringWriter out = new StringWriter();
    int code = Main.run(new PrintWriter(out), new PrintWriter(out), "plan", data);
    assertEquals(0, code, out.toString());
    Ended again = call(args);
    assertEquals(4, again.code());
    assertTrue(again.err().contains("is a data set already; name another folder"), again.err());
    assertTrue(Files.exists(folder.resolve("Dataset100_Phantom-prepared/splits_final.json")));
  }

  @Test
  void wrongCallsAreToldInOneLine() {
    assertWrong("name the image with -o, or a folder with --dataset");
    assertWrong(
        "--size takes voxels such as 256x256x36, got '3x3'", "-o", "x.nii", "--size", "3x3");
    assertWrong(
        "--spacing takes mm such as 1.25x1.25x7.7, got 'a'", "-o", "x.nii", "--spacing", "a");
    assertWrong(
        "draws size and spacing: name neither", "-o", "x.nii", "--random-grid", "--size", "3x3x3");
    assertWrong("an orientation is one letter", "-o", "x.nii", "--orientation", "abc");
    assertWrong("--threads is 1 or more, got 0", "-o", "x.nii", "--threads", "0");
    assertWrong("--count is 1 or more, got 0", "--dataset", "d", "--count", "0");
    assertWrong("--count goes with --dataset", "-o", "x.nii", "--count", "3");
    assertWrong("leave out -o, --labels and --preview", "-o", "x.nii", "--dataset", "d");
  }

  @Test
  void filesThatCannotBeWrittenAreToldBeforeTheWork() throws IOException {
    String image = folder.resolve("image.nii.gz").toString();
    Ended labels = call("-o", image, "--labels", folder.resolve("x.txt").toString());
    assertEquals(4, labels.code());
    assertTrue(labels.err().contains("--labels takes a file that ends in .nii.gz"), labels.err());
    Ended picture = call("-o", image, "--preview", folder.resolve("p.jpg").toString());
    assertTrue(picture.err().contains("--preview takes a file that ends in .png"), picture.err());
    Path file = Files.writeString(folder.resolve("data"), "");
    Ended taken = call("--dataset", file.toString());
    assertEquals(4, taken.code());
    assertTrue(taken.err().contains("data: is a file; name another folder"), taken.err());
    assertFalse(Files.exists(Path.of(image)));
  }

  private static void assertWrong(String part, String... args) {
    Ended ended = call(args);
    assertEquals(2, ended.code(), ended.err());
    assertTrue(ended.err().contains(part), ended.err());
    assertEquals(1, ended.err().strip().split("\n").length, ended.err());
  }
}
