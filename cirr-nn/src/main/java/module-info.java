/** Networks, the nnU-Net pipeline and the command line. */
module org.cirr.nn {
  requires transitive org.cirr.core;
  requires transitive org.cirr.io;
  requires transitive org.cirr.metrics;
  requires java.desktop;
  requires info.picocli;
  requires me.tongfei.progressbar;

  exports org.cirr.nn.network;
  exports org.cirr.nn.segment;
}
