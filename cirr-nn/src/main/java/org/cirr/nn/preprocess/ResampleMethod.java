package org.cirr.nn.preprocess;

import org.cirr.io.nnunet.Resampling;

/** Which of nnU-Net's resampling functions, with its settings. */
public sealed interface ResampleMethod {
  /**
   * What a plan says.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for a torch interpolation that cirr lacks.
   */
  static ResampleMethod of(Resampling plan) {
    SeparateZ separate = SeparateZ.of(plan.forceSeparateZ());
    return switch (plan.function()) {
      case DEFAULT -> new Spline(plan.order(), plan.orderZ(), separate);
      case NONE -> new None();
      case TORCH -> {
        if (!plan.mode().equals("linear") || !plan.anisotropicMode().equals("nearest-exact")) {
          throw new IllegalArgumentException(
              "the plans resample with torch mode \""
                  + plan.mode()
                  + "\" and aniso_axis_mode \""
                  + plan.anisotropicMode()
                  + "\", cirr knows \"linear\" and \"nearest-exact\": use nnU-Net for this model");
        }
        yield new Torch(separate);
      }
    };
  }

  /** When one axis is resampled apart from the others. */
  SeparateZ separate();

  /**
   * Splines in double precision.
   *
   * <p><b>Source</b>: nnU-Net {@code resample_data_or_seg_to_shape}: {@code skimage.resize} and
   * {@code scipy.ndimage.map_coordinates}.
   *
   * @param order the spline order, or the order in plane where an axis is separate: 0, 1 or 3
   * @param orderZ the order along the separate axis: 0, 1 or 3
   */
  record Spline(int order, int orderZ, SeparateZ separate) implements ResampleMethod {
    public Spline {
      if (order != 0 && order != 1 && order != 3 || orderZ != 0 && orderZ != 1 && orderZ != 3) {
        throw new IllegalArgumentException(
            "resampling has spline orders 0, 1 and 3, got order " + order + ", order_z " + orderZ);
      }
    }
  }

  /**
   * Linear in single precision; nearest along the separate axis.
   *
   * <p><b>Source</b>: nnU-Net {@code resample_torch_fornnunet}, mode {@code linear}, {@code
   * aniso_axis_mode} {@code nearest-exact}.
   */
  record Torch(SeparateZ separate) implements ResampleMethod {}

  /** Nothing is resampled. <b>Source</b>: nnU-Net {@code no_resampling_data_or_seg_to_shape}. */
  record None() implements ResampleMethod {
    @Override
    public SeparateZ separate() {
      return SeparateZ.NEVER;
    }
  }
}
