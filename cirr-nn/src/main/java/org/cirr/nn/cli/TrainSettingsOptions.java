package org.cirr.nn.cli;

import java.util.List;
import org.cirr.backend.Arithmetic;
import org.cirr.nn.optimize.Adam;
import org.cirr.nn.optimize.Optimizer;
import org.cirr.nn.optimize.Sgd;
import org.cirr.nn.train.TrainSettings;
import picocli.CommandLine.Option;

/** The options that the trained weights depend on; what is not given stays as it was. */
final class TrainSettingsOptions {
  /** Optimizers by the names they have here, each with the rate that suits it. */
  enum NamedOptimizer {
    SGD(Sgd.nnUnet(), 0.01),
    ADAMW(Adam.nnUnet(), 0.001);

    private final Optimizer optimizer;
    private final double learningRate;

    NamedOptimizer(Optimizer optimizer, double learningRate) {
      this.optimizer = optimizer;
      this.learningRate = learningRate;
    }
  }

  @Option(names = "--epochs", paramLabel = "N", description = "Epochs. Default: 1000.")
  private Integer epochs;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      description = "Training steps of an epoch. Default: 250.")
  private Integer iterations;

  @Option(
      names = "--validation-iterations",
      paramLabel = "N",
      description = "Validation batches of an epoch. Default: 50.")
  private Integer validationIterations;

  @Option(
      names = "--patience",
      paramLabel = "N",
      description = "End after N epochs without a better pseudo-Dice. Default: never.")
  private Integer patience;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Patches of a batch. Default: the plan's.")
  private Integer batchSize;

  @Option(
      names = "--learning-rate",
      paramLabel = "R",
      description = "The first learning rate. Default: 0.01, with adamw 0.001.")
  private Double learningRate;

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      description = {
        "sgd (Nesterov's momentum 0.99) or adamw (amsgrad), both as nnU-Net has them; adamw gets"
            + " further in short runs. Default: sgd."
      })
  private NamedOptimizer optimizer;

  @Option(names = "--seed", paramLabel = "N", description = "The seed. Default: 1.")
  private Long seed;

  @Option(names = "--no-augmentation", description = "Train on the patches as they are.")
  private boolean noAugmentation;

  @Option(
      names = "--no-mirror",
      description = "Do not mirror, neither here nor later in prediction.")
  private boolean noMirror;

  @Option(
      names = "--spatial",
      paramLabel = "P",
      description = {
        "Rotate a share of the patches, and scale a share, from 0 to 1; more than nnU-Net's for data"
            + " sets of few cases. Default: 0.2."
      })
  private Double spatial;

  @Option(
      names = "--elastic",
      paramLabel = "P",
      description = {
        "Bend a share of the patches, from 0 to 1, for data sets of few cases. Default: 0."
      })
  private Double elastic;

  @Option(
      names = "--organ-contrast",
      paramLabel = "P",
      description = {
        "Give labelled organs another brightness in a share of the patches, from 0 to 1, for"
            + " networks that are to cope with unusual contrast. Default: 0."
      })
  private Double organContrast;

  @Option(
      names = "--recompute",
      paramLabel = "N",
      description = {
        "Save memory: keep one of N convolutions' results for the way back and compute the others"
            + " twice; 1 computes only cheap values twice. Default: 0, keep all."
      })
  private Integer recompute;

  @Option(
      names = "--precision",
      paramLabel = "MODE",
      description = {
        "float32, or tf32 or bf16 to let a GPU's tensor cores multiply; weights and sums stay"
            + " float32. Default: float32."
      })
  private Arithmetic precision;

  @Option(
      names = "--freeze",
      split = ",",
      paramLabel = "NAME",
      description = "Do not train weights whose names begin so, such as encoder.")
  private List<String> frozen;

  /** Some settings with what was asked for. */
  TrainSettings over(TrainSettings base) {
    TrainSettings.Length length = base.length();
    TrainSettings.Sampling sampling = base.sampling();
    return new TrainSettings(
        new TrainSettings.Length(
            or(epochs, length.epochs()),
            or(iterations, length.iterations()),
            or(validationIterations, length.validationIterations()),
            or(patience, length.patience())),
        descent(base.descent()),
        new TrainSettings.Sampling(
            or(batchSize, sampling.batchSize()),
            sampling.foregroundShare(),
            augmenting(sampling.augmenting())),
        or(recompute, base.recompute()),
        or(precision, base.precision()),
        or(seed, base.seed()));
  }

  private TrainSettings.Augmenting augmenting(TrainSettings.Augmenting base) {
    return new TrainSettings.Augmenting(
        base.wanted() && !noAugmentation,
        base.mirroring() && !noMirror,
        or(spatial, base.spatial()),
        or(elastic, base.elastic()),
        or(organContrast, base.organContrast()));
  }

  private TrainSettings.Descent descent(TrainSettings.Descent base) {
    Optimizer chosen = optimizer == null ? base.optimizer() : optimizer.optimizer;
    double usual = chosen.equals(base.optimizer()) ? base.learningRate() : optimizer.learningRate;
    return new TrainSettings.Descent(
        or(learningRate, usual), chosen, base.clipNorm(), or(frozen, base.frozen()));
  }

  private static <T> T or(T asked, T base) {
    return asked != null ? asked : base;
  }
}
