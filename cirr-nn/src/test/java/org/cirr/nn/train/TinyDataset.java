package org.cirr.nn.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cirr.io.image.ImageFile;
import org.cirr.io.nnunet.Plans;
import org.cirr.io.nnunet.Splits;
import org.cirr.nn.data.CasePreparation;
import org.cirr.nn.data.PreparedFolder;
import org.cirr.nn.plan.RawDataset;
import org.cirr.nn.random.Draws;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;

/** A data set of bright and dark boxes, planned by hand for a network of a few weights. */
public final class TinyDataset {
  /** The configuration of {@link #prepare}. */
  public static final String CONFIGURATION = "3d_fullres";

  /** Labels that every case has. */
  public static final String LABELS = "{\"background\": 0, \"liver\": 1, \"spleen\": 2}";

  private TinyDataset() {}

  /** Four cases, two folds, prepared; returns the raw folder. */
  public static Path make(Path folder) throws IOException {
    return make(folder, LABELS, "");
  }

  /**
   * The same with other labels.
   *
   * @param more further keys of {@code dataset.json}, each with a comma before it
   */
  static Path make(Path folder, String labels, String more) throws IOException {
    Path raw = folder.resolve("Dataset009_Boxes");
    Files.createDirectories(raw.resolve("imagesTr"));
    Files.createDirectories(raw.resolve("labelsTr"));
    Files.writeString(
        raw.resolve("dataset.json"),
        "{\"channel_names\": {\"0\": \"MR\"}, \"labels\": "
            + labels
            + more
            + ", \"file_ending\": \".nii.gz\", \"numTraining\": 4}");
    for (int i = 0; i < 4; i++) {
      write(raw, "case" + i, i);
    }
    prepare(raw, plans(4, 8, 8));
    return raw;
  }

  private static void write(Path raw, String name, int seed) throws IOException {
    Draws draws = Draws.of(seed, 7);
    Shape shape = Shape.of(10 + seed % 2, 21, 19);
    Geometry grid = Geometry.of(shape, Affine.ofSpacing(new Spacing(1, 1, 1)));
    LabelMap labels = LabelMap.zeros(grid, 255);
    Tensor image = Tensor.zeros(shape);
    int middle = 9 + draws.below(3);
    for (int i = 0; i < image.array().length; i++) {
      int x = i % 19;
      int y = i / 19 % 21;
      int z = i / 19 / 21;
      boolean inside = z > 1 && z < 8 && y > 3 && y < 17 && x > 3 && x < 16;
      int label = !inside ? 0 : y < middle ? 1 : 2;
      labels.set(i, label);
      image.array()[i] = (float) (100 + new int[] {0, 60, -50}[label] + draws.normal(0, 10));
    }
    ImageFile.write(Volume.of(image, grid), raw.resolve("imagesTr/" + name + "_0000.nii.gz"));
    ImageFile.write(labels, raw.resolve("labelsTr/" + name + ".nii.gz"));
  }

  /** Writes plans, splits and prepared cases as {@code cirr plan} does. */
  static void prepare(Path raw, String plansText) throws IOException {
    PreparedFolder folder = PreparedFolder.of(raw);
    RawDataset data = RawDataset.open(raw);
    Files.createDirectories(folder.cases(CONFIGURATION));
    Files.writeString(folder.plansFile(), plansText);
    data.writeDatasetJson(folder.datasetFile());
    new Splits(
            List.of(
                new Splits.Fold(List.of("case0", "case1", "case2"), List.of("case3")),
                new Splits.Fold(List.of("case1", "case2", "case3"), List.of("case0"))))
        .write(folder.splitsFile());
    Plans plans = folder.plans();
    CasePreparation.of(plans, plans.configuration(CONFIGURATION), data.dataset())
        .prepare(data.cases(), folder.cases(CONFIGURATION), done -> {}, Workers.single());
  }

  /** Plans of four stages, so that three resolutions are supervised. */
  public static String plans(int... patch) {
    boolean flat = patch.length == 2;
    List<String> extents = new ArrayList<>();
    for (int extent : patch) {
      extents.add(Integer.toString(extent));
    }
    String axes = flat ? "2" : "3";
    return """
        {"dataset_name": "Dataset009_Boxes", "plans_name": "nnUNetPlans",
         "image_reader_writer": "SimpleITKIO", "label_manager": "LabelManager",
         "transpose_forward": [0, 1, 2], "transpose_backward": [0, 1, 2],
         "configurations": {"3d_fullres": {
           "data_identifier": "nnUNetPlans_3d_fullres", "preprocessor_name": "DefaultPreprocessor",
           "batch_size": 2, "patch_size": [PATCH], "spacing": [SPACING],
           "normalization_schemes": ["ZScoreNormalization"], "use_mask_for_norm": [false],
           "batch_dice": true,
           "architecture": {
             "network_class_name":
               "dynamic_network_architectures.architectures.unet.PlainConvUNet",
             "arch_kwargs": {
               "n_stages": 4, "features_per_stage": [4, 4, 8, 8],
               "conv_op": "torch.nn.modules.conv.ConvAXESd", "kernel_sizes": 3,
               "strides": [1, STRIDE], "n_conv_per_stage": 1,
               "n_conv_per_stage_decoder": 1, "conv_bias": true,
               "norm_op": "torch.nn.modules.instancenorm.InstanceNormAXESd",
               "norm_op_kwargs": {"eps": 1e-05, "affine": true}, "dropout_op": null,
               "dropout_op_kwargs": null, "nonlin": "torch.nn.LeakyReLU",
               "nonlin_kwargs": {"inplace": true}},
             "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"]}}}}
        """
        .replace("PATCH", String.join(", ", extents))
        .replace("SPACING", flat ? "1.0, 1.0" : "1.0, 1.0, 1.0")
        .replace("STRIDE", flat ? "2, 2, 1" : "[1, 2, 2], [1, 2, 2], [2, 1, 1]")
        .replace("AXES", axes);
  }
}
