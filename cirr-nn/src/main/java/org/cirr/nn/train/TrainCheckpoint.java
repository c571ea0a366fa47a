package org.cirr.nn.train;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.io.checkpoint.Checkpoint;
import org.cirr.io.checkpoint.NnUnetNames;
import org.cirr.io.checkpoint.TorchFile;
import org.cirr.io.checkpoint.Weights;
import org.cirr.io.file.MalformedFileException;
import org.cirr.nn.optimize.Adam;
import org.cirr.nn.optimize.Optimizer;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/**
 * Checkpoints of a training run: nnU-Net's, with one more key for what it takes to go on exactly
 * where a run was ended.
 */
final class TrainCheckpoint {
  private static final String OWN = "cirr";
  private static final long VERSION = 3;

  private final TrainingData data;
  private final TrainSettings settings;
  private final Object plans;
  private final Object dataset;

  TrainCheckpoint(TrainingData data, TrainSettings settings) throws IOException {
    this.data = data;
    this.settings = settings;
    this.plans = json(data.folder().plansFile());
    this.dataset = json(data.folder().datasetFile());
  }

  private static Object json(Path file) throws IOException {
    try {
      return plain(JsonParser.parseString(Files.readString(file, StandardCharsets.UTF_8)));
    } catch (JsonParseException e) {
      throw new IOException(file + ": is no JSON; run cirr plan again", e);
    }
  }

  /** JSON as maps, lists and simple values. */
  private static Object plain(JsonElement json) {
    if (json.isJsonObject()) {
      Map<String, Object> map = new LinkedHashMap<>();
      json.getAsJsonObject().entrySet().forEach(e -> map.put(e.getKey(), plain(e.getValue())));
      return map;
    }
    if (json.isJsonArray()) {
      List<Object> list = new ArrayList<>();
      json.getAsJsonArray().forEach(each -> list.add(plain(each)));
      return list;
    }
    if (json.isJsonNull()) {
      return null;
    }
    if (json.getAsJsonPrimitive().isNumber()) {
      String text = json.getAsString();
      return text.matches("-?[0-9]{1,18}") ? (Object) Long.parseLong(text) : json.getAsDouble();
    }
    return json.getAsJsonPrimitive().isBoolean()
        ? (Object) json.getAsBoolean()
        : json.getAsString();
  }

  /** Writes the state, whole or not at all. */
  void write(Path file, TrainState state) throws IOException {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("network_weights", NnUnetNames.all(state.weights()));
    content.put("optimizer_state", optimizer(state));
    content.put("grad_scaler_state", null);
    content.put("logging", state.log.toNnUnet());
    double best = state.log.bestDice();
    content.put("_best_ema", Double.isNaN(best) ? null : (Object) best);
    content.put("current_epoch", state.epoch());
    Map<String, Object> init = new LinkedHashMap<>();
    init.put("plans", plans);
    init.put("configuration", data.configuration().name());
    boolean all = data.fold().equals(TrainingData.ALL);
    init.put("fold", all ? (Object) data.fold() : Integer.parseInt(data.fold()));
    init.put("dataset_json", dataset);
    init.put("device", "cpu");
    content.put("init_args", init);
    boolean mirrors = settings.sampling().augmenting().mirrors();
    content.put("trainer_name", trainerName(mirrors));
    content.put("inference_allowed_mirroring_axes", mirrors ? mirrorAxes() : null);
    content.put(OWN, own(state));
    TorchFile.write(file, content);
  }

  private Object[] mirrorAxes() {
    Object[] axes = new Object[data.configuration().dimension()];
    java.util.Arrays.setAll(axes, axis -> axis);
    return axes;
  }

  /** nnU-Net's trainer that has these settings, by which it builds the network again. */
  private String trainerName(boolean mirrors) {
    if (!mirrors) {
      return "nnUNetTrainerNoMirroring";
    }
    return settings.descent().optimizer() instanceof Adam ? "nnUNetTrainerAdam" : "nnUNetTrainer";
  }

  /** The state of {@code torch.optim.SGD}, {@code Adam} or {@code AdamW}. */
  private Map<String, Object> optimizer(TrainState state) {
    Optimizer optimizer = settings.descent().optimizer();
    Map<String, Map<String, Tensor>> slots = state.slots();
    List<String> names = NnUnetNames.ordered(state.weights().keySet());
    long steps = state.optimizer().steps();
    Map<Integer, Object> states = new LinkedHashMap<>();
    List<Object> numbers = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      numbers.add(i);
      Map<String, Object> own = new LinkedHashMap<>();
      for (Map.Entry<String, Map<String, Tensor>> slot : slots.entrySet()) {
        if (steps > 0 && slot.getValue().containsKey(names.get(i))) {
          own.put(slot.getKey(), slot.getValue().get(names.get(i)));
        }
      }
      if (!own.isEmpty()) {
        if (optimizer instanceof Adam) {
          own.put("step", Tensor.of(Shape.of(), new float[] {steps}));
        }
        states.put(i, own);
      }
    }
    double rate = Trainer.rate(settings, Math.min(state.epoch(), settings.length().epochs() - 1));
    Map<String, Object> saved = new LinkedHashMap<>();
    saved.put("state", states);
    saved.put("param_groups", List.of(SavedOptimizer.torchGroup(optimizer, rate, numbers)));
    return saved;
  }

  private Map<String, Object> own(TrainState state) {
    Map<String, Object> own = new LinkedHashMap<>();
    own.put("version", VERSION);
    own.put("settings", settings.toMap());
    own.put("origin", state.origin.toMap());
    own.put("steps", state.optimizer().steps());
    own.put("slots", state.slots());
    own.put("log", state.log.toList());
    own.put("batches", state.batches);
    own.put("train_loss", state.trainLoss);
    own.put("validation_loss", state.validationLoss);
    own.put("seconds", state.seconds);
    own.put("dice_counts", state.dice.counts());
    return own;
  }

  /**
   * The settings of a run that wrote a checkpoint.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} when the file is damaged or cirr did not write
   * it.
   */
  static TrainSettings settings(Path file) throws IOException {
    SavedValues saved = own(Checkpoint.read(file)).child("settings");
    try {
      return TrainSettings.of(saved);
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(
          file, saved.place(), "cannot be", e.getMessage() + "; start anew", e);
    }
  }

  private static SavedValues own(Checkpoint checkpoint) throws MalformedFileException {
    Object own = checkpoint.tree() instanceof Map<?, ?> tree ? tree.get(OWN) : null;
    if (!(own instanceof Map<?, ?> map)) {
      throw new MalformedFileException(
          checkpoint.path(),
          OWN,
          "is missing: cirr did not write this checkpoint",
          "begin a new run with its weights (--pretrained)");
    }
    SavedValues saved = new SavedValues(checkpoint.path(), OWN, map);
    if (saved.longWhole("version") != VERSION) {
      throw saved.wrong("version", Long.toString(VERSION));
    }
    return saved;
  }

  /** Reads a state. */
  TrainState read(Path file, LossGraph graph) throws IOException {
    Checkpoint checkpoint = Checkpoint.read(file);
    SavedValues saved = own(checkpoint);
    Map<String, Tensor> weights = new LinkedHashMap<>();
    Weights read = checkpoint.weights("network_weights").canonical();
    try {
      graph.network().check(read, "the checkpoint");
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(
          file,
          "network_weights",
          "do not fit the plans (" + e.getMessage() + ")",
          "the plans were changed since: start anew with another output",
          e);
    }
    for (Node node : graph.network().complete().parameters()) {
      String name = Graph.label(node);
      weights.put(name, copy(read.get(name)));
    }
    TrainState state = new TrainState(graph, settings, weights);
    state.origin = RunOrigin.of(saved.child("origin"));
    state.origin.requireCases(data, file);
    for (Map.Entry<String, Map<String, Tensor>> slot : state.slots().entrySet()) {
      restoreSlot(slot.getValue(), checkpoint.weights(OWN, "slots", slot.getKey()), saved);
    }
    restoreNumbers(state, saved);
    return state;
  }

  private static void restoreSlot(Map<String, Tensor> slot, Weights read, SavedValues saved)
      throws IOException {
    for (Map.Entry<String, Tensor> entry : slot.entrySet()) {
      String name = entry.getKey();
      Tensor tensor = entry.getValue();
      if (!read.contains(name) || !read.shape(name).equals(tensor.shape())) {
        throw saved.wrong("slots", "a tensor " + name + " of shape " + tensor.shape());
      }
      float[] values = read.get(name).array();
      System.arraycopy(values, 0, tensor.array(), 0, values.length);
    }
  }

  private void restoreNumbers(TrainState state, SavedValues saved) throws IOException {
    long steps = saved.longWhole("steps");
    TrainSettings.Length length = settings.length();
    if (steps < 0) {
      throw saved.wrong("steps", "a whole number from 0 on");
    }
    state.optimizer().restore(steps);
    state.log = TrainingLog.of(state.log.classes(), saved);
    state.batches = saved.whole("batches");
    if (state.batches >= length.iterations() + length.validationIterations()) {
      throw saved.wrong("batches", "less than an epoch has");
    }
    state.trainLoss = saved.number("train_loss");
    state.validationLoss = saved.number("validation_loss");
    state.seconds = saved.number("seconds");
    if (!state.dice.restore(saved.list("dice_counts", Long.class))) {
      throw saved.wrong("dice_counts", "three numbers per class");
    }
  }

  private static Tensor copy(Tensor tensor) {
    return Tensor.of(tensor.shape(), tensor.array().clone());
  }
}
