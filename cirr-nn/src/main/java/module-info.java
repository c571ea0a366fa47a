/** Networks, the nnU-Net pipeline and the command line. */
module org.cirr.nn {
  requires transitive org.cirr.core;
  requires transitive org.cirr.io;
  requires transitive org.cirr.metrics;
  requires com.google.gson;
  requires java.desktop;
  requires info.picocli;
  requires me.tongfei.progressbar;

  exports org.cirr.nn.augment;
  exports org.cirr.nn.data;
  exports org.cirr.nn.gradient;
  exports org.cirr.nn.loss;
  exports org.cirr.nn.network;
  exports org.cirr.nn.optimize;
  exports org.cirr.nn.phantom;
  exports org.cirr.nn.plan;
  exports org.cirr.nn.plot;
  exports org.cirr.nn.preview;
  exports org.cirr.nn.pseudolabel;
  exports org.cirr.nn.segment;
  exports org.cirr.nn.train;

  opens org.cirr.nn.cli to
      info.picocli;
}
