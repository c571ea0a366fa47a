package org.cirr.nn.segment;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cirr.backend.Backend;
import org.cirr.backend.Backends;
import org.cirr.backend.Program;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.io.nnunet.Configuration;
import org.cirr.io.nnunet.ModelFolder;
import org.cirr.io.nnunet.Postprocessing;
import org.cirr.nn.network.NnUnet;
import org.cirr.nn.preprocess.Preprocessing;
import org.cirr.tensor.Shape;
import org.cirr.testing.RandomTensors;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;

/**
 * Segments noise with a model of random weights and 41 classes: the program that {@link
 * HeapPlanTest} starts with a limited heap.
 *
 * <pre>java -Xmx6g … PlannedHeap FOLDER DEPTH HEIGHT WIDTH PATCH_Z PATCH_Y PATCH_X FEATURES
 * </pre>
 */
public final class PlannedHeap {
  private static final int CLASSES = 41;

  private PlannedHeap() {}

  /** Segments and prints {@code done}. */
  public static void main(String... args) throws IOException {
    Volume volume = volume(args);
    System.out.println("labels " + segmenter(args).segment(volume).counts().length);
    System.out.println("done");
  }

  /** The planned bytes. */
  static long planned(String... args) throws IOException {
    return segmenter(args).plan(volume(args)).peakBytes();
  }

  private static Volume volume(String... args) {
    Shape shape =
        Shape.of(Integer.parseInt(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]));
    Spacing spacing = new Spacing(1.3, 1.2, 1.2);
    return Volume.of(
        RandomTensors.normal(shape, 1), new Geometry(shape, Affine.ofSpacing(spacing), spacing));
  }

  private static Segmenter segmenter(String... args) throws IOException {
    int[] n = new int[8];
    for (int i = 1; i < 8; i++) {
      n[i] = Integer.parseInt(args[i]);
    }
    Path folder = Path.of(args[0]);
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("plans.json"), plans(List.of(n[4], n[5], n[6]), n[7]));
    Files.writeString(folder.resolve("dataset.json"), dataset());
    return segmenter(folder);
  }

  private static Segmenter segmenter(Path folder) throws IOException {
    ModelFolder model = ModelFolder.open(folder);
    Configuration configuration = model.plans().configuration("3d_fullres");
    NnUnet network =
        NnUnet.of(
            configuration.architecture(),
            configuration.patchSize(),
            1,
            model.dataset().labels().heads());
    Map<String, Shape> shapes = new HashMap<>();
    for (Node parameter : network.prediction().parameters()) {
      shapes.put(Graph.label(parameter), parameter.shape());
    }
    Backend backend = Backends.auto();
    Program program =
        backend.compile(network.prediction(), RandomTensors.parameters(shapes::get, 1));
    SegmentOptions options = SegmentOptions.defaults().withThreads(2);
    return new Segmenter(
        new Model(
            new ModelSource(
                folder.resolve("plans.json"),
                model.plans(),
                model.dataset(),
                null,
                List.of(),
                null,
                Postprocessing.NONE),
            configuration,
            new Mirroring(List.of(), false),
            backend,
            List.of(program)),
        options,
        Preprocessing.of(model.plans(), configuration));
  }

  private static String dataset() {
    JsonObject json = new JsonObject();
    JsonObject channels = new JsonObject();
    channels.addProperty("0", "MR");
    json.add("channel_names", channels);
    JsonObject labels = new JsonObject();
    labels.addProperty("background", 0);
    for (int label = 1; label < CLASSES; label++) {
      labels.addProperty("organ" + label, label);
    }
    json.add("labels", labels);
    json.addProperty("file_ending", ".nii.gz");
    return json.toString();
  }

  /** Old-style plans: four stages, isotropic. */
  private static String plans(List<Integer> patch, int features) {
    JsonObject configuration = new JsonObject();
    configuration.add("patch_size", array(patch));
    JsonArray spacing = new JsonArray();
    Collections.nCopies(3, 1.5).forEach(spacing::add);
    configuration.add("spacing", spacing);
    JsonArray schemes = new JsonArray();
    schemes.add("ZScoreNormalization");
    configuration.add("normalization_schemes", schemes);
    configuration.addProperty("UNet_class_name", "PlainConvUNet");
    configuration.addProperty("UNet_base_num_features", features);
    configuration.addProperty("unet_max_num_features", 320);
    configuration.add("n_conv_per_stage_encoder", array(List.of(1, 1, 1, 1)));
    configuration.add("n_conv_per_stage_decoder", array(List.of(1, 1, 1)));
    JsonArray strides = new JsonArray();
    JsonArray kernels = new JsonArray();
    for (int stage = 0; stage < 4; stage++) {
      strides.add(array(Collections.nCopies(3, stage == 0 ? 1 : 2)));
      kernels.add(array(List.of(3, 3, 3)));
    }
    configuration.add("pool_op_kernel_sizes", strides);
    configuration.add("conv_kernel_sizes", kernels);
    JsonObject configurations = new JsonObject();
    configurations.add("3d_fullres", configuration);
    JsonObject plans = new JsonObject();
    plans.addProperty("image_reader_writer", "SimpleITKIO");
    plans.add("transpose_forward", array(List.of(0, 1, 2)));
    plans.add("configurations", configurations);
    return plans.toString();
  }

  private static JsonArray array(List<Integer> values) {
    JsonArray array = new JsonArray();
    new ArrayList<>(values).forEach(array::add);
    return array;
  }
}
