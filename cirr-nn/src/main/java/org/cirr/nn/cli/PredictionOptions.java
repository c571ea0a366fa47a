package org.cirr.nn.cli;

import java.util.List;
import java.util.Locale;
import org.cirr.nn.segment.Parity;
import org.cirr.nn.segment.Precision;
import org.cirr.nn.segment.SegmentOptions;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of commands that predict, which become {@link SegmentOptions}. */
final class PredictionOptions {
  @Option(
      names = "--folds",
      split = ",",
      paramLabel = "FOLD",
      description = {
        "The folds whose predictions are averaged: numbers, or 'all' for the network trained on"
            + " all cases (fold_all). Default: every numbered fold in the model folder."
      })
  private List<String> folds = List.of();

  @Option(
      names = "--step",
      paramLabel = "FRACTION",
      defaultValue = "0.5",
      description =
          "Tile step as a fraction of the patch, above 0 to 1. Default: ${DEFAULT-VALUE}.")
  private double step;

  @Option(
      names = "--no-gaussian",
      description = "Weigh all voxels of a tile alike. Default: Gaussian weights.")
  private boolean noGaussian;

  @Option(
      names = "--no-mirror",
      description = {
        "Predict each tile once. Default: once per mirroring the model was trained with, and the"
            + " mean."
      })
  private boolean noMirror;

  @Option(
      names = "--precision",
      paramLabel = "MODE",
      defaultValue = "reference",
      description = {
        "'reference' rounds where nnU-Net rounds to half precision; 'float32' does not; 'tf32' and"
            + " 'bf16' let a GPU's tensor cores compute the network. Default: ${DEFAULT-VALUE}."
      })
  private Precision precision;

  @Option(
      names = "--parity",
      paramLabel = "VERSION",
      defaultValue = "nnunet-2.8",
      converter = ParityOption.class,
      description =
          "The nnU-Net whose masks are given: nnunet-2.8 or nnunet-2.2. Default: ${DEFAULT-VALUE}.")
  private Parity parity;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = {
        "auto, scalar, simd or cuda; 'cirr info --backends' says what is there. Default: ${DEFAULT-VALUE}."
      })
  private String backend;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to work with; the mask does not depend on it. Default: all cores.")
  private Integer threads;

  SegmentOptions toOptions(CommandLine line) {
    if (!(step > 0 && step <= 1)) {
      throw wrong(line, "--step is above 0 and at most 1, got " + step);
    }
    if (threads != null && threads < 1) {
      throw wrong(line, "--threads is 1 or more, got " + threads);
    }
    for (String fold : folds) {
      if (!fold.equals("all") && !fold.matches("\\d{1,4}")) {
        throw wrong(line, "--folds takes numbers or 'all', got '" + fold + "'");
      }
    }
    SegmentOptions options =
        SegmentOptions.defaults()
            .withFolds(folds)
            .withStepSize(step)
            .withGaussian(!noGaussian)
            .withMirroring(!noMirror)
            .withPrecision(precision)
            .withParity(parity)
            .withBackend(backend.toLowerCase(Locale.ROOT));
    return threads == null ? options : options.withThreads(threads);
  }

  private static ParameterException wrong(CommandLine line, String message) {
    return new ParameterException(line, message);
  }
}
