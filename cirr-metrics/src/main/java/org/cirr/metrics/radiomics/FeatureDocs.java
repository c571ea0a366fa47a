package org.cirr.metrics.radiomics;

import java.util.ArrayList;
import java.util.List;
import org.cirr.metrics.radiomics.feature.FeatureDefinition;

/** What every feature is: name, formula and IBSI code, taken from where it is computed. */
public final class FeatureDocs {
  private FeatureDocs() {}

  /**
   * One feature.
   *
   * @param ibsi the code in the IBSI reference manual; empty if there is none
   * @param deprecated whether it is computed only when asked for by name
   */
  public record Entry(
      FeatureClass featureClass, String name, String formula, String ibsi, boolean deprecated) {}

  /** All features, class by class. */
  public static List<Entry> all() {
    List<Entry> entries = new ArrayList<>();
    for (FeatureClass feature : FeatureClass.values()) {
      for (FeatureDefinition<?> definition : feature.catalog().definitions()) {
        entries.add(
            new Entry(
                feature,
                definition.name(),
                definition.formula(),
                definition.ibsi(),
                definition.status() != FeatureDefinition.Status.DEFAULT));
      }
    }
    return entries;
  }

  /** The features as tables in Markdown; {@code docs/radiomics.md} has them. */
  public static String markdown() {
    StringBuilder text = new StringBuilder();
    FeatureClass current = null;
    for (Entry entry : all()) {
      if (entry.featureClass() != current) {
        current = entry.featureClass();
        text.append("\n### ").append(current.key()).append("\n\n");
        text.append("| feature | formula | IBSI |\n|---|---|---|\n");
      }
      text.append("| ")
          .append(entry.name())
          .append(entry.deprecated() ? " (on request)" : "")
          .append(" | ")
          .append(entry.formula().replace("|", "\\|"))
          .append(" | ")
          .append(entry.ibsi())
          .append(" |\n");
    }
    return text.toString();
  }
}
