/** Segmentation metrics, statistics and radiomics. */
module org.cirr.metrics {
  requires transitive org.cirr.core;
  requires com.google.gson;
  requires commons.math3;

  exports org.cirr.metrics;
  exports org.cirr.metrics.classification;
  exports org.cirr.metrics.distance;
  exports org.cirr.metrics.evaluate;
  exports org.cirr.metrics.instance;
  exports org.cirr.metrics.learn;
  exports org.cirr.metrics.overlap;
  exports org.cirr.metrics.statistics;
  exports org.cirr.metrics.topology;
}
