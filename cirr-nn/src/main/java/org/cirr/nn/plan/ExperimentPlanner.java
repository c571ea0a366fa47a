package org.cirr.nn.plan;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import org.cirr.io.nnunet.DatasetFingerprint;
import org.cirr.io.nnunet.DatasetJson;
import org.cirr.nn.preprocess.ResampleGrid;

/**
 * Chooses target spacing, patch, batch and network for a data set, as nnU-Net does.
 *
 * <p>The target spacing is the median of the cases; a coarse axis with few slices takes its 10th
 * percentile. The patch begins as a cube of 256³ in millimetres, cut to the median case, and is
 * made smaller along the axis that shows most of the case until the network fits the memory. Where
 * it then shows less than a quarter of the median case, a second configuration at a lower
 * resolution is planned.
 *
 * <p><b>Source</b>: nnU-Net {@code ExperimentPlanner.plan_experiment}.
 */
public final class ExperimentPlanner {
  private static final double ANISOTROPY = 3;
  private static final double LOWRES_BELOW = 0.25;
  private static final double LOWRES_STEP = 1.03;
  private static final int LEAST_BATCH = 2;
  private static final String FULL = "3d_fullres";

  private final DatasetFingerprint fingerprint;
  private final DatasetJson dataset;
  private final int cases;
  private final PlannerSettings settings;
  private final PlannedNetwork network;

  private ExperimentPlanner(
      DatasetFingerprint fingerprint, DatasetJson dataset, int cases, PlannerSettings settings) {
    this.fingerprint = fingerprint;
    this.dataset = dataset;
    this.cases = cases;
    this.settings = settings;
    this.network = settings.network();
  }

  /**
   * The plans.
   *
   * @param name the data set's name, such as {@code Dataset006_Lung}
   * @param cases the number of training cases
   * @throws IllegalArgumentException when nothing fits the memory
   */
  public static ExperimentPlan plan(
      String name,
      DatasetFingerprint fingerprint,
      DatasetJson dataset,
      int cases,
      PlannerSettings settings) {
    return new ExperimentPlanner(fingerprint, dataset, cases, settings).plan(name);
  }

  private ExperimentPlan plan(String name) {
    double[] spacing = fullResolution();
    int[] forward = transpose(spacing);
    double[] fullres = permuted(spacing, forward);
    double[] median = permuted(medianShape(spacing), forward);
    double voxels = product(median);
    List<PlannedConfiguration> planned = new ArrayList<>();
    planned.add(configuration("2d", tail(fullres), tail(median), voxels * cases));
    if (median[0] != 1) {
      PlannedConfiguration full = configuration(FULL, fullres, median, voxels * cases);
      PlannedConfiguration low = lowResolution(full, median);
      if (low != null) {
        planned.add(low);
      }
      planned.add(full);
    }
    return new ExperimentPlan(planned, toJson(name, forward, planned));
  }

  /** The target spacing, axes as read. */
  private double[] fullResolution() {
    if (settings.spacing() != null) {
      return settings.spacing();
    }
    double[] target = new double[3];
    double[] size = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      target[axis] = percentile(spacings(axis), 0.5);
      size[axis] = percentile(shapes(axis), 0.5);
    }
    int worst = argMax(target);
    int first = worst == 0 ? 1 : 0;
    int second = worst == 2 ? 1 : 2;
    double others = Math.max(target[first], target[second]);
    boolean coarse = target[worst] > ANISOTROPY * others;
    boolean few = size[worst] * ANISOTROPY < Math.min(size[first], size[second]);
    if (coarse && few) {
      double tenth = percentile(spacings(worst), 0.1);
      target[worst] = tenth < others ? others + 1e-5 : tenth;
    }
    return target;
  }

  private static int[] transpose(double[] spacing) {
    int worst = argMax(spacing);
    return new int[] {worst, worst == 0 ? 1 : 0, worst == 2 ? 1 : 2};
  }

  private double[] medianShape(double[] target) {
    List<int[]> shapes = new ArrayList<>();
    for (int i = 0; i < fingerprint.spacings().size(); i++) {
      shapes.add(
          ResampleGrid.targetShape(
              fingerprint.shapesAfterCrop().get(i).stream().mapToInt(Integer::intValue).toArray(),
              fingerprint.spacings().get(i).stream().mapToDouble(Double::doubleValue).toArray(),
              target));
    }
    double[] median = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      int along = axis;
      median[axis] = median(sorted(i -> shapes.get(i)[along], shapes.size()));
    }
    return median;
  }

  private PlannedConfiguration configuration(
      String name, double[] spacing, double[] median, double datasetVoxels) {
    int axes = spacing.length;
    int heads =
        dataset.labels().heads()
            + (dataset.labels().hasRegions() ? 1 : 0)
            + (dataset.labels().ignoreLabel().isPresent() ? 1 : 0);
    boolean given = settings.patch() != null && name.equals(FULL);
    double[] patch =
        given
            ? Arrays.stream(settings.patch()).asDoubleStream().toArray()
            : initialPatch(spacing, median);
    Topology topology = Topology.of(spacing, patch);
    long estimate = settings.featureMapElements(topology, heads);
    double reference = network.reference(axes, settings.memoryGb());
    int referenceBatch = PlannedNetwork.referenceBatch(axes);
    while (!given
        && (network.residual() ? estimate : (double) estimate / referenceBatch * LEAST_BATCH)
            > reference) {
      topology = smaller(spacing, median, topology);
      estimate = settings.featureMapElements(topology, heads);
    }
    double batch = Math.rint(reference / estimate * referenceBatch);
    double patchVoxels = product(Arrays.stream(topology.patch()).asDoubleStream().toArray());
    double most = Math.rint(datasetVoxels * network.mostOfDataset() / patchVoxels);
    int batchSize = (int) Math.max(Math.min(batch, most), LEAST_BATCH);
    return new PlannedConfiguration(name, spacing, median, topology, batchSize, estimate);
  }

  private static double[] initialPatch(double[] spacing, double[] median) {
    int axes = spacing.length;
    double[] patch = new double[axes];
    double inverse = 1;
    for (double mm : spacing) {
      inverse *= 1 / mm;
    }
    double volume = axes == 3 ? Math.pow(256, 3) : Math.pow(2048, 2);
    double scale = Math.pow(volume / inverse, 1.0 / axes);
    for (int axis = 0; axis < axes; axis++) {
      patch[axis] = Math.min(Math.rint(1 / spacing[axis] * scale), median[axis]);
    }
    return patch;
  }

  /** The patch made smaller along the axis that shows most of the median case. */
  private static Topology smaller(double[] spacing, double[] median, Topology topology) {
    int[] patch = topology.patch();
    int axis = 0;
    for (int a = 1; a < patch.length; a++) {
      if (patch[a] / median[a] >= patch[axis] / median[axis]) {
        axis = a;
      }
    }
    // By what a smaller patch must be divisible by, not by what this one must: 256 − 64 would skip
    // 224, which is a valid size.
    double[] trial = Arrays.stream(patch).asDoubleStream().toArray();
    trial[axis] -= topology.divisibleBy()[axis];
    if (trial[axis] < 1) {
      throw new IllegalArgumentException(
          "no patch of this data set fits the memory to plan for; allow more memory");
    }
    int step = Topology.of(spacing, trial).divisibleBy()[axis];
    double[] next = Arrays.stream(patch).asDoubleStream().toArray();
    next[axis] -= step;
    return Topology.of(spacing, next);
  }

  /** The configuration that sees a quarter of the median case; null where it is not needed. */
  private PlannedConfiguration lowResolution(PlannedConfiguration full, double[] median) {
    PlannedConfiguration low = null;
    double[] spacing = full.spacing().clone();
    double voxels = product(median);
    double patch = product(Arrays.stream(full.topology().patch()).asDoubleStream().toArray());
    while (patch / voxels < LOWRES_BELOW) {
      double coarsest = Arrays.stream(spacing).max().orElseThrow();
      boolean[] finer = new boolean[3];
      boolean any = false;
      for (int axis = 0; axis < 3; axis++) {
        finer[axis] = coarsest / spacing[axis] > 2;
        any |= finer[axis];
      }
      double[] size = new double[3];
      double[] rounded = new double[3];
      for (int axis = 0; axis < 3; axis++) {
        spacing[axis] *= !any || finer[axis] ? LOWRES_STEP : 1;
        size[axis] = full.spacing()[axis] / spacing[axis] * median[axis];
        rounded[axis] = Math.rint(size[axis]);
      }
      voxels = product(size);
      low = configuration("3d_lowres", spacing.clone(), rounded, voxels * cases);
      patch = product(Arrays.stream(low.topology().patch()).asDoubleStream().toArray());
    }
    return product(median) / voxels < 2 ? null : low;
  }

  private JsonObject toJson(String name, int[] forward, List<PlannedConfiguration> planned) {
    List<String> schemes = dataset.channelNames().stream().map(ExperimentPlanner::scheme).toList();
    boolean mostlyEmpty = fingerprint.medianRelativeSizeAfterCropping() < 3 / 4.0;
    List<Boolean> masks =
        schemes.stream().map(s -> mostlyEmpty && s.equals("ZScoreNormalization")).toList();
    JsonObject json = new JsonObject();
    json.addProperty("dataset_name", name);
    json.addProperty("plans_name", network.plansName());
    JsonArray spacing = new JsonArray();
    JsonArray shape = new JsonArray();
    for (int axis : forward) {
      spacing.add(median(spacings(axis)));
      shape.add((int) Math.rint(median(shapes(axis))));
    }
    json.add("original_median_spacing_after_transp", spacing);
    json.add("original_median_shape_after_transp", shape);
    json.addProperty("image_reader_writer", reader());
    json.add("transpose_forward", PlannedConfiguration.array(forward));
    int[] backward = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      backward[forward[axis]] = axis;
    }
    json.add("transpose_backward", PlannedConfiguration.array(backward));
    boolean cascade = planned.stream().anyMatch(c -> c.name().equals("3d_lowres"));
    JsonObject configurations = new JsonObject();
    for (PlannedConfiguration each : planned) {
      JsonObject one = each.toJson(settings, schemes, masks);
      one.addProperty(
          "batch_dice", each.name().equals("2d") || cascade && each.name().equals(FULL));
      if (each.name().equals("3d_lowres")) {
        one.addProperty("next_stage", "3d_cascade_fullres");
      }
      configurations.add(each.name(), one);
    }
    if (cascade) {
      JsonObject last = new JsonObject();
      last.addProperty("inherits_from", FULL);
      last.addProperty("previous_stage", "3d_lowres");
      configurations.add("3d_cascade_fullres", last);
    }
    json.add("configurations", configurations);
    json.addProperty("experiment_planner_used", network.planner());
    json.addProperty("label_manager", "LabelManager");
    JsonObject intensities = new JsonObject();
    for (int channel = 0; channel < fingerprint.intensities().size(); channel++) {
      JsonObject one = new JsonObject();
      fingerprint.intensities().get(channel).byKey().forEach(one::addProperty);
      intensities.add(Integer.toString(channel), one);
    }
    json.add("foreground_intensity_properties_per_channel", intensities);
    return json;
  }

  /** The normalisation that nnU-Net chooses by a channel's name. */
  private static String scheme(String channel) {
    return switch (channel.toLowerCase(Locale.ROOT)) {
      case "ct" -> "CTNormalization";
      case "nonorm" -> "NoNormalization";
      case "rescale_to_0_1", "rescale_0_1" -> "RescaleTo01Normalization";
      case "rgb_to_0_1" -> "RGBTo01Normalization";
      default -> "ZScoreNormalization";
    };
  }

  private String reader() {
    return dataset.fileEnding().equals(".nii") ? "NibabelIO" : "SimpleITKIO";
  }

  private double[] spacings(int axis) {
    return sorted(i -> fingerprint.spacings().get(i).get(axis), fingerprint.spacings().size());
  }

  private double[] shapes(int axis) {
    return sorted(
        i -> fingerprint.shapesAfterCrop().get(i).get(axis), fingerprint.spacings().size());
  }

  private static double[] sorted(IntToDoubleFunction value, int count) {
    double[] values = new double[count];
    Arrays.setAll(values, value);
    Arrays.sort(values);
    return values;
  }

  /** As {@code numpy.percentile}: linear between neighbours, from the nearer one. */
  static double percentile(double[] sorted, double fraction) {
    double at = (sorted.length - 1) * fraction;
    int below = (int) Math.floor(at);
    double low = sorted[below];
    double high = sorted[Math.min(below + 1, sorted.length - 1)];
    double part = at - below;
    double step = high - low;
    return part >= 0.5 ? high - step * (1 - part) : low + step * part;
  }

  private static double median(double[] sorted) {
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  private static int argMax(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  private static double[] permuted(double[] values, int[] order) {
    return Arrays.stream(order).mapToDouble(axis -> values[axis]).toArray();
  }

  private static double[] tail(double[] values) {
    return Arrays.copyOfRange(values, 1, values.length);
  }

  private static double product(double[] values) {
    return Arrays.stream(values).reduce(1, (a, b) -> a * b);
  }
}
