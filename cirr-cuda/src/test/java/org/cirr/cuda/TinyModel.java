package org.cirr.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.io.checkpoint.ElementType;
import org.cirr.io.checkpoint.SafetensorsFile;
import org.cirr.io.nnunet.Configuration;
import org.cirr.io.nnunet.Plans;
import org.cirr.nn.network.NnUnet;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomTensors;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;

/** A model file with a network as small as nnU-Net's can be, random weights, and a scan for it. */
public final class TinyModel {
  private static final long SEED = 7;
  private static final int CLASSES = 3;

  private static final String PLANS =
      """
      {"dataset_name": "Dataset001_Tiny", "plans_name": "nnUNetPlans",
       "image_reader_writer": "SimpleITKIO",
       "transpose_forward": [0, 1, 2], "transpose_backward": [0, 1, 2],
       "configurations": {"3d_fullres": {
         "patch_size": [4, 8, 8], "batch_size": 2, "spacing": [2.0, 1.0, 1.0],
         "normalization_schemes": ["ZScoreNormalization"], "use_mask_for_norm": [false],
         "UNet_class_name": "PlainConvUNet", "UNet_base_num_features": 8,
         "unet_max_num_features": 16,
         "n_conv_per_stage_encoder": [1, 1], "n_conv_per_stage_decoder": [1],
         "pool_op_kernel_sizes": [[1, 1, 1], [2, 2, 2]],
         "conv_kernel_sizes": [[1, 3, 3], [3, 3, 3]]},
        "2d": {
         "patch_size": [8, 10], "batch_size": 2, "spacing": [1.0, 1.0],
         "normalization_schemes": ["ZScoreNormalization"], "use_mask_for_norm": [false],
         "UNet_class_name": "PlainConvUNet", "UNet_base_num_features": 8,
         "unet_max_num_features": 16,
         "n_conv_per_stage_encoder": [1, 1], "n_conv_per_stage_decoder": [1],
         "pool_op_kernel_sizes": [[1, 1], [2, 2]], "conv_kernel_sizes": [[3, 3], [3, 3]]}}}
      """;

  private static final String DATASET =
      """
      {"channel_names": {"0": "MR"}, "labels": {"background": 0, "liver": 1, "spleen": 2},
       "numTraining": 1, "file_ending": ".nii.gz"}
      """;

  private TinyModel() {}

  /** Writes the model into a folder. */
  public static Path write(Path folder) throws IOException {
    return write(folder, "3d_fullres", "2");
  }

  /** The same for single slices, with patches of 8 × 10 voxels. */
  public static Path writePlanar(Path folder) throws IOException {
    return write(folder, "2d", "1");
  }

  private static Path write(Path folder, String kind, String mirrored) throws IOException {
    Path plansFile = Files.writeString(folder.resolve("plans.json"), PLANS);
    Configuration configuration = Plans.read(plansFile).configuration(kind);
    NnUnet network = NnUnet.of(configuration.architecture(), configuration.patchSize(), 1, CLASSES);
    Map<String, Shape> shapes = new HashMap<>();
    for (Node parameter : network.complete().parameters()) {
      shapes.put(Graph.label(parameter), parameter.shape());
    }
    Function<String, Tensor> values = RandomTensors.parameters(shapes::get, SEED);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : shapes.keySet().stream().sorted().toList()) {
      boolean decides = name.contains("seg_layers") && name.endsWith("bias");
      // without it every class has its voxels
      tensors.put(name, decides ? Tensor.zeros(shapes.get(name)) : values.apply(name));
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", "pt");
    metadata.put("trainer_name", "nnUNetTrainer");
    metadata.put("configuration", kind);
    metadata.put("fold", "0");
    metadata.put("inference_allowed_mirroring_axes", mirrored);
    metadata.put("plans.json", PLANS);
    metadata.put("dataset.json", DATASET);
    Path file = folder.resolve(kind.equals("2d") ? "planar.safetensors" : "tiny.safetensors");
    SafetensorsFile.write(file, tensors, metadata, ElementType.FLOAT32);
    return file;
  }

  /** A scan of several patches, on a grid that is resampled. */
  static Volume scan() {
    Shape shape = Shape.of(5, 13, 11);
    Spacing spacing = new Spacing(2.2, 1.1, 1.0);
    return Volume.of(
        RandomTensors.normal(shape, SEED), new Geometry(shape, Affine.ofSpacing(spacing), spacing));
  }
}
