package org.cirr.nn.phantom;

import java.util.LinkedHashMap;
import java.util.Map;
import org.cirr.nn.random.Draws;
import org.cirr.nn.random.SmoothField;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;

/**
 * A made-up abdominal MRI with labels.
 *
 * <p>{@link Anatomy} says which tissue lies where. The scan bends the coordinates, looks at several
 * points through the thickness of each slice, blurs a little, and adds what scanners add: an uneven
 * sensitivity, slices of uneven brightness, and Rician noise.
 *
 * <p><b>Edge cases</b>: labels are those of the middle of each slice. The same settings give the
 * same voxels, whatever the number of threads.
 *
 * @param image the scan
 * @param labels 1 liver, 2 right kidney, 3 left kidney, 4 spleen, as in CHAOS
 */
public record Phantom(Volume image, LabelMap labels) {
  private static final double STEP_MM = 2.6; // about, between the points through a slice
  private static final int MOST_STEPS = 3;
  private static final double GRAIN_MM = 3.2; // the size of a tissue's texture
  private static final double FULL_SCALE = 1000;

  /** The labels' names by value. */
  public static Map<Integer, String> names() {
    Map<Integer, String> names = new LinkedHashMap<>();
    names.put(1, "liver");
    names.put(2, "right kidney");
    names.put(3, "left kidney");
    names.put(4, "spleen");
    return names;
  }

  /** Makes a phantom. */
  public static Phantom of(PhantomSettings settings, Workers workers) {
    double steps = Math.rint(settings.spacing().z() / STEP_MM);
    return of(settings, (int) Math.min(MOST_STEPS, Math.max(1, steps)), workers);
  }

  /** The same, looking at a number of points through each slice. */
  static Phantom of(PhantomSettings settings, int steps, Workers workers) {
    Scan scan = new Scan(settings, steps, workers);
    int slices = settings.shape().dim(0);
    float[] image = new float[settings.shape().arrayLength()];
    byte[] labels = new byte[image.length];
    workers.forEach(slices, z -> scan.slice(z, image, labels));
    Geometry grid = Geometry.of(settings.shape(), affine(settings));
    return new Phantom(
        Volume.of(Tensor.of(settings.shape(), image), grid).reoriented(settings.orientation()),
        LabelMap.of(grid, labels).reoriented(settings.orientation()));
  }

  /** LPS axes about the origin. */
  private static Affine affine(PhantomSettings settings) {
    Shape shape = settings.shape();
    Spacing mm = settings.spacing();
    return Affine.ofRows(
        new double[] {-mm.x(), 0, 0, mm.x() * (shape.dim(2) - 1) / 2},
        new double[] {0, -mm.y(), 0, mm.y() * (shape.dim(1) - 1) / 2},
        new double[] {0, 0, mm.z(), -mm.z() * (shape.dim(0) - 1) / 2 + settings.aboveMm()});
  }

  /** What is drawn once for all slices. */
  private static final class Scan {
    private final long seed;
    private final int[] shape;
    private final double[] mm;
    private final Anatomy anatomy;
    private final double[] signal;
    private final double bodyScale;
    private final double[] shift = new double[3];
    private final float[][] bend = new float[3][];
    private final float[] bumps;
    private final float[] grain;
    private final float[] sensitivity;
    private final double fade;
    private final double noise;
    private final double blur;
    private final int steps;

    Scan(PhantomSettings settings, int steps, Workers workers) {
      this.steps = steps;
      seed = settings.seed();
      shape = settings.shape().toArray();
      mm = settings.spacing().toArray();
      anatomy = new Anatomy(seed, settings.cirrhotic(), settings.obese());
      signal = signals(settings.contrast(), Draws.of(seed, 2));
      brightenFat(settings.contrast(), signal, Draws.of(seed, 9));
      Draws draws = Draws.of(seed, 3);
      bodyScale = draws.uniform(0.93, 1.06);
      shift[0] = draws.uniform(-12, 12);
      shift[1] = draws.uniform(-12, 12) + 8; // a body is not quite in the middle of its scan
      shift[2] = draws.uniform(-22, 22) - 5 + settings.aboveMm();
      double strength = draws.uniform(3, 6);
      double bendSize = draws.uniform(45, 75);
      double bumpSize = draws.uniform(9, 14);
      double coilSize = draws.uniform(110, 200);
      double[] sizes = {bendSize, bendSize, bendSize, bumpSize, GRAIN_MM, coilSize};
      float[][] fields = new float[sizes.length][];
      workers.forEach(fields.length, k -> fields[k] = field(Draws.of(seed, 5, k), sizes[k]));
      for (int axis = 0; axis < 3; axis++) {
        bend[axis] = scaled(fields[axis], strength);
      }
      bumps = fields[3];
      grain = fields[4];
      sensitivity = scaled(fields[5], draws.uniform(0.08, 0.22));
      fade = draws.uniform(-0.1, 0.45); // of the signal, from the lowest slice to the highest
      noise = draws.uniform(0.008, 0.035);
      blur = draws.uniform(0.35, 0.75);
    }

    private float[] field(Draws draws, double sizeMm) {
      return SmoothField.of(
          shape, new double[] {sizeMm / mm[0], sizeMm / mm[1], sizeMm / mm[2]}, draws);
    }

    private static float[] scaled(float[] field, double by) {
      for (int i = 0; i < field.length; i++) {
        field[i] *= (float) by;
      }
      return field;
    }

    /** Brightness of each tissue. */
    private static double[] signals(PhantomContrast contrast, Draws draws) {
      Tissue[] tissues = Tissue.values();
      double[] signal = new double[tissues.length];
      boolean otherFat = draws.chance(0.3); // T1 with, T2 without suppressed fat
      do {
        for (Tissue tissue : tissues) {
          double own = tissue.brightness(contrast) * Math.exp(draws.normal(0, tissue.spread()));
          boolean empty = tissue == Tissue.AIR || tissue == Tissue.GAS || tissue == Tissue.LUNG;
          double any = empty ? draws.uniform(0, 0.1) : draws.uniform(0.08, 1.1);
          signal[tissue.ordinal()] = contrast == PhantomContrast.RANDOM ? any : own;
        }
        signal[Tissue.AIR.ordinal()] = 0;
        copyKidney(signal);
        if (otherFat && contrast != PhantomContrast.RANDOM) {
          double t1 = draws.uniform(0.12, 0.3);
          double t2 = draws.uniform(0.45, 0.8);
          signal[Tissue.FAT.ordinal()] = contrast == PhantomContrast.T1 ? t1 : t2;
        }
      } while (!isVisible(signal));
      return signal;
    }

    /** T1's fat that is not suppressed is brighter than organs, by little or by far. */
    private static void brightenFat(PhantomContrast contrast, double[] signal, Draws draws) {
      double by = Math.exp(draws.uniform(0, 0.9));
      int fat = Tissue.FAT.ordinal();
      if (contrast == PhantomContrast.T1 && signal[fat] > signal[Tissue.LIVER.ordinal()]) {
        signal[fat] *= by;
      }
    }

    /** Both kidneys look alike. */
    private static void copyKidney(double[] signal) {
      signal[Tissue.LEFT_CORTEX.ordinal()] = signal[Tissue.RIGHT_CORTEX.ordinal()];
      signal[Tissue.LEFT_MEDULLA.ordinal()] = signal[Tissue.RIGHT_MEDULLA.ordinal()];
    }

    /** Whether organs stand out from the fat around them. */
    private static boolean isVisible(double[] signal) {
      double fat = signal[Tissue.FAT.ordinal()];
      for (Tissue organ : new Tissue[] {Tissue.LIVER, Tissue.SPLEEN, Tissue.RIGHT_CORTEX}) {
        if (Math.abs(signal[organ.ordinal()] - fat) < 0.08) {
          return false;
        }
      }
      return true;
    }

    /** The patient's z in slice z, 0 at its lower face and 1 at its upper one. */
    private double height(int z, double through) {
      double slices = z - (shape[0] - 1) / 2.0 + through - 0.5; // from the middle of the grid
      return (slices * mm[0] + shift[2]) / bodyScale;
    }

    /** Makes one slice. */
    void slice(int z, float[] image, byte[] labels) {
      Draws draws = Draws.of(seed, 4, z);
      int width = shape[2];
      int plane = shape[1] * width;
      int start = z * plane;
      float[] values = new float[plane];
      for (int y = 0; y < shape[1]; y++) {
        for (int x = 0; x < width; x++) {
          int at = start + y * width + x;
          double px = ((x - (width - 1) / 2.0) * mm[2] + shift[0]) / bodyScale + bend[0][at];
          double py = ((y - (shape[1] - 1) / 2.0) * mm[1] + shift[1]) / bodyScale + bend[1][at];
          double pz = height(z, 0.5) + bend[2][at];
          double under = anatomy.depthUnderSkin(px, py, pz);
          if (under < 0) {
            continue;
          }
          labels[at] = (byte) anatomy.at(px, py, pz, under, bumps[at]).label();
          double sum = 0;
          for (int step = 0; step < steps; step++) {
            double pzStep = height(z, (step + 0.5) / steps) + bend[2][at];
            Tissue tissue = anatomy.at(px, py, pzStep, under, bumps[at]);
            sum += signal[tissue.ordinal()] * (1 + tissue.grain() * grain[at]);
          }
          values[y * width + x] = (float) Math.max(0, sum / steps);
        }
      }
      blur(values, width, blur);
      double height = (z + 0.5) / shape[0];
      double level = (1 - fade * height * height) * Math.exp(draws.normal(0, 0.02));
      for (int i = 0; i < plane; i++) {
        double seen = values[i] * level * Math.exp(sensitivity[start + i]);
        double real = seen + noise * draws.normal();
        double imaginary = noise * draws.normal();
        double magnitude = Math.sqrt(real * real + imaginary * imaginary);
        image[start + i] = (float) Math.rint(FULL_SCALE * magnitude);
      }
    }

    /**
     * The kernel [s, 1 - 2s, s] along both axes, s = 0.8 w / (1 + 2 w): the scanner's point spread.
     */
    private static void blur(float[] values, int width, double weight) {
      int height = values.length / width;
      float side = (float) (weight / (1 + 2 * weight) * 0.8);
      float middle = 1 - 2 * side;
      for (int y = 0; y < height; y++) {
        float before = values[y * width];
        for (int x = 0; x < width; x++) {
          int i = y * width + x;
          float here = values[i];
          float after = values[x + 1 < width ? i + 1 : i];
          values[i] = side * before + middle * here + side * after;
          before = here;
        }
      }
      for (int x = 0; x < width; x++) {
        float before = values[x];
        for (int y = 0; y < height; y++) {
          int i = y * width + x;
          float here = values[i];
          float after = values[y + 1 < height ? i + width : i];
          values[i] = side * before + middle * here + side * after;
          before = here;
        }
      }
    }
  }
}
