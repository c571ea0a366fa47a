package org.cirr.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.cirr.metrics.radiomics.feature.CoOccurrence;
import org.cirr.metrics.radiomics.feature.Glcm;
import org.cirr.metrics.radiomics.feature.Gldm;
import org.cirr.metrics.radiomics.feature.Gldzm;
import org.cirr.metrics.radiomics.feature.Glrlm;
import org.cirr.metrics.radiomics.feature.Glszm;
import org.cirr.metrics.radiomics.feature.Ngtdm;
import org.cirr.metrics.radiomics.feature.SizeMatrix;
import org.cirr.metrics.radiomics.feature.TextureSettings;
import org.cirr.metrics.radiomics.image.Levels;
import org.cirr.volume.Spacing;
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
 * One texture matrix of an ellipsoid of smooth noise: all 13 directions of GLCM and GLRLM, one
 * matrix of the others; on one thread.
 *
 * <p><b>Shapes</b>: {@code DxHxW@levels}, the ellipsoid's box; it fills half of that.
 *
 * <p>Run it: {@code java -jar benchmarks/target/benchmarks.jar RadiomicsBenchmark}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xmx1g"})
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class RadiomicsBenchmark {
  /** The box and the number of grey levels: a lesion, a liver, a liver in fine levels. */
  @Param({"17x33x33@32", "25x110x110@64", "25x110x110@1024"})
  public String region;

  private Levels levels;
  private boolean[] inside;
  private final TextureSettings settings = TextureSettings.defaults();

  /** Makes the region. */
  @Setup
  public void make() {
    String[] parts = region.split("[x@]");
    int[] shape = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      shape[axis] = Integer.parseInt(parts[axis]);
    }
    int count = Integer.parseInt(parts[3]);
    Random random = new Random(1);
    int[] cells = new int[shape[0] * shape[1] * shape[2]];
    inside = new boolean[cells.length];
    double before = 0;
    for (int i = 0; i < cells.length; i++) {
      double z = (i / shape[2] / shape[1] + 0.5) / shape[0] * 2 - 1;
      double y = (i / shape[2] % shape[1] + 0.5) / shape[1] * 2 - 1;
      double x = (i % shape[2] + 0.5) / shape[2] * 2 - 1;
      inside[i] = z * z + y * y + x * x <= 1;
      before = 0.6 * before + random.nextGaussian(); // alike along rows, as in a scan
      double level = count * (0.5 + 0.1 * before + 0.1 * Math.sin(3 * y + 2 * z));
      cells[i] = inside[i] ? (int) Math.max(1, Math.min(count, level)) : 0;
    }
    levels = Levels.of(cells, shape, new Spacing(3, 1, 1), 1);
  }

  /** Grey level co-occurrence. */
  @Benchmark
  public List<CoOccurrence> glcm() {
    return Glcm.matrices(levels, settings);
  }

  /** Grey level co-occurrence with its 24 features. */
  @Benchmark
  public Map<String, Double> glcmFeatures() {
    return Glcm.features(levels, settings);
  }

  /** Run lengths. */
  @Benchmark
  public List<SizeMatrix> glrlm() {
    return Glrlm.matrices(levels, settings);
  }

  /** Size zones. */
  @Benchmark
  public SizeMatrix glszm() {
    return Glszm.matrix(levels, settings);
  }

  /** Dependences. */
  @Benchmark
  public SizeMatrix gldm() {
    return Gldm.matrix(levels, settings);
  }

  /** Neighbouring grey tone differences. */
  @Benchmark
  public Ngtdm ngtdm() {
    return Ngtdm.matrix(levels, settings, true);
  }

  /** Distance zones. */
  @Benchmark
  public SizeMatrix gldzm() {
    return Gldzm.matrix(levels, inside);
  }
}
