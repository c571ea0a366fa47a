package org.cirr.cuda;

import java.util.Set;
import org.cirr.backend.DeviceException;

/** A call of the CUDA driver that failed. */
public final class CudaException extends DeviceException {
  private static final long serialVersionUID = 1;

  static final int OUT_OF_MEMORY = 2;
  static final int NO_DEVICE = 100;
  static final int LAUNCH_FAILED = 719;

  /**
   * After these every later call of the process fails, too: a driver that shuts down, a device that
   * is gone or broken, a kernel that failed.
   */
  private static final Set<Integer> FATAL =
      Set.of(4, 46, 101, 201, 214, 220, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719, 999);

  private final String call;
  private final int code;
  private final String name;

  CudaException(String call, int code, String name, String advice) {
    super(
        call + " failed with CUDA error " + code + " (" + name + ")" + advice,
        FATAL.contains(code),
        null);
    this.call = call;
    this.code = code;
    this.name = name;
  }

  /** The same failure in other words. */
  CudaException(String message, CudaException cause) {
    super(message, cause.lost(), cause);
    this.call = cause.call;
    this.code = cause.code;
    this.name = cause.name;
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
