/** Segmentation metrics, statistics and radiomics. */
module org.cirr.metrics {
  requires transitive org.cirr.core;
  requires com.google.gson;
  requires commons.math3;
  requires org.snakeyaml.engine.v2;

  exports org.cirr.metrics.classification;
  exports org.cirr.metrics.distance;
  exports org.cirr.metrics.evaluate;
  exports org.cirr.metrics.instance;
  exports org.cirr.metrics.learn;
  exports org.cirr.metrics.overlap;
  exports org.cirr.metrics.radiomics.feature;
  exports org.cirr.metrics.radiomics.filter;
  exports org.cirr.metrics.radiomics.image;
  exports org.cirr.metrics.radiomics;
  exports org.cirr.metrics.statistics;
  exports org.cirr.metrics.topology;
  exports org.cirr.metrics;
}
