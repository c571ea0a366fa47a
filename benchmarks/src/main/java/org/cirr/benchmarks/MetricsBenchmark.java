package org.cirr.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.cirr.metrics.distance.DistanceTransform;
import org.cirr.metrics.evaluate.Evaluation;
import org.cirr.metrics.evaluate.EvaluationOptions;
import org.cirr.metrics.evaluate.Metric;
import org.cirr.metrics.evaluate.Preset;
import org.cirr.metrics.evaluate.StructureScores;
import org.cirr.parallel.Workers;
import org.cirr.volume.LabelMap;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The metrics of a pair of label maps with five organs, in a heap of 2 GB.
 *
 * <p><b>Shapes</b>: {@code DxHxW} voxels of 1 × 0.8 × 0.8 mm.
 *
 * <p>The peer is SciPy on the uncropped volume: {@code python benchmarks/python/metrics_peer.py
 * 300x512x512}.
 *
 * <p>Run it: {@code java -jar benchmarks/target/benchmarks.jar MetricsBenchmark -p threads=2}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xmx2g"})
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class MetricsBenchmark {
  /** The extents. */
  @Param({"200x512x512", "300x512x512"})
  public String shape;

  /** The threads. */
  @Param("2")
  public int threads;

  private LabelMap reference;
  private LabelMap prediction;
  private Workers workers;

  /** Makes the maps. */
  @Setup
  public void paint() {
    int[] sizes = Arrays.stream(shape.split("x")).mapToInt(Integer::parseInt).toArray();
    reference = Organs.reference(sizes[0], sizes[1], sizes[2]);
    prediction = Organs.prediction(sizes[0], sizes[1], sizes[2]);
    workers = Workers.of(threads);
  }

  /** The distance of every voxel of the uncropped volume to the liver. */
  @Benchmark
  public double[] distanceTransform() {
    return DistanceTransform.of(
        reference.shape(),
        reference.geometry().spacing(),
        index -> reference.get(index) == 1,
        workers);
  }

  /** The metrics of cirr's preset: overlap, volumes, HD, HD95, ASSD, NSD. */
  @Benchmark
  public List<StructureScores> presetCirr() {
    return evaluate(Preset.CIRR.metrics(List.of(1.0, 2.0)));
  }

  /** Every metric there is but clDice: also all area-weighted ones and boundary IoU. */
  @Benchmark
  public List<StructureScores> allMetrics() {
    return evaluate(
        Metric.all(List.of(1.0, 2.0)).stream().filter(metric -> metric != Metric.CL_DICE).toList());
  }

  /** clDice of solid organs, which nobody needs: the cost of thinning at its worst. */
  @Benchmark
  public List<StructureScores> centerlineDice() {
    return evaluate(List.of(Metric.CL_DICE));
  }

  private List<StructureScores> evaluate(List<Metric> metrics) {
    EvaluationOptions options = EvaluationOptions.of(Preset.CIRR, List.of()).withMetrics(metrics);
    return Evaluation.of(reference, prediction, options, workers);
  }
}
