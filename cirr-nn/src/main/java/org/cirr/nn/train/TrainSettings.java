package org.cirr.nn.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.cirr.backend.Arithmetic;
import org.cirr.io.file.MalformedFileException;
import org.cirr.nn.optimize.Adam;
import org.cirr.nn.optimize.Optimizer;
import org.cirr.nn.optimize.Sgd;

/**
 * What is trained and how long: all that the weights depend on beside data, plan and backend.
 *
 * <p><b>Source</b>: {@link #defaults()} are nnU-Net's {@code nnUNetTrainer}.
 *
 * @param length how long
 * @param descent how the weights follow from the gradients
 * @param sampling what a batch is
 * @param recompute of how many dear ops one result is kept for the way back, the others being
 *     computed twice; 0 keeps all ({@code Checkpoints})
 * @param precision to what factors of convolutions and products are rounded, forward and back;
 *     weights, optimizer and losses have single precision in any case
 * @param seed of first weights, patches and augmentation
 */
public record TrainSettings(
    Length length,
    Descent descent,
    Sampling sampling,
    int recompute,
    Arithmetic precision,
    long seed) {
  private static final String PRECISION = "precision"; // in a checkpoint
  private static final String SPATIAL = "spatial";
  private static final String ELASTIC = "elastic";

  /** Checks the values. */
  public TrainSettings {
    Objects.requireNonNull(length, "length");
    Objects.requireNonNull(descent, "descent");
    Objects.requireNonNull(sampling, "sampling");
    Objects.requireNonNull(precision, "precision");
    require(recompute >= 0, "recompute is 0 or more", recompute);
  }

  /**
   * How long.
   *
   * @param epochs the most there are
   * @param iterations training steps of an epoch
   * @param validationIterations batches of validation after each epoch
   * @param patience epochs without a better pseudo-Dice after which training ends; 0 for never
   */
  public record Length(int epochs, int iterations, int validationIterations, int patience) {
    /** Checks the values. */
    public Length {
      require(epochs >= 1, "epochs is 1 or more", epochs);
      require(iterations >= 1, "iterations is 1 or more", iterations);
      require(
          validationIterations >= 1, "validation iterations is 1 or more", validationIterations);
      require(patience >= 0, "patience is 0 or more", patience);
    }
  }

  /**
   * How the weights follow from the gradients, the rate falling as {@code (1 − epoch/epochs)^0.9}.
   *
   * @param learningRate that of the first epoch
   * @param optimizer nnU-Net's is {@link Sgd#nnUnet()}, or {@link Adam#nnUnet()}
   * @param clipNorm the most that the gradients' norm may be
   * @param frozen what the names of weights that are not trained begin with
   */
  public record Descent(
      double learningRate, Optimizer optimizer, double clipNorm, List<String> frozen) {
    /** Checks the values. */
    public Descent {
      frozen = List.copyOf(frozen);
      require(positive(learningRate), "the learning rate is above 0", learningRate);
      Objects.requireNonNull(optimizer, "optimizer");
      require(positive(clipNorm), "the norm to clip at is above 0", clipNorm);
    }

    private static boolean positive(double value) {
      return value > 0 && value < Double.POSITIVE_INFINITY;
    }
  }

  /**
   * What a batch is.
   *
   * @param batchSize the patches of a batch; 0 for the plan's
   * @param foregroundShare the share of a batch that is centred on a class
   * @param augmenting how patches are changed at random
   */
  public record Sampling(int batchSize, double foregroundShare, Augmenting augmenting) {
    /** Checks the values. */
    public Sampling {
      require(batchSize >= 0, "the batch size is 1 or more, or 0 for the plan's", batchSize);
      requireShare(foregroundShare, "the share of foreground patches");
      Objects.requireNonNull(augmenting, "augmenting");
    }
  }

  /**
   * How patches are changed at random.
   *
   * @param wanted whether they are; without it the shares do not matter
   * @param mirroring whether they are mirrored then, and predictions later
   * @param spatial the share of patches that are rotated, and the share that are scaled; nnU-Net's
   *     0.2
   * @param elastic the share that are bent; nnU-Net has none
   * @param organContrast the share in which labelled organs get another brightness; nnU-Net has
   *     none
   */
  public record Augmenting(
      boolean wanted, boolean mirroring, double spatial, double elastic, double organContrast) {
    private static final double SPATIAL = 0.2;

    /** Checks the values. */
    public Augmenting {
      requireShare(spatial, "the share of patches that are rotated and scaled");
      requireShare(elastic, "the share of patches that are bent");
      requireShare(organContrast, "the share of patches with another organ contrast");
    }

    /** What nnU-Net does. */
    public static Augmenting nnUnet() {
      return new Augmenting(true, true, SPATIAL, 0, 0);
    }

    /** Patches as they are. */
    public static Augmenting none() {
      return new Augmenting(false, false, SPATIAL, 0, 0);
    }

    /** Whether patches are mirrored. */
    boolean mirrors() {
      return wanted && mirroring;
    }
  }

  private static void requireShare(double share, String name) {
    require(share >= 0 && share <= 1, name + " goes from 0 to 1", share);
  }

  private static void require(boolean right, String rule, Object got) {
    if (!right) {
      throw new IllegalArgumentException(rule + ", got " + got);
    }
  }

  /** nnU-Net's: 1000 epochs of 250 steps. */
  public static TrainSettings defaults() {
    return new TrainSettings(
        new Length(1000, 250, 50, 0),
        new Descent(0.01, Sgd.nnUnet(), 12, List.of()),
        new Sampling(0, 0.33, Augmenting.nnUnet()),
        0,
        Arithmetic.FLOAT32,
        1);
  }

  /** With another length. */
  public TrainSettings withLength(Length other) {
    return new TrainSettings(other, descent, sampling, recompute, precision, seed);
  }

  /** With another descent. */
  public TrainSettings withDescent(Descent other) {
    return new TrainSettings(length, other, sampling, recompute, precision, seed);
  }

  /** With other batches. */
  public TrainSettings withSampling(Sampling other) {
    return new TrainSettings(length, descent, other, recompute, precision, seed);
  }

  /** With more or less computed twice. */
  public TrainSettings withRecompute(int other) {
    return new TrainSettings(length, descent, sampling, other, precision, seed);
  }

  /** With another precision; the backend must have it. */
  public TrainSettings withPrecision(Arithmetic other) {
    return new TrainSettings(length, descent, sampling, recompute, other, seed);
  }

  /** With another seed. */
  public TrainSettings withSeed(long other) {
    return new TrainSettings(length, descent, sampling, recompute, precision, other);
  }

  /** Batches of training and of validation. */
  int batchesPerEpoch() {
    return length.iterations + length.validationIterations;
  }

  /** As a checkpoint holds them. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("epochs", (long) length.epochs);
    map.put("iterations", (long) length.iterations);
    map.put("validation_iterations", (long) length.validationIterations);
    map.put("patience", (long) length.patience);
    map.put("learning_rate", descent.learningRate);
    map.putAll(SavedOptimizer.toMap(descent.optimizer));
    map.put("clip_norm", descent.clipNorm);
    map.put("frozen", descent.frozen);
    map.put("batch_size", (long) sampling.batchSize);
    map.put("foreground_share", sampling.foregroundShare);
    map.put("augmentation", sampling.augmenting.wanted);
    map.put("mirroring", sampling.augmenting.mirroring);
    map.put(SPATIAL, sampling.augmenting.spatial);
    map.put(ELASTIC, sampling.augmenting.elastic);
    map.put("organ_contrast", sampling.augmenting.organContrast);
    map.put("recompute", (long) recompute);
    map.put(PRECISION, precision.toString());
    map.put("seed", seed);
    return map;
  }

  /** The way back from {@link #toMap}. */
  static TrainSettings of(SavedValues saved) throws java.io.IOException {
    return new TrainSettings(
        new Length(
            saved.whole("epochs"),
            saved.whole("iterations"),
            saved.whole("validation_iterations"),
            saved.whole("patience")),
        new Descent(
            saved.number("learning_rate"),
            SavedOptimizer.of(saved),
            saved.number("clip_norm"),
            saved.texts("frozen")),
        new Sampling(
            saved.whole("batch_size"), saved.number("foreground_share"), augmenting(saved)),
        saved.whole("recompute"),
        precision(saved),
        saved.longWhole("seed"));
  }

  /** Before there was a choice patches were rotated and scaled as nnU-Net does, and not bent. */
  private static Augmenting augmenting(SavedValues saved) throws MalformedFileException {
    return new Augmenting(
        saved.flag("augmentation"),
        saved.flag("mirroring"),
        saved.map().containsKey(SPATIAL) ? saved.number(SPATIAL) : Augmenting.SPATIAL,
        saved.map().containsKey(ELASTIC) ? saved.number(ELASTIC) : 0,
        saved.number("organ_contrast"));
  }

  /** Before there was a choice it was single precision. */
  private static Arithmetic precision(SavedValues saved) throws MalformedFileException {
    if (!saved.map().containsKey(PRECISION)) {
      return Arithmetic.FLOAT32;
    }
    String name = saved.text(PRECISION);
    for (Arithmetic precision : Arithmetic.values()) {
      if (precision.toString().equals(name)) {
        return precision;
      }
    }
    throw saved.wrong(PRECISION, "one of " + Arithmetic.list(List.of(Arithmetic.values())));
  }

  /** What differs from other settings, as text: {@code epochs is 5, was 10}; empty for nothing. */
  public List<String> differences(TrainSettings before) {
    List<String> differences = new ArrayList<>();
    Map<String, Object> then = before.toMap();
    toMap()
        .forEach(
            (name, value) -> {
              // Another optimizer has other settings, which are no news beside its name.
              if (then.containsKey(name) && !value.equals(then.get(name))) {
                differences.add(
                    name.replace('_', ' ') + " is " + value + ", was " + then.get(name));
              }
            });
    return differences;
  }
}
