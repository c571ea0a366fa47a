package org.cirr.nn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.cirr.backend.Backends;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.io.checkpoint.Checkpoint;
import org.cirr.io.checkpoint.TorchFile;
import org.cirr.io.file.MalformedFileException;
import org.cirr.nn.augment.AugmentationSettings;
import org.cirr.nn.data.Batch;
import org.cirr.nn.data.BatchSource;
import org.cirr.nn.data.PreparedFolder;
import org.cirr.nn.gradient.Gradients;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data sets, plans and checkpoints of other kinds than the usual one. */
class TrainingDataTest {
  private static final TrainSettings SETTINGS =
      TrainSettings.defaults().withLength(new TrainSettings.Length(1, 2, 1, 0));
  private static final TrainOptions OPTIONS =
      TrainOptions.defaults().withThreads(2).withBackend("scalar");

  @TempDir Path folder;

  private static TrainingData data(Path raw, String fold) throws IOException {
    return TrainingData.open(PreparedFolder.of(raw), TinyDataset.CONFIGURATION, fold);
  }

  private TrainingLog train(TrainingData data) throws IOException {
    return Trainer.start(data, SETTINGS, OPTIONS, folder.resolve("model"))
        .run(TrainListener.NONE, () -> false);
  }

  @Test
  void aClassThatNoTrainingCaseHasIsWarnedOf() throws IOException {
    String labels = "{\"background\": 0, \"liver\": 1, \"spleen\": 2, \"tumour\": 3}";
    TrainingData data = data(TinyDataset.make(folder, labels, ""), "1");
    assertEquals(
        List.of("no training case of fold 1 has tumour; the model will not find it"),
        data.warnings());
    assertEquals(List.of("case0"), data.validationNames());
    assertFalse(train(data).epochs().get(0).dice().get(2) > 0); // 0, or NaN if never predicted
  }

  @Test
  void regionsAreTrained() throws IOException {
    String labels = "{\"background\": 0, \"organs\": [1, 2], \"spleen\": 2}";
    TrainingData data =
        data(TinyDataset.make(folder, labels, ", \"regions_class_order\": [1, 2]"), "all");
    assertEquals(List.of(), data.warnings());
    assertEquals(List.of(), data.validationNames());
    assertEquals(4, data.validation().size());
    TrainingLog log = train(data);
    assertEquals(List.of("organs", "spleen"), log.classes());
    assertTrue(Double.isFinite(log.epochs().get(0).trainLoss()));
  }

  @Test
  void flatPatchesAreTrained() throws IOException {
    Path raw = TinyDataset.make(folder);
    TinyDataset.prepare(raw, TinyDataset.plans(16, 16));
    EpochResult epoch = train(data(raw, "0")).epochs().get(0);
    assertTrue(Double.isFinite(epoch.trainLoss() + epoch.validationLoss()));
  }

  /** What is predicted where the label is unknown changes neither loss nor gradients. */
  @Test
  void ignoredVoxelsDoNotCount() throws IOException {
    String labels = "{\"background\": 0, \"liver\": 1, \"ignore\": 2}";
    TrainingData data = data(TinyDataset.make(folder, labels, ""), "0");
    assertTrue(Double.isFinite(train(data).epochs().get(0).trainLoss()));
    LossGraph graph = LossGraph.of(data, SETTINGS);
    Node logits = graph.network().complete().outputs().get(0);
    Batch batch =
        BatchSource.of(
                data.training(), data.configuration(), true, AugmentationSettings.none(), 2, 3)
            .batch(0);
    Tensor target = batch.oneHot(0, data.labels());
    int known = 0;
    for (float value : target.array()) {
      known += (int) value;
    }
    int voxels = target.array().length / 2;
    assertTrue(known > 0 && known < voxels, known + " of " + voxels + " voxels are known");
    Node free = Node.input("logits", logits.shape());
    Node wanted = Node.input("target", logits.shape());
    Graph loss =
        Gradients.of(LossGraph.loss(free, wanted, true, data.labels()), List.of(free)).graph();
    Tensor values = Tensor.zeros(logits.shape());
    for (int i = 0; i < values.array().length; i++) {
      values.array()[i] = i % 5;
    }
    List<Tensor> first = compute(loss, free, values, target);
    for (int i = 0; i < voxels; i++) {
      if (target.array()[2 * i] + target.array()[2 * i + 1] == 0) {
        values.array()[2 * i] = 50;
        assertEquals(0, first.get(1).array()[2 * i], "gradient of voxel " + i);
      }
    }
    List<Tensor> second = compute(loss, free, values, target);
    assertArrayEquals(first.get(0).array(), second.get(0).array());
    assertArrayEquals(first.get(1).array(), second.get(1).array());
  }

  /** As at a coarse resolution, where the only slice that somebody has labelled is left out. */
  @Test
  void aBatchWithoutAnyKnownVoxelHasALoss() throws IOException {
    String labels = "{\"background\": 0, \"liver\": 1, \"ignore\": 2}";
    TrainingData data = data(TinyDataset.make(folder, labels, ""), "0");
    Shape shape = Shape.of(2, 2, 3, 3, 2);
    Node free = Node.input("logits", shape);
    Node wanted = Node.input("target", shape);
    Graph loss =
        Gradients.of(LossGraph.loss(free, wanted, true, data.labels()), List.of(free)).graph();
    List<Tensor> results = compute(loss, free, Tensor.zeros(shape), Tensor.zeros(shape));
    assertTrue(Float.isFinite(results.get(0).array()[0]), "" + results.get(0).array()[0]);
    assertArrayEquals(new float[shape.arrayLength()], results.get(1).array());
  }

  @Test
  void casesThatWereMadeForOtherPlansAreRefused() throws IOException {
    Path raw = TinyDataset.make(folder);
    Path plans = PreparedFolder.of(raw).plansFile();
    String text = Files.readString(plans);
    Files.writeString(plans, text.replace("[1.0, 1.0, 1.0]", "[2.0, 1.0, 1.0]"));
    assertEquals(
        PreparedFolder.of(raw).cases(TinyDataset.CONFIGURATION).resolve("case0.case")
            + ": preparation is that of other plans than "
            + plans
            + "; run cirr plan again",
        refusal(raw, "0"));
    Files.writeString(plans, text.replace("\"SimpleITKIO\"", "\"NibabelIOWithReorient\""));
    assertTrue(refusal(raw, "0").contains("which turns images to RAS"), refusal(raw, "0"));
    Path json = PreparedFolder.of(raw).datasetFile();
    String dataset = Files.readString(json);
    Files.writeString(json, dataset.replaceFirst("\\{", "{\"cirr_orientation\": \"RAS\","));
    data(raw, "0"); // then both mean the same
    Files.writeString(json, dataset);
    Files.writeString(plans, text);
    data(raw, "0");
  }

  private static List<Tensor> compute(Graph graph, Node logits, Tensor values, Tensor target) {
    List<Tensor> inputs =
        graph.inputs().stream().map(node -> node == logits ? values : target).toList();
    return Backends.of("scalar").compile(graph, name -> null).run(inputs, Workers.single());
  }

  @Test
  void whatCannotBeTrainedIsRefused() throws IOException {
    String regions = "{\"background\": 0, \"organs\": [1, 2], \"spleen\": 2, \"ignore\": 3}";
    Path raw = TinyDataset.make(folder, regions, ", \"regions_class_order\": [1, 2]");
    PreparedFolder prepared = PreparedFolder.of(raw);
    assertEquals(
        prepared.datasetFile()
            + ": labels have regions and an ignore label, which cirr does not train together; take"
            + " the ignore label out, or use nnU-Net",
        refusal(raw, "0"));
    Files.writeString(
        prepared.datasetFile(),
        Files.readString(prepared.datasetFile()).replace(", \"ignore\": 3", ""));
    String plans = Files.readString(prepared.plansFile());
    Files.writeString(
        prepared.plansFile(),
        plans.replace("\"batch_size\"", "\"previous_stage\": \"3d_lowres\", \"batch_size\""));
    assertEquals(
        prepared.plansFile()
            + ": configuration 3d_fullres is the second stage of a cascade and needs the masks of"
            + " 3d_lowres; train a configuration of a single stage, such as 3d_fullres",
        refusal(raw, "0"));
    Files.writeString(prepared.plansFile(), plans);
    Files.writeString(prepared.splitsFile(), "[{\"train\": [\"case0\"], \"val\": []}]");
    assertEquals(
        prepared.splitsFile()
            + ": fold 0 has 1 cases to train on and 0 to validate on; give it some of both, or"
            + " train the fold all",
        refusal(raw, "0"));
  }

  private static String refusal(Path raw, String fold) {
    return assertThrows(IOException.class, () -> data(raw, fold)).getMessage();
  }

  @Test
  void checkpointsThatCannotBeResumedAreRefused() throws IOException {
    Path raw = TinyDataset.make(folder);
    Path model = folder.resolve("model");
    Path file = model.resolve("fold_0/checkpoint_latest.pth");
    train(data(raw, "0"));
    Path last = model.resolve("fold_0/checkpoint_final.pth");
    Files.move(last, file);
    Map<?, ?> tree = (Map<?, ?>) Checkpoint.read(file).tree();
    assertEquals(3L, ((Map<?, ?>) tree.get("cirr")).get("version"));
    TorchFile.write(file, Map.of("network_weights", Map.of()));
    assertEquals(
        file
            + ": cirr is missing: cirr did not write this checkpoint; begin a new run with its"
            + " weights (--pretrained)",
        resumed(raw, model));
    TorchFile.write(file, Map.of("cirr", Map.of("version", 1)));
    String again = "; the file is damaged, or another version of cirr wrote it: start anew";
    assertEquals(file + ": cirr.version is 1, expected 3" + again, resumed(raw, model));
    TorchFile.write(file, Map.of("cirr", Map.of("version", 3, "settings", 7)));
    assertEquals(file + ": cirr.settings is 7, expected a dictionary" + again, resumed(raw, model));
    Map<String, Object> settings = SETTINGS.toMap();
    settings.put("epochs", 0L);
    TorchFile.write(file, Map.of("cirr", Map.of("version", 3, "settings", settings)));
    assertEquals(
        file + ": cirr.settings cannot be; epochs is 1 or more, got 0; start anew",
        resumed(raw, model));
    settings.put("epochs", 2L);
    settings.put("optimizer", "lion");
    TorchFile.write(file, Map.of("cirr", Map.of("version", 3, "settings", settings)));
    assertEquals(
        file + ": cirr.settings.optimizer is lion, expected sgd, adam or adamw" + again,
        resumed(raw, model));
    settings.put("epochs", "many");
    TorchFile.write(file, Map.of("cirr", Map.of("version", 3, "settings", settings)));
    assertEquals(
        file + ": cirr.settings.epochs is many, expected a whole number" + again,
        resumed(raw, model));
    Files.write(file, new byte[100]);
    assertThrows(
        MalformedFileException.class, () -> Trainer.resume(data(raw, "0"), OPTIONS, model));
  }

  private static String resumed(Path raw, Path model) {
    return assertThrows(IOException.class, () -> Trainer.resume(data(raw, "0"), OPTIONS, model))
        .getMessage();
  }

  @Test
  void pretrainedWeightsThatDoNotFitAreRefused() throws IOException {
    TrainingData data = data(TinyDataset.make(folder), "0");
    Path file = folder.resolve("x.pth");
    Tensor one = Tensor.zeros(Shape.of(1));
    TorchFile.write(file, Map.of("network_weights", Map.of("a", one)));
    assertEquals(
        file
            + ": tensor encoder.stages.0.0.convs.0.conv.weight is missing; train with the plans of"
            + " the model that it is from",
        pretrained(data, file));
    String name = "encoder.stages.0.0.convs.0.conv.weight";
    TorchFile.write(file, Map.of("network_weights", Map.of(name, one)));
    assertEquals(
        file
            + ": tensor encoder.stages.0.0.convs.0.conv.weight has shape [1], but the network has"
            + " [4, 1, 3, 3, 3]; train with the plans of the model that it is from",
        pretrained(data, file));
  }

  private String pretrained(TrainingData data, Path file) {
    return assertThrows(
            IOException.class,
            () ->
                Trainer.start(
                    data, SETTINGS, OPTIONS, folder.resolve("m"), new Pretrained(file, false)))
        .getMessage();
  }
}
