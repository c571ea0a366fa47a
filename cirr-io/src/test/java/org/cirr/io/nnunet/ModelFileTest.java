package org.cirr.io.nnunet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cirr.io.checkpoint.NnUnetNames;
import org.cirr.io.checkpoint.SafetensorsFile;
import org.cirr.io.checkpoint.TorchFile;
import org.cirr.io.file.MalformedFileException;
import org.cirr.tensor.Half;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.volume.Orientation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFileTest {
  private static final String LAYER = "encoder.stages.0.0.convs.0.conv.weight";

  @TempDir Path folder;

  private final float[] values = {0.1f, -3.3f, 1000.123f};
  private Path file;

  @BeforeEach
  void makeModel() throws IOException {
    file = folder.resolve("model.safetensors");
    Files.createDirectories(folder.resolve("fold_2"));
    Files.writeString(
        folder.resolve("plans.json"),
        "\ufeff{\"dataset_name\": \"Dataset900_Äbdomen\", \"image_reader_writer\": \"SimpleITKIO\","
            + " \"configurations\": {}}");
    Files.writeString(
        folder.resolve("dataset.json"),
        "{\"channel_names\": {\"0\": \"MR\"}, \"labels\": {\"background\": 0, \"liver\": 1},"
            + " \"file_ending\": \".nrrd\", \"numTraining\": 3}");
    write(values);
  }

  private void write(float[] weights) throws IOException {
    Map<String, Tensor> plain = Map.of(LAYER, Tensor.of(Shape.of(3), weights));
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("network_weights", NnUnetNames.all(plain));
    content.put("optimizer_state", Map.of("much", Tensor.of(Shape.of(1000), new float[1000])));
    content.put("trainer_name", "nnUNetTrainer");
    content.put("init_args", Map.of("configuration", "3d_fullres", "fold", 2));
    content.put("inference_allowed_mirroring_axes", new Object[] {0, 2});
    TorchFile.write(checkpoint(), content);
  }

  private Path checkpoint() {
    return folder.resolve("fold_2/checkpoint_final.pth");
  }

  private ModelFile export(Orientation orientation, boolean half) throws IOException {
    ModelFile.write(
        file,
        ModelFolder.open(folder),
        checkpoint(),
        List.of(),
        orientation,
        Postprocessing.NONE,
        half);
    return ModelFile.read(file);
  }

  @Test
  void aFoldIsOneFileWithAllThatPredictionNeeds() throws IOException {
    ModelFile model = export(null, false);
    assertEquals("Dataset900_Äbdomen", model.plans().datasetName());
    assertEquals(List.of("MR"), model.dataset().channelNames());
    assertEquals(".nrrd", model.dataset().fileEnding());
    assertEquals(null, model.dataset().orientation());
    assertEquals("nnUNetTrainer", model.checkpoint().trainerName());
    assertEquals("3d_fullres", model.checkpoint().configuration());
    assertEquals("2", model.checkpoint().fold());
    assertEquals(List.of(0, 2), model.checkpoint().mirrorAxes());
    assertEquals(List.of(LAYER), model.checkpoint().weights().names());
    assertArrayEquals(values, model.checkpoint().weights().get(LAYER).array());
    assertTrue(ModelFile.isNamed(file));
    assertFalse(ModelFile.isNamed(checkpoint()));
    assertFalse(ModelFile.isNamed(folder.resolve("other.safetensors")));
  }

  @Test
  void halfPrecisionAndAnOrientationCanBeAskedFor() throws IOException {
    ModelFile model = export(Orientation.of("LAS"), true);
    assertEquals(Orientation.of("LAS"), model.dataset().orientation());
    float[] rounded = {Half.round(values[0]), Half.round(values[1]), Half.round(values[2])};
    assertArrayEquals(rounded, model.checkpoint().weights().get(LAYER).array());
  }

  @Test
  void postprocessingIsDeclared() throws IOException {
    assertEquals(Postprocessing.NONE, export(null, false).postprocessing());
    Postprocessing declared =
        new Postprocessing(
            List.of(
                new Postprocessing.KeepLargest(List.of(1, 3), 0),
                new Postprocessing.KeepLargest(List.of(2), 7)));
    ModelFile.write(file, ModelFolder.open(folder), checkpoint(), List.of(), null, declared, true);
    assertEquals(declared, ModelFile.read(file).postprocessing());
  }

  @Test
  void aCheckpointThatMayNotBeMirroredStaysSo() throws IOException {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("network_weights", Map.of(LAYER, Tensor.of(Shape.of(3), values)));
    content.put("trainer_name", "T");
    content.put("init_args", Map.of("configuration", "2d"));
    content.put("inference_allowed_mirroring_axes", null);
    TorchFile.write(checkpoint(), content);
    ModelFile model = export(null, true);
    assertEquals(List.of(), model.checkpoint().mirrorAxes());
    assertEquals("", model.checkpoint().fold());
  }

  @Test
  void otherSafetensorsAreRefused() throws IOException {
    Map<String, Tensor> tensors = Map.of(LAYER, Tensor.of(Shape.of(3), values));
    SafetensorsFile.write(file, tensors, Map.of());
    MalformedFileException refused =
        assertThrows(MalformedFileException.class, () -> ModelFile.read(file));
    assertEquals(
        file
            + ": metadata plans.json is missing, so this is no model of cirr; make the file with"
            + " 'cirr export'",
        refused.getMessage());
  }

  @Test
  void damagedPartsAreNamed() throws IOException {
    export(null, false);
    Map<String, String> metadata =
        new LinkedHashMap<>(org.cirr.io.checkpoint.Checkpoint.read(file).metadata());
    metadata.put("inference_allowed_mirroring_axes", "7");
    Map<String, Tensor> tensors = Map.of(LAYER, Tensor.of(Shape.of(3), values));
    SafetensorsFile.write(file, tensors, metadata);
    assertEquals(
        file
            + ": metadata inference_allowed_mirroring_axes is '7', expected axes such as 0,1,2; make"
            + " the file with 'cirr export'",
        assertThrows(MalformedFileException.class, () -> ModelFile.read(file)).getMessage());
    metadata.put("plans.json", "{");
    SafetensorsFile.write(file, tensors, metadata);
    String message =
        assertThrows(MalformedFileException.class, () -> ModelFile.read(file)).getMessage();
    assertTrue(message.startsWith(file + " plans.json: JSON is not valid"), message);
  }

  @Test
  void aWeightBeyondHalfPrecisionIsRefusedAndNothingIsWritten() throws IOException {
    write(new float[] {1, 2, 1e6f});
    String message =
        assertThrows(IllegalArgumentException.class, () -> export(null, true)).getMessage();
    assertTrue(message.startsWith("tensor " + LAYER + " has the value 1000000.0"), message);
    assertFalse(Files.exists(file));
  }

  @Test
  void mrSegmentatorStaysAFolder() throws IOException {
    ModelFolder model = ModelFolder.open(folder);
    ModelFolder special = new ModelFolder(folder, model.plans(), model.dataset(), true);
    assertEquals(
        folder
            + ": version.json says that this is MRSegmentator, which cannot be put into one file;"
            + " use the folder as it is",
        assertThrows(
                MalformedFileException.class,
                () ->
                    ModelFile.write(
                        file, special, checkpoint(), List.of(), null, Postprocessing.NONE, true))
            .getMessage());
  }
}
