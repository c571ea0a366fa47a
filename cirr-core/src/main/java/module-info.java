/** Tensors, volumes, ops, graphs and the CPU backends. */
@SuppressWarnings("module") // org.cirr.cuda is compiled later
module org.cirr.core {
  requires static jdk.incubator.vector;
  requires transitive org.joml;

  exports org.cirr.backend;
  exports org.cirr.backend.cpu to
      org.cirr.cuda;
  exports org.cirr.graph;
  exports org.cirr.op;
  exports org.cirr.parallel;
  exports org.cirr.tensor;
  exports org.cirr.volume;

  uses org.cirr.backend.BackendProvider;
}
