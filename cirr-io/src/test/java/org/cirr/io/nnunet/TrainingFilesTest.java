package org.cirr.io.nnunet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cirr.io.file.MalformedFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The JSON files that training reads beside those of a model: splits, fingerprint, data set. */
class TrainingFilesTest {
  @TempDir Path folder;

  private Path file(String text) throws IOException {
    Path file = folder.resolve("file.json");
    Files.writeString(file, text);
    return file;
  }

  private static void assertRefused(String part, Executable read) {
    String message = assertThrows(MalformedFileException.class, read).getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void splitsAreReadAsTheyWereWritten() throws IOException {
    Splits splits =
        new Splits(
            List.of(
                new Splits.Fold(List.of("a", "b"), List.of("c")),
                new Splits.Fold(List.of(), List.of("ä & <b>"))));
    Path file = folder.resolve("splits_final.json");
    splits.write(file);
    assertEquals(splits, Splits.read(file));
  }

  @Test
  void splitsThatCannotBeAreRefused() throws IOException {
    Path both = file("[{\"train\": [\"a\"], \"val\": [\"a\"]}]");
    assertRefused("[0] has the case a in both train and val; take it out", () -> Splits.read(both));
    Path object = file("{\"train\": []}");
    assertRefused("JSON is an object, expected a list", () -> Splits.read(object));
    Path number = file("[{\"train\": [3], \"val\": []}]");
    assertRefused("[0].train[0] is 3, expected a text", () -> Splits.read(number));
    Path half = file("[{\"train\": []}]");
    assertRefused("[0].val is missing", () -> Splits.read(half));
  }

  @Test
  void fingerprintsThatCannotBeAreRefused() throws IOException {
    String rest =
        ", \"foreground_intensity_properties_per_channel\": {},"
            + " \"median_relative_size_after_cropping\": 1}";
    Path two = file("{\"spacings\": [[1, 2]], \"shapes_after_crop\": [[3, 4, 5]]" + rest);
    assertRefused("spacings[0] is [1,2], expected three numbers", () -> read(two));
    Path zero = file("{\"spacings\": [[1, 0, 2]], \"shapes_after_crop\": [[3, 4, 5]]" + rest);
    assertRefused("spacings[0][1] is 0, expected a spacing above 0 mm", () -> read(zero));
    Path none = file("{\"spacings\": [], \"shapes_after_crop\": []" + rest);
    assertRefused("has 0 spacings and 0 shapes_after_crop; make the fingerprint", () -> read(none));
    Path empty = file("{\"spacings\": [[1, 1, 2]], \"shapes_after_crop\": [[3, 0, 5]]" + rest);
    assertRefused("shapes_after_crop[0][1] is 0", () -> read(empty));
  }

  private static DatasetFingerprint read(Path file) throws IOException {
    return DatasetFingerprint.read(file);
  }

  @Test
  void aDatasetMayListItsFiles() throws IOException {
    TrainingJson json =
        TrainingJson.read(
            file(
                "{\"channel_names\": {\"0\": \"T1\"}, \"labels\": {\"background\": 0, \"l\": 1},"
                    + " \"numTraining\": 1, \"dataset\": {\"a\": {\"images\": [\"x/a.nii.gz\"],"
                    + " \"label\": \"y/a.nii.gz\"}}}"));
    assertEquals(1, json.numTraining().getAsInt());
    assertEquals(
        new TrainingJson.CaseFiles(List.of("x/a.nii.gz"), "y/a.nii.gz"), json.files().get("a"));
    Path bad =
        file(
            "{\"channel_names\": {\"0\": \"T1\"}, \"labels\": {\"background\": 0},"
                + " \"numTraining\": -1}");
    assertRefused("numTraining is -1, expected a whole number", () -> TrainingJson.read(bad));
  }
}
