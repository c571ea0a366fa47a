/** The CUDA backend; found by ServiceLoader, a compile dependency of nobody. */
module org.cirr.cuda {
  requires transitive org.cirr.core;
}
