package org.cirr.io.nnunet;

import org.cirr.io.file.MalformedFileException;

/**
 * How images, segmentations or logits are brought to another grid.
 *
 * @param function which of nnU-Net's functions
 * @param isSegmentation whether each label is resampled by itself
 * @param order the spline order in plane (default function)
 * @param orderZ the spline order along the axis that is resampled separately (default function)
 * @param forceSeparateZ whether one axis is resampled separately; null to decide by the spacings
 * @param mode the interpolation of the torch function, {@code linear} for bi- or trilinear
 * @param anisotropicMode the torch function's interpolation along the separate axis
 */
public record Resampling(
    Function function,
    boolean isSegmentation,
    int order,
    int orderZ,
    Boolean forceSeparateZ,
    String mode,
    String anisotropicMode) {

  /** The functions that plans can name. */
  public enum Function {
    /** {@code resample_data_or_seg_to_shape}: splines in double precision. */
    DEFAULT,
    /** {@code resample_torch_fornnunet}: linear interpolation in single precision. */
    TORCH,
    /** {@code no_resampling_data_or_seg_to_shape}: unchanged. */
    NONE
  }

  /** Reads {@code resampling_fn_KIND} and its {@code _kwargs}. */
  static Resampling of(JsonNode configuration, String kind, boolean segmentation, int order)
      throws MalformedFileException {
    String key = "resampling_fn_" + kind;
    JsonNode name = configuration.find(key);
    JsonNode kwargs = configuration.find(key + "_kwargs");
    Function function = name == null ? Function.DEFAULT : function(name);
    if (kwargs == null) {
      return new Resampling(function, segmentation, order, 0, null, "linear", "nearest-exact");
    }
    JsonNode force = kwargs.find("force_separate_z");
    JsonNode inPlane = kwargs.find("order");
    JsonNode along = kwargs.find("order_z");
    return new Resampling(
        function,
        kwargs.flag("is_seg", segmentation),
        inPlane == null ? order : order(inPlane),
        along == null ? 0 : order(along),
        force == null ? null : force.flag(),
        kwargs.text("mode", "linear"),
        kwargs.text("aniso_axis_mode", "nearest-exact"));
  }

  private static int order(JsonNode node) throws MalformedFileException {
    int order = node.whole();
    if (order != 0 && order != 1 && order != 3) {
      throw node.wrong("the spline order 0, 1 or 3");
    }
    return order;
  }

  private static Function function(JsonNode name) throws MalformedFileException {
    return switch (name.text()) {
      case "resample_data_or_seg_to_shape" -> Function.DEFAULT;
      case "resample_torch_fornnunet" -> Function.TORCH;
      case "no_resampling_data_or_seg_to_shape", "no_resampling_hack" -> Function.NONE;
      default ->
          throw name.wrong(
              "one of [resample_data_or_seg_to_shape, resample_torch_fornnunet,"
                  + " no_resampling_data_or_seg_to_shape]");
    };
  }
}
