/** Medical images, checkpoints and nnU-Net's JSON files. */
module org.cirr.io {
  requires transitive org.cirr.core;
  requires com.google.gson;

  exports org.cirr.io.file;
}
