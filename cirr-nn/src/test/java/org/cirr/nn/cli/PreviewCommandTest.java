package org.cirr.nn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.cirr.io.image.ImageFile;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Volume;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreviewCommandTest {
  @TempDir Path folder;

  private Path scan;
  private Path low;
  private Path high;

  private record Ended(int code, String out, String err) {}

  private static Ended call(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] texts = Arrays.stream(args).map(String::valueOf).toArray(String[]::new);
    int code = Main.run(new PrintWriter(out), new PrintWriter(err), texts);
    return new Ended(code, out.toString(), err.toString());
  }

  @BeforeEach
  void writeImages() throws IOException {
    scan = TestImages.write(folder, "a.nii.gz");
    low = mask("low.nii.gz", 0);
    high = mask("high.nii.gz", 3);
  }

  /** Label 2 in one slice. */
  private Path mask(String name, int slice) throws IOException {
    Volume image = TestImages.volume();
    LabelMap mask = LabelMap.zeros(image.geometry(), 2);
    for (int i = 0; i < 35; i++) {
      mask.set(35 * slice + i, 2);
    }
    Path file = folder.resolve(name);
    ImageFile.write(mask, file);
    return file;
  }

  private byte[] drawn(Object... args) throws IOException {
    Path png = folder.resolve("p.png");
    Object[] all = Arrays.copyOf(new Object[] {"preview", scan}, args.length + 4);
    System.arraycopy(args, 0, all, 2, args.length);
    all[all.length - 2] = "-o";
    all[all.length - 1] = png;
    Ended ended = call(all);
    assertEquals(0, ended.code(), ended.err());
    assertEquals(png.toString(), ended.out().strip());
    return Files.readAllBytes(png);
  }

  @Test
  void theSlicesAreThoseOfTheMaskOrOfAnotherOne() throws IOException {
    byte[] own = drawn(low, "--title", "x");
    byte[] other = drawn(low, "--title", "x", "--planes-of", high);
    assertFalse(Arrays.equals(own, other), "other slices");
    assertTrue(Arrays.equals(own, drawn(low, "--title", "x", "--planes-of", low)), "its own");
  }

  @Test
  void namesCanBeGiven() throws IOException {
    byte[] plain = drawn(low);
    assertFalse(Arrays.equals(plain, drawn(low, "--labels", "2=spleen")));
    assertTrue(Arrays.equals(plain, drawn(low, "--labels", "2=label 2")), "the default's name");
    byte[] other = drawn(low, "--labels", "1=liver", "--planes-of", low);
    assertFalse(Arrays.equals(plain, other), "label 2 is left out");
    Ended wrong = call("preview", scan, low, "-o", folder.resolve("p.png"), "--labels", "x");
    assertEquals(2, wrong.code());
    assertTrue(wrong.err().contains("--labels takes dataset.json or value=name"), wrong.err());
  }

  @Test
  void otherGridsAndEndingsAreRefused() throws IOException {
    Ended ending = call("preview", scan, low, "-o", folder.resolve("p.gif"));
    assertEquals(2, ending.code());
    assertTrue(ending.err().contains("-o takes a file that ends in .png, got "), ending.err());
    Volume image =
        TestImages.volume(
            org.cirr.tensor.Shape.of(3, 5, 7),
            org.cirr.volume.Affine.ofSpacing(TestImages.SPACING));
    Path small = folder.resolve("small.nii.gz");
    ImageFile.write(LabelMap.zeros(image.geometry(), 2), small);
    Ended grid = call("preview", scan, small, "-o", folder.resolve("p.png"));
    assertEquals(4, grid.code());
    assertTrue(
        grid.err().contains("the image has shape [4, 5, 7] but the mask has [3, 5, 7]"),
        grid.err());
  }
}
