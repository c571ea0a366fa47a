package org.cirr.metrics.radiomics;

import java.util.Collection;
import java.util.List;
import org.cirr.metrics.radiomics.feature.CoOccurrence;
import org.cirr.metrics.radiomics.feature.FeatureCatalog;
import org.cirr.metrics.radiomics.feature.FirstOrder;
import org.cirr.metrics.radiomics.feature.Ngtdm;
import org.cirr.metrics.radiomics.feature.Shape2D;
import org.cirr.metrics.radiomics.feature.Shape3D;
import org.cirr.metrics.radiomics.feature.SizeMatrix;

/** The classes of features, in the order in which pyradiomics computes them all. */
public enum FeatureClass {
  FIRSTORDER("firstorder", FirstOrder.CATALOG),
  GLCM("glcm", CoOccurrence.CATALOG),
  GLDM("gldm", SizeMatrix.DEPENDENCES),
  GLRLM("glrlm", SizeMatrix.RUNS),
  GLSZM("glszm", SizeMatrix.ZONES),
  NGTDM("ngtdm", Ngtdm.CATALOG),
  SHAPE("shape", Shape3D.CATALOG),
  SHAPE2D("shape2D", Shape2D.CATALOG),
  /** All of IBSI's first part under its own tags; computed when compatibility is ibsi. */
  IBSI("ibsi", FeatureCatalog.empty());

  private final String key;
  private final FeatureCatalog<?> catalog;

  FeatureClass(String key, FeatureCatalog<?> catalog) {
    this.key = key;
    this.catalog = catalog;
  }

  /** The name in parameter files and in feature names. */
  public String key() {
    return key;
  }

  /** The class's features with their formulas. */
  public FeatureCatalog<?> catalog() {
    return catalog;
  }

  /** Whether the class looks at the mask alone. */
  public boolean isShape() {
    return this == SHAPE || this == SHAPE2D;
  }

  /**
   * The class of a name.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} with the name that is most like it, or all.
   */
  public static FeatureClass named(String name) {
    for (FeatureClass feature : values()) {
      if (feature.key.equals(name) && feature != IBSI) {
        return feature;
      }
    }
    List<String> keys =
        List.of(values()).stream().filter(c -> c != IBSI).map(FeatureClass::key).toList();
    throw new IllegalArgumentException(
        "there is no feature class '" + name + "'" + Nearest.hint(name, keys, "classes"));
  }

  /** Refuses a feature name that the class has not. */
  public void requireKnown(Collection<String> names) {
    names.forEach(catalog::requireKnown);
  }
}
