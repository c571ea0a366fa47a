package org.cirr.nn.segment;

import java.util.List;

/** STAND-IN: how to segment. */
public record SegmentOptions(
    List<String> folds,
    double stepSize,
    boolean gaussian,
    boolean mirroring,
    Precision precision,
    Parity parity,
    String backend,
    int threads,
    List<String> labels) {

  /** The arithmetic of the accumulation. */
  public enum Precision {
    /** As nnU-Net. */
    REFERENCE,
    /** All float32. */
    FLOAT32
  }

  /** The version whose masks are given. */
  public enum Parity {
    /** 2.8. */
    NNUNET_2_8,
    /** 2.2. */
    NNUNET_2_2
  }

  /** nnU-Net's own. */
  public static SegmentOptions defaults() {
    return new SegmentOptions(
        List.of(),
        0.5,
        true,
        true,
        Precision.REFERENCE,
        Parity.NNUNET_2_8,
        "auto",
        Runtime.getRuntime().availableProcessors(),
        List.of());
  }

  /** Other folds. */
  public SegmentOptions withFolds(List<String> folds) {
    return new SegmentOptions(
        folds, stepSize, gaussian, mirroring, precision, parity, backend, threads, labels);
  }

  /** Another step. */
  public SegmentOptions withStepSize(double stepSize) {
    return new SegmentOptions(
        folds, stepSize, gaussian, mirroring, precision, parity, backend, threads, labels);
  }

  /** With or without the Gaussian map. */
  public SegmentOptions withGaussian(boolean gaussian) {
    return new SegmentOptions(
        folds, stepSize, gaussian, mirroring, precision, parity, backend, threads, labels);
  }

  /** With or without mirroring. */
  public SegmentOptions withMirroring(boolean mirroring) {
    return new SegmentOptions(
        folds, stepSize, gaussian, mirroring, precision, parity, backend, threads, labels);
  }

  /** Another precision. */
  public SegmentOptions withPrecision(Precision precision) {
    return new SegmentOptions(
        folds, stepSize, gaussian, mirroring, precision, parity, backend, threads, labels);
  }

  /** Another parity target. */
  public SegmentOptions withParity(Parity parity) {
    return new SegmentOptions(
        folds, stepSize, gaussian, mirroring, precision, parity, backend, threads, labels);
  }

  /** Another backend. */
  public SegmentOptions withBackend(String backend) {
    return new SegmentOptions(
        folds, stepSize, gaussian, mirroring, precision, parity, backend, threads, labels);
  }

  /** Another number of threads. */
  public SegmentOptions withThreads(int threads) {
    return new SegmentOptions(
        folds, stepSize, gaussian, mirroring, precision, parity, backend, threads, labels);
  }

  /** Only these labels. */
  public SegmentOptions withLabels(List<String> labels) {
    return new SegmentOptions(
        folds, stepSize, gaussian, mirroring, precision, parity, backend, threads, labels);
  }
}
