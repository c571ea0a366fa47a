/** Benchmarks: kernels and the whole network beside their peers; not published. */
module org.cirr.benchmarks {
  requires jmh.core;
  requires jdk.unsupported;
  requires java.management;
  requires static jdk.incubator.vector;
  requires com.google.gson;
  requires info.picocli;
  requires org.cirr.nn;
  requires com.microsoft.onnxruntime;
  requires ai.djl.api;
  requires ai.djl.pytorch_engine;

  opens org.cirr.benchmarks.compare to
      info.picocli;
  opens org.cirr.benchmarks.memory to
      info.picocli;
  opens org.cirr.benchmarks.cold to
      info.picocli;
  opens org.cirr.benchmarks.ladder to
      info.picocli;
  opens org.cirr.benchmarks.radiomics to
      info.picocli;
  opens org.cirr.benchmarks.train to
      info.picocli;
  opens org.cirr.benchmarks.scoring to
      info.picocli;
}
