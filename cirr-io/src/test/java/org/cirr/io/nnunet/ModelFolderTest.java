package org.cirr.io.nnunet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.cirr.io.checkpoint.NnUnetCheckpoint;
import org.cirr.io.file.MalformedFileException;
import org.cirr.testing.Shared;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFolderTest {
  private static final String DATASET = "{'channel_names':{'0':'MR'},'labels':{'background':0}}";

  @TempDir Path folder;

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text.replace('\'', '"'));
  }

  private void assertRefused(String expected, Path path) {
    MalformedFileException refusal =
        assertThrows(MalformedFileException.class, () -> ModelFolder.open(path));
    assertEquals(expected, refusal.getMessage());
  }

  @Test
  void theGoldenModelsOpenAndTheirCheckpointsNameConfigurationsThatExist() throws IOException {
    Path models = Shared.require("goldens/nnunet/models");
    for (String name : List.of("plain_chaos", "regions", "resenc_iso", "random_2ch", "plain_2d")) {
      ModelFolder model = ModelFolder.open(models.resolve(name));
      assertFalse(model.isMrSegmentator());
      List<Path> checkpoints = model.checkpoints(ModelFolder.FINAL_CHECKPOINT, List.of());
      assertEquals(
          name.equals("resenc_iso") || name.equals("random_2ch") ? 2 : 1, checkpoints.size());
      NnUnetCheckpoint checkpoint = NnUnetCheckpoint.read(checkpoints.get(0));
      Configuration configuration = model.plans().configuration(checkpoint.configuration());
      assertEquals(
          model.dataset().channelNames().size(), configuration.normalizations().size(), name);
      assertEquals(
          checkpoint.weights().elements(),
          configuration
              .architecture()
              .parameters(model.dataset().channelNames().size(), model.dataset().labels().heads()),
          name);
      int last = configuration.architecture().stages() - 2;
      assertEquals(
          model.dataset().labels().heads(),
          checkpoint.weights().shape("decoder.seg_layers." + last + ".weight").dim(0),
          name);
    }
  }

  @Test
  void foldsAreFoundInOrderAndAllOnlyByName() throws IOException {
    write("plans.json", PlansTest.PLANS);
    write("dataset.json", DATASET);
    for (String fold : List.of("0", "10", "2", "all")) {
      write("fold_" + fold + "/checkpoint_final.pth", "");
    }
    write("fold_3/checkpoint_best.pth", "");
    ModelFolder model = ModelFolder.open(folder);
    String chk = ModelFolder.FINAL_CHECKPOINT;
    assertEquals(List.of("0", "2", "10", "all"), model.folds(chk));
    assertEquals(3, model.checkpoints(chk, List.of()).size());
    assertEquals(
        List.of(folder.resolve("fold_all/checkpoint_final.pth")),
        model.checkpoints(chk, List.of("all")));
    MalformedFileException refusal =
        assertThrows(MalformedFileException.class, () -> model.checkpoints(chk, List.of("0", "3")));
    assertEquals(
        folder + ": fold 3 has no checkpoint_final.pth; name one of the folds [0, 2, 10, all]",
        refusal.getMessage());
    refusal =
        assertThrows(MalformedFileException.class, () -> model.checkpoints("x.pth", List.of("0")));
    assertEquals(folder + ": fold 0 has no x.pth; no fold has one", refusal.getMessage());
    refusal =
        assertThrows(MalformedFileException.class, () -> model.checkpoints("x.pth", List.of()));
    assertEquals(
        folder + ": x.pth is in no numbered fold; copy the checkpoints to fold_0, fold_1, ...",
        refusal.getMessage());
    write("fold_all/y.pth", "");
    refusal =
        assertThrows(MalformedFileException.class, () -> model.checkpoints("y.pth", List.of()));
    assertEquals(
        folder + ": y.pth is in no numbered fold; ask for the fold \"all\"", refusal.getMessage());
  }

  @Test
  void missingFilesAreNamedWithTheModelsFurtherDown() throws IOException {
    assertThrows(NoSuchFileException.class, () -> ModelFolder.open(folder.resolve("no")));
    assertRefused(
        folder
            + ": plans.json is missing; name a folder that holds plans.json, dataset.json and"
            + " fold_0",
        folder);
    write("b/T__P__3d/plans.json", "{}");
    write("a/T__P__2d/plans.json", "{}");
    assertRefused(
        folder
            + ": plans.json is missing; name one of ["
            + folder.resolve("a/T__P__2d")
            + ", "
            + folder.resolve("b/T__P__3d")
            + "]",
        folder);
    Path nested = folder.resolve("a/T__P__2d");
    assertRefused(
        nested + ": dataset.json is missing; copy it from the training's result folder", nested);
    Path file = nested.resolve("plans.json");
    assertRefused(
        file + ": model is a file; name the model's folder; unpack it first if it is a zip", file);
  }

  @Test
  void mrSegmentatorIsRecognisedAndItsClassesAreNamed() throws IOException {
    write("plans.json", PlansTest.PLANS);
    StringBuilder labels = new StringBuilder("{'background':0");
    for (int label = 1; label <= 40; label++) {
      labels.append(",'").append(label).append("':").append(label);
    }
    write("dataset.json", "{'channel_names':{'0':'MR'},'labels':" + labels + "}}");
    assertFalse(ModelFolder.open(folder).isMrSegmentator());
    write("version.json", "{'weights_version':1.2}");
    ModelFolder model = ModelFolder.open(folder);
    assertTrue(model.isMrSegmentator());
    assertEquals("liver", model.dataset().labels().namesByValue().get(5));
    assertEquals("right_gluteus_minimus", model.dataset().labels().names().get(40));
    write("dataset.json", DATASET);
    assertFalse(ModelFolder.open(folder).isMrSegmentator());
  }
}
