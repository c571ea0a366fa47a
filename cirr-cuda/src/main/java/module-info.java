/** The CUDA backend, found by ServiceLoader. */
module org.cirr.cuda {
  requires org.cirr.core;
  requires jcuda;

  exports org.cirr.cuda;

  provides org.cirr.backend.BackendProvider with
      org.cirr.cuda.CudaProvider;
}
