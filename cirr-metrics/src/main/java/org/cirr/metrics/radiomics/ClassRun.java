package org.cirr.metrics.radiomics;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.cirr.metrics.radiomics.feature.CoOccurrence;
import org.cirr.metrics.radiomics.feature.FeatureCatalog;
import org.cirr.metrics.radiomics.feature.FeatureDefinition.Status;
import org.cirr.metrics.radiomics.feature.Glcm;
import org.cirr.metrics.radiomics.feature.Glrlm;
import org.cirr.metrics.radiomics.feature.MatrixTooLargeException;
import org.cirr.metrics.radiomics.feature.SizeMatrix;
import org.cirr.metrics.radiomics.feature.TextureSettings;
import org.cirr.metrics.radiomics.image.Levels;

/**
 * The features of one class on one image, in parts that can be computed in any order and on any
 * thread: the directions of GLCM and GLRLM, or everything.
 *
 * <p>A mean over directions is added up in their order, so that it does not depend on threads.
 */
final class ClassRun {
  private final FeatureClass feature;
  private final List<Supplier<double[]>> parts; // null from a part that is left out
  private final Function<List<double[]>, Map<String, Double>> sum;
  private final double[][] values; // by part, each written by one thread
  private volatile MatrixTooLargeException refusal; // the same from any part

  private ClassRun(
      FeatureClass feature,
      List<Supplier<double[]>> parts,
      Function<List<double[]>, Map<String, Double>> sum) {
    this.feature = feature;
    this.parts = parts;
    this.sum = sum;
    values = new double[parts.size()][];
  }

  /** GLCM, a matrix per direction. */
  static ClassRun glcm(Levels levels, TextureSettings texture, List<String> names) {
    return of(FeatureClass.GLCM, CoOccurrence.CATALOG, Glcm.parts(levels, texture), names);
  }

  /** GLRLM, a matrix per direction. */
  static ClassRun glrlm(Levels levels, TextureSettings texture, List<String> names) {
    return of(FeatureClass.GLRLM, SizeMatrix.RUNS, Glrlm.parts(levels, texture), names);
  }

  private static <T> ClassRun of(
      FeatureClass feature,
      FeatureCatalog<T> catalog,
      List<Supplier<Optional<T>>> sources,
      List<String> names) {
    return new ClassRun(
        feature,
        sources.stream()
            .map(
                source ->
                    (Supplier<double[]>)
                        () ->
                            source
                                .get()
                                .map(made -> catalog.values(made, names, Status.DEFAULT))
                                .orElse(null))
            .toList(),
        each -> catalog.means(each, names, Status.DEFAULT));
  }

  /** A class that is computed at once. */
  static ClassRun whole(FeatureClass feature, Supplier<Map<String, Double>> compute) {
    Map<String, Double> computed = new LinkedHashMap<>();
    return new ClassRun(
        feature,
        List.of(
            () -> {
              computed.putAll(compute.get());
              return null;
            }),
        each -> computed);
  }

  /** The class. */
  FeatureClass feature() {
    return feature;
  }

  /** The number of parts. */
  int parts() {
    return parts.size();
  }

  /** Computes a part; nothing when the matrix of another part was too large. */
  void compute(int part) {
    try {
      values[part] = refusal == null ? parts.get(part).get() : null;
    } catch (MatrixTooLargeException tooLarge) { // the other classes are worth having
      refusal = tooLarge;
    }
  }

  /** Why the class is left out. */
  Optional<String> refusal() {
    return Optional.ofNullable(refusal).map(MatrixTooLargeException::getMessage);
  }

  /** The features, once all parts are computed; none when one was refused. */
  Map<String, Double> features() {
    return refusal != null
        ? Map.of()
        : sum.apply(Arrays.stream(values).filter(Objects::nonNull).toList());
  }
}
