/** JMH benchmarks: kernels and the whole network beside their peers; not published. */
module org.cirr.benchmarks {
  requires jmh.core;
  requires jdk.unsupported;
  requires org.cirr.nn;
}
