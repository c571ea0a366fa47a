package org.cirr.nn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.cirr.io.checkpoint.Weights;
import org.cirr.io.image.ImageFile;
import org.cirr.io.nnunet.ModelFile;
import org.cirr.metrics.LargestComponent;
import org.cirr.testing.Shared;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Orientation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {
  @TempDir Path folder;

  private record Ended(int code, String out, String err) {}

  private static Ended call(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] texts = java.util.Arrays.stream(args).map(String::valueOf).toArray(String[]::new);
    int code = Main.run(new PrintWriter(out), new PrintWriter(err), texts);
    return new Ended(code, out.toString(), err.toString());
  }

  private LabelMap mask(Path model, String name, String... more) throws IOException {
    Path scan = Shared.require("goldens/nnunet/inputs/tiny_0000.nii.gz");
    Path out = folder.resolve(name);
    Object[] args = {"segment", "-m", model, "-i", scan, "-o", out, "--no-mirror"};
    Ended ended = call(Stream.concat(Stream.of(args), Stream.of(more)).toArray());
    assertEquals(0, ended.code(), ended.err());
    return ImageFile.readLabels(out);
  }

  private static int differences(LabelMap a, LabelMap b) {
    int different = 0;
    for (int i = 0; i < a.length(); i++) {
      different += a.get(i) == b.get(i) ? 0 : 1;
    }
    return different;
  }

  @Test
  void theFileGivesTheMasksOfTheFolder() throws IOException {
    Path model = Shared.require("goldens/nnunet/models/plain_chaos");
    Path whole = folder.resolve("whole.safetensors");
    Path half = folder.resolve("half.safetensors");
    Ended ended = call("export", model, "-o", whole);
    assertEquals(0, ended.code(), ended.err());
    assertTrue(ended.out().matches("\\Q" + whole + "\\E: [0-9.]+ MB\\R"), ended.out());
    assertEquals(0, call("export", model, "--half", "-o", half).code());
    assertTrue(2 * Files.size(half) < Files.size(whole) + 20_000, Files.size(half) + " bytes");
    LabelMap expected = mask(model, "folder.nii.gz");
    assertEquals(0, differences(expected, mask(whole, "whole.nii.gz")));
    int different = differences(expected, mask(half, "half.nii.gz"));
    assertTrue(different < 0.002 * expected.length(), different + " of " + expected.length());
  }

  @Test
  void weightsAreAveragedWithOthers() throws IOException {
    Path model = Shared.require("goldens/nnunet/models/random_2ch");
    Path other = model.resolve("fold_1/checkpoint_final.pth");
    Path first = folder.resolve("first.safetensors");
    Path second = folder.resolve("second.safetensors");
    Path mean = folder.resolve("mean.safetensors");
    assertEquals(0, call("export", model, "--fold", "0", "-o", first).code());
    assertEquals(0, call("export", model, "--fold", "1", "-o", second).code());
    Ended ended = call("export", model, "--fold", "0", "--average-with", other, "-o", mean);
    assertEquals(0, ended.code(), ended.err());
    Weights a = ModelFile.read(first).checkpoint().weights();
    Weights b = ModelFile.read(second).checkpoint().weights();
    Weights both = ModelFile.read(mean).checkpoint().weights();
    assertEquals(a.names(), both.names());
    for (String name : both.names()) {
      float[] values = both.get(name).array();
      for (int i = 0; i < values.length; i++) {
        double expected = 0.5 * ((double) a.get(name).array()[i] + b.get(name).array()[i]);
        assertEquals((float) expected, values[i], name);
      }
    }
    Path stranger = Shared.require("goldens/nnunet/models/plain_2d/fold_0/checkpoint_final.pth");
    Path none = folder.resolve("none.safetensors");
    Ended wrong = call("export", model, "--fold", "0", "--average-with", stranger, "-o", none);
    assertEquals(4, wrong.code());
    assertTrue(wrong.err().contains("average checkpoints of one network only"), wrong.err());
    assertFalse(Files.exists(none));
  }

  @Test
  void anOrientationIsDeclared() throws IOException {
    Path model = Shared.require("goldens/nnunet/models/plain_chaos");
    Path file = folder.resolve("m.safetensors");
    assertEquals(0, call("export", model, "--orientation", "pir", "-o", file).code());
    assertEquals(Orientation.of("PIR"), ModelFile.read(file).dataset().orientation());
    Ended info = call("info", file);
    assertEquals(0, info.code(), info.err());
    assertTrue(info.out().contains("scans      are turned to PIR"), info.out());
    assertTrue(info.out().contains("folds      0"), info.out());
    Ended wrong = call("export", model, "--orientation", "LLS", "-o", file);
    assertEquals(2, wrong.code());
    assertTrue(wrong.err().startsWith("cirr: an orientation is one letter of each"), wrong.err());
  }

  @Test
  void declaredPostprocessingIsDoneUnlessItIsRefused() throws IOException {
    Path model = Shared.require("goldens/nnunet/models/plain_chaos");
    Path steps = folder.resolve("postprocessing.json");
    Files.writeString(
        steps,
        "{\"postprocessing_fns\": [\"remove_all_but_largest_component_from_segmentation\"],"
            + " \"postprocessing_kwargs\": [{\"labels_or_regions\": [1]}]}");
    Path file = folder.resolve("m.safetensors");
    assertEquals(0, call("export", model, "--postprocessing", steps, "-o", file).code());
    assertTrue(
        call("info", file).out().contains("masks      keep the largest component of label [1]"));
    LabelMap predicted = mask(model, "folder.nii.gz");
    LabelMap raw = mask(file, "raw.nii.gz", "--no-postprocessing");
    assertEquals(0, differences(predicted, raw));
    long removed = LargestComponent.keep(predicted, Set.of(1), 0);
    assertTrue(removed > 0, "a mask of one component shows nothing");
    assertEquals(0, differences(predicted, mask(file, "declared.nii.gz")));
    LabelMap asked = mask(model, "asked.nii.gz", "--postprocessing", steps.toString());
    assertEquals(0, differences(predicted, asked));
  }

  @Test
  void severalFoldsNeedAChoice() throws IOException {
    Path model = Shared.require("goldens/nnunet/models/random_2ch");
    Path file = folder.resolve("m.safetensors");
    Ended ended = call("export", model, "-o", file);
    assertEquals(2, ended.code());
    assertEquals(
        "cirr: a file takes one fold: choose one of [0, 1] with --fold (see 'cirr help export')",
        ended.err().strip());
    assertEquals(0, call("export", model, "--fold", "1", "-o", file).code());
    assertEquals("1", ModelFile.read(file).checkpoint().fold());
    Ended fold = call("segment", "-m", file, "--folds", "0", "-i", "a.nii.gz", "-i", "b.nii.gz");
    assertEquals(2, fold.code());
    assertTrue(fold.err().contains(" holds one fold, 1, but [0] is asked for"), fold.err());
  }

  @Test
  void whatIsNoModelAndWhereNothingCanBeWrittenIsSaid() throws IOException {
    Path file = folder.resolve("m.safetensors");
    Ended ending = call("export", folder, "-o", folder.resolve("m.pth"));
    assertEquals(2, ending.code());
    assertTrue(
        ending.err().startsWith("cirr: -o takes a file that ends in .safetensors: "), ending.err());
    Ended nothing = call("export", folder, "-o", file);
    assertEquals(4, nothing.code());
    assertTrue(nothing.err().contains("plans.json is missing"), nothing.err());
    Ended nowhere = call("export", folder, "-o", folder.resolve("no/m.safetensors"));
    assertEquals(4, nowhere.code());
    assertTrue(nowhere.err().contains("its folder does not exist"), nowhere.err());
    assertFalse(Files.exists(file));
    Files.writeString(file, "not safetensors at all");
    Ended damaged = call("segment", "-m", file, "-i", "a.nii.gz");
    assertEquals(4, damaged.code());
    assertTrue(
        damaged.err().contains("is neither a PyTorch zip archive nor safetensors"), damaged.err());
  }
}
