package org.cirr.cuda;

/** A call of the CUDA driver that failed. */
public final class CudaException extends RuntimeException {
  private static final long serialVersionUID = 1;

  static final int OUT_OF_MEMORY = 2;
  static final int NO_DEVICE = 100;
  static final int LAUNCH_FAILED = 719;

  private final String call;
  private final int code;
  private final String name;

  CudaException(String call, int code, String name, String advice) {
    super(call + " failed with CUDA error " + code + " (" + name + ")" + advice);
    this.call = call;
    this.code = code;
    this.name = name;
  }

  /** The call, such as {@code cuMemAlloc}. */
  public String call() {
    return call;
  }

  /** The driver's number of the error. */
  public int code() {
    return code;
  }

  /** The driver's name of the error, such as {@code CUDA_ERROR_OUT_OF_MEMORY}. */
  public String name() {
    return name;
  }
}
