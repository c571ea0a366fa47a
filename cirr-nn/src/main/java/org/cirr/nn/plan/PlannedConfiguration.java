package org.cirr.nn.plan;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.List;

/**
 * A configuration that was planned, as {@code plans.json} will have it.
 *
 * @param name such as {@code 3d_fullres}
 * @param spacing the target spacing in transposed axes, mm
 * @param medianShape the median extents at that spacing; whole numbers or halves
 * @param topology patch, strides and kernels
 * @param batchSize the batch
 * @param featureMapElements the memory of one patch
 */
record PlannedConfiguration(
    String name,
    double[] spacing,
    double[] medianShape,
    Topology topology,
    int batchSize,
    long featureMapElements) {

  /** The JSON object, with nnU-Net's keys in its order. */
  JsonObject toJson(PlannerSettings settings, List<String> schemes, List<Boolean> useMask) {
    JsonObject json = new JsonObject();
    // The residual planners share the prepared data of the plain one, but for 3d_lowres.
    String owner = name.equals("3d_lowres") ? settings.network().plansName() : "nnUNetPlans";
    json.addProperty("data_identifier", owner + "_" + name);
    json.addProperty("preprocessor_name", "DefaultPreprocessor");
    json.addProperty("batch_size", batchSize);
    json.add("patch_size", array(topology.patch()));
    JsonArray median = new JsonArray();
    for (double extent : medianShape) {
      if (name.equals("3d_lowres")) {
        median.add((int) extent); // nnU-Net rounds these and no others
      } else {
        median.add(extent);
      }
    }
    json.add("median_image_size_in_voxels", median);
    JsonArray spacings = new JsonArray();
    Arrays.stream(spacing).forEach(spacings::add);
    json.add("spacing", spacings);
    JsonArray schemeNames = new JsonArray();
    schemes.forEach(schemeNames::add);
    json.add("normalization_schemes", schemeNames);
    JsonArray masks = new JsonArray();
    useMask.forEach(masks::add);
    json.add("use_mask_for_norm", masks);
    resampling(json, "data", 3);
    resampling(json, "seg", 1);
    resampling(json, "probabilities", 1);
    json.add("architecture", architecture(settings));
    return json;
  }

  private static void resampling(JsonObject json, String kind, int order) {
    json.addProperty("resampling_fn_" + kind, "resample_data_or_seg_to_shape");
    JsonObject kwargs = new JsonObject();
    kwargs.addProperty("is_seg", kind.equals("seg"));
    kwargs.addProperty("order", order);
    kwargs.addProperty("order_z", 0);
    kwargs.add("force_separate_z", JsonNull.INSTANCE);
    json.add("resampling_fn_" + kind + "_kwargs", kwargs);
  }

  private JsonObject architecture(PlannerSettings settings) {
    PlannedNetwork network = settings.network();
    int stages = topology.strides().size();
    int axes = spacing.length;
    JsonObject kwargs = new JsonObject();
    kwargs.addProperty("n_stages", stages);
    kwargs.add("features_per_stage", array(settings.features(stages, axes)));
    kwargs.addProperty("conv_op", "torch.nn.modules.conv.Conv" + axes + "d");
    kwargs.add("kernel_sizes", arrays(topology.kernels()));
    kwargs.add("strides", arrays(topology.strides()));
    kwargs.add(
        network.residual() ? "n_blocks_per_stage" : "n_conv_per_stage",
        array(network.encoderBlocks(stages)));
    kwargs.add("n_conv_per_stage_decoder", array(network.decoderConvolutions(stages)));
    kwargs.addProperty("conv_bias", true);
    kwargs.addProperty("norm_op", "torch.nn.modules.instancenorm.InstanceNorm" + axes + "d");
    JsonObject norm = new JsonObject();
    norm.addProperty("eps", 1e-5);
    norm.addProperty("affine", true);
    kwargs.add("norm_op_kwargs", norm);
    kwargs.add("dropout_op", JsonNull.INSTANCE);
    kwargs.add("dropout_op_kwargs", JsonNull.INSTANCE);
    kwargs.addProperty("nonlin", "torch.nn.LeakyReLU");
    JsonObject slope = new JsonObject();
    slope.addProperty("inplace", true);
    kwargs.add("nonlin_kwargs", slope);
    JsonObject json = new JsonObject();
    json.addProperty(
        "network_class_name",
        "dynamic_network_architectures.architectures.unet."
            + (network.residual() ? "ResidualEncoderUNet" : "PlainConvUNet"));
    json.add("arch_kwargs", kwargs);
    JsonArray imports = new JsonArray();
    List.of("conv_op", "norm_op", "dropout_op", "nonlin").forEach(imports::add);
    json.add("_kw_requires_import", imports);
    return json;
  }

  static JsonArray array(int[] values) {
    JsonArray array = new JsonArray();
    Arrays.stream(values).forEach(array::add);
    return array;
  }

  private static JsonArray arrays(List<int[]> rows) {
    JsonArray array = new JsonArray();
    rows.forEach(row -> array.add(array(row)));
    return array;
  }
}
