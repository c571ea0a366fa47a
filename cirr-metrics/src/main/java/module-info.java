/** Segmentation metrics, statistics and radiomics. */
module org.cirr.metrics {
  requires transitive org.cirr.core;
  requires org.snakeyaml.engine.v2;

  exports org.cirr.metrics;
  exports org.cirr.metrics.radiomics;
  exports org.cirr.metrics.radiomics.feature;
  exports org.cirr.metrics.radiomics.filter;
  exports org.cirr.metrics.radiomics.image;
}
