package org.cirr.cuda;

import java.util.Locale;
import java.util.Optional;

/** Finds out, once, whether this machine can run the backend: by trying all that it needs. */
final class Probe {
  /** Chooses the GPU. */
  static final String DEVICE = "cirr.cuda.device";

  /** CUDA 11.0 (driver 450) reads PTX 7.0, which the kernels are shipped as. */
  static final int OLDEST_DRIVER = 11000;

  /** The kernels are compiled for compute capability 7.5 (Turing) and newer. */
  static final int LEAST_CAPABILITY = 75;

  /** Exactly one of the two is not null. */
  record Result(Device device, String reason) {}

  private Probe() {}

  /** The libraries are loaded once in a process, whatever comes of it. */
  private static final class Libraries {
    static final Optional<String> REFUSAL = NativeLibraries.load();
  }

  /** Looks for the GPU of a number. */
  static Result run(String wanted) {
    try {
      Optional<String> reason = Libraries.REFUSAL;
      return reason.isPresent() ? new Result(null, reason.get()) : open(new JCudaBinding(), wanted);
    } catch (LinkageError e) {
      return new Result(null, "the CUDA libraries cannot be used (" + e.getMessage() + ")");
    }
  }

  /** Asks the driver. */
  static Result open(Driver driver, String wanted) {
    try {
      driver.init();
      String reason = refusal(driver, wanted);
      return reason != null
          ? new Result(null, reason)
          : new Result(new Device(driver, Integer.parseInt(wanted)), null);
    } catch (CudaException e) {
      return new Result(null, explained(e));
    }
  }

  private static String refusal(Driver driver, String wanted) {
    int version = driver.version();
    if (version < OLDEST_DRIVER) {
      return String.format(
          Locale.ROOT,
          "the NVIDIA driver supports CUDA %d.%d, but 11.0 is needed; install driver 450 or newer",
          version / 1000,
          version % 1000 / 10);
    }
    int count = driver.deviceCount();
    if (count == 0) {
      return NO_DEVICE;
    }
    if (!wanted.matches("\\d{1,4}") || Integer.parseInt(wanted) >= count) {
      return "the GPUs of this machine are numbered 0 to " + (count - 1) + ", got '" + wanted + "'";
    }
    int device = Integer.parseInt(wanted);
    int capability = driver.capability(device);
    if (capability < LEAST_CAPABILITY) {
      return String.format(
          Locale.ROOT,
          "%s has compute capability %d.%d, but 7.5 (Turing) is needed; use the backend simd",
          driver.deviceName(device),
          capability / 10,
          capability % 10);
    }
    return null;
  }

  private static final String NO_DEVICE =
      "the NVIDIA driver finds no GPU; see whether nvidia-smi lists one";

  private static String explained(CudaException e) {
    return switch (e.code()) {
      case CudaException.NO_DEVICE -> NO_DEVICE;
      case CudaException.OUT_OF_MEMORY ->
          "the GPU's memory is used up by other programs; end one of them (nvidia-smi lists them)";
      case 35, 803 ->
          "the NVIDIA driver and its library do not fit each other; restart the machine or install"
              + " the driver again ("
              + e.getMessage()
              + ")";
      default -> "the GPU cannot be used: " + e.getMessage();
    };
  }
}
