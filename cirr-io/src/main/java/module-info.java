/** Medical images, checkpoints and nnU-Net's JSON files. */
module org.cirr.io {
  requires transitive org.cirr.core;
  requires com.google.gson;

  exports org.cirr.io.checkpoint;
  exports org.cirr.io.file;
  exports org.cirr.io.image;
  exports org.cirr.io.nifti;
  exports org.cirr.io.nnunet;
  exports org.cirr.io.npy;
  exports org.cirr.io.nrrd;
}
