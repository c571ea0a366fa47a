package org.cirr.metrics.radiomics.feature;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.cirr.metrics.radiomics.feature.FeatureDefinition.Status;

/**
 * The features of one class, in alphabetical order.
 *
 * @param <T> what they are computed from
 */
public final class FeatureCatalog<T> {
  private final Map<String, FeatureDefinition<T>> definitions;

  private FeatureCatalog(Map<String, FeatureDefinition<T>> definitions) {
    this.definitions = definitions;
  }

  /** Takes definitions one after the other. */
  static final class Builder<T> {
    private final List<FeatureDefinition<T>> list = new ArrayList<>();

    Builder<T> add(String name, String ibsi, String formula, ToDoubleFunction<? super T> compute) {
      list.add(new FeatureDefinition<>(name, formula, ibsi, Status.DEFAULT, compute));
      return this;
    }

    Builder<T> deprecated(
        String name, String ibsi, String formula, ToDoubleFunction<? super T> compute) {
      list.add(new FeatureDefinition<>(name, formula, ibsi, Status.DEPRECATED, compute));
      return this;
    }

    Builder<T> ibsi(String name, String ibsi, String formula, ToDoubleFunction<? super T> compute) {
      list.add(new FeatureDefinition<>(name, formula, ibsi, Status.IBSI, compute));
      return this;
    }

    FeatureCatalog<T> build() {
      // As Python sorts names: by code point, upper case first.
      list.sort(Comparator.comparing(FeatureDefinition::name));
      Map<String, FeatureDefinition<T>> byName = new LinkedHashMap<>();
      for (FeatureDefinition<T> definition : list) {
        byName.put(definition.name(), definition);
      }
      return new FeatureCatalog<>(Collections.unmodifiableMap(byName));
    }
  }

  /** A catalogue without features. */
  public static <T> FeatureCatalog<T> empty() {
    return new FeatureCatalog<>(Map.of());
  }

  /** All definitions in the order of their names. */
  public Collection<FeatureDefinition<T>> definitions() {
    return definitions.values();
  }

  /** The default features of one source. */
  public Map<String, Double> evaluate(T source) {
    return evaluate(List.of(source), List.of(), Status.DEFAULT);
  }

  /**
   * Features as means over several sources, such as the matrices of 13 directions.
   *
   * <p><b>Edge cases</b>: a source whose value is NaN is left out of the mean; no source gives NaN.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for a name that is not in the catalogue.
   *
   * @param names the features to compute; empty for all default ones
   * @param more the status that, beside {@link Status#DEFAULT}, counts when no names are given
   */
  public Map<String, Double> evaluate(
      Iterable<? extends T> sources, Collection<String> names, Status more) {
    List<FeatureDefinition<T>> wanted = wanted(names, more);
    List<double[]> values = new ArrayList<>();
    for (T source : sources) { // one after the other: a source may be made just for its turn
      values.add(values(source, wanted));
    }
    return means(values, wanted);
  }

  /** The features of one source, in the order of {@link #means}. */
  public double[] values(T source, Collection<String> names, Status more) {
    return values(source, wanted(names, more));
  }

  private static <T> double[] values(T source, List<FeatureDefinition<T>> wanted) {
    double[] values = new double[wanted.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = wanted.get(i).compute().applyAsDouble(source);
    }
    return values;
  }

  /** The means of the features of several sources, added up in their order. */
  public Map<String, Double> means(List<double[]> values, Collection<String> names, Status more) {
    return means(values, wanted(names, more));
  }

  private static <T> Map<String, Double> means(
      List<double[]> values, List<FeatureDefinition<T>> wanted) {
    Map<String, Double> means = new LinkedHashMap<>();
    for (int i = 0; i < wanted.size(); i++) {
      double sum = 0;
      int count = 0;
      for (double[] each : values) {
        if (!Double.isNaN(each[i])) {
          sum += each[i];
          count++;
        }
      }
      means.put(wanted.get(i).name(), count == 0 ? Double.NaN : sum / count);
    }
    return means;
  }

  private List<FeatureDefinition<T>> wanted(Collection<String> names, Status more) {
    names.forEach(this::requireKnown);
    return definitions.values().stream()
        .filter(
            feature ->
                names.isEmpty()
                    ? feature.status() == Status.DEFAULT || feature.status() == more
                    : names.contains(feature.name()))
        .toList();
  }

  /** Refuses a name that is not in the catalogue. */
  public void requireKnown(String name) {
    if (!definitions.containsKey(name)) {
      throw new IllegalArgumentException(
          "there is no feature '"
              + name
              + "' here; the features are "
              + String.join(", ", definitions.keySet()));
    }
  }
}
