package org.cirr.metrics.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cirr.metrics.overlap.Confusion;

/**
 * What many cases say together. Means can be taken in more than one order, and the orders differ as
 * soon as a value is missing; each has its own name here.
 *
 * <p>Immutable.
 */
public final class Summary {
  private final List<CaseScores> cases;
  private final List<Structure> structures;

  private Summary(List<CaseScores> cases, List<Structure> structures) {
    this.cases = cases;
    this.structures = structures;
  }

  /** Sums up; structures are brought together by name. */
  public static Summary of(List<CaseScores> cases) {
    Map<String, Structure> structures = new LinkedHashMap<>();
    for (CaseScores each : cases) {
      each.structures()
          .forEach(one -> structures.putIfAbsent(one.structure().name(), one.structure()));
    }
    return new Summary(List.copyOf(cases), List.copyOf(structures.values()));
  }

  /** The cases. */
  public List<CaseScores> cases() {
    return cases;
  }

  /** All structures that occur, in the order of their first occurrence. */
  public List<Structure> structures() {
    return structures;
  }

  /** A metric of one structure, one value per case that has the structure. */
  public double[] values(Structure structure, String key) {
    return cases.stream()
        .flatMap(each -> each.structures().stream())
        .filter(one -> one.structure().name().equals(structure.name()))
        .mapToDouble(one -> one.value(key))
        .toArray();
  }

  /** A metric of one structure over all cases. */
  public Distribution distribution(Structure structure, String key) {
    return Distribution.of(values(structure, key));
  }

  /**
   * First over cases, then over structures. <b>Formula</b>: the mean over structures of the mean
   * over cases without NaN; NaN when a structure has no value in any case. <b>Source</b>: nnU-Net's
   * {@code foreground_mean}.
   */
  public double meanOverCasesThenStructures(String key) {
    return structures.stream()
        .mapToDouble(structure -> meanWithoutNan(values(structure, key)))
        .average()
        .orElse(Double.NaN);
  }

  /**
   * First over structures, then over cases. <b>Formula</b>: the mean over cases, without NaN, of
   * the mean over structures, without NaN. <b>Source</b>: MONAI's {@code reduction="mean"}.
   */
  public double meanOverStructuresThenCases(String key) {
    double[] perCase =
        cases.stream()
            .mapToDouble(
                each ->
                    meanWithoutNan(
                        each.structures().stream().mapToDouble(one -> one.value(key)).toArray()))
            .toArray();
    return meanWithoutNan(perCase);
  }

  /**
   * The counts of all cases together: a metric of them weighs voxels, not cases.
   *
   * @param structure one structure
   */
  public Confusion pooled(Structure structure) {
    return cases.stream()
        .flatMap(each -> each.structures().stream())
        .filter(one -> one.structure().name().equals(structure.name()))
        .map(StructureScores::counts)
        .reduce(Confusion.ZERO, Confusion::plus);
  }

  /** The counts of all structures of all cases together (micro average). */
  public Confusion pooled() {
    return structures.stream().map(this::pooled).reduce(Confusion.ZERO, Confusion::plus);
  }

  /** The keys of all metrics, in the order in which they were asked for. */
  public List<String> keys() {
    List<String> keys = new ArrayList<>();
    for (CaseScores each : cases) {
      for (StructureScores one : each.structures()) {
        one.values().keySet().stream().filter(key -> !keys.contains(key)).forEach(keys::add);
      }
    }
    return keys;
  }

  private static double meanWithoutNan(double[] values) {
    return Arrays.stream(values).filter(value -> !Double.isNaN(value)).average().orElse(Double.NaN);
  }
}
