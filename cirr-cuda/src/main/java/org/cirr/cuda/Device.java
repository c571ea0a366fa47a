package org.cirr.cuda;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import jcuda.driver.CUcontext;
import jcuda.driver.CUevent;
import jcuda.driver.CUfunction;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUmodule;
import org.cirr.backend.Arithmetic;

/**
 * One GPU: its context, kernels and memory. Safe to use from many threads; lives as long as they.
 */
final class Device {
  /** The files whose kernels may need more shared memory than a kernel has by itself. */
  private static final Set<String> LARGE =
      Set.of(TensorKernels.FILE, TensorGradient.FILE, TensorAttention.FILE);

  private static final int TENSOR_CAPABILITY = 80;

  private final Driver driver;
  private final CUcontext context;
  private final String name;
  private final int capability;
  private final long memory;
  private final int version;
  private volatile String lost; // why, or null
  private final Map<String, Ptx> texts = new HashMap<>();
  private final Map<String, CUmodule> modules = new HashMap<>();
  private final Map<String, CUfunction> kernels = new HashMap<>();
  private final Queue<Transfer> transfers = new ConcurrentLinkedQueue<>();

  /** Opens the GPU of a number. */
  Device(Driver driver, int index) {
    this.driver = driver;
    this.name = driver.deviceName(index);
    this.capability = driver.capability(index);
    this.memory = driver.memory(index);
    this.version = driver.version();
    this.context = driver.retainContext(index);
    driver.useContext(context);
    driver.freeMemory(); // fails here, not later, where the device is lost
  }

  Driver driver() {
    return driver;
  }

  /** {@code NVIDIA H100, compute capability 9.0, 79.6 GiB, driver for CUDA 12.4}. */
  String description() {
    return String.format(
        Locale.ROOT,
        "%s, compute capability %d.%d, %.1f GiB, driver for CUDA %d.%d",
        name,
        capability / 10,
        capability % 10,
        gib(memory),
        version / 1000,
        version % 1000 / 10);
  }

  /** What its kernels can compute in: before Ampere there are no tensor cores for it. */
  List<Arithmetic> arithmetics() {
    return capability >= TENSOR_CAPABILITY
        ? List.of(Arithmetic.values())
        : List.of(Arithmetic.FLOAT32);
  }

  /** All bytes of the GPU, used or not. */
  long memory() {
    return memory;
  }

  /** Remembers a failure after which this process cannot use the GPU any more. */
  void note(CudaException failure) {
    if (failure.lost()) {
      lost = failure.getMessage();
    }
  }

  /** Why this process cannot use the GPU any more; empty when it can. The driver is asked. */
  Optional<String> unusable() {
    try {
      use();
      driver.freeMemory();
    } catch (CudaException e) {
      note(e);
    }
    return Optional.ofNullable(lost)
        .map(reason -> "this process has lost " + name + "; start it again (" + reason + ")");
  }

  /** Lets this thread's calls go to this GPU. */
  void use() {
    driver.useContext(context);
  }

  /** The text that a kernel comes from. */
  synchronized Ptx text(String file) {
    return texts.computeIfAbsent(file, Ptx::of);
  }

  /** A kernel; its file is compiled by the driver when the first of its kernels is asked for. */
  synchronized CUfunction kernel(String file, String kernel) {
    CUfunction function = kernels.get(kernel);
    if (function == null) {
      CUmodule module = modules.get(file);
      if (module == null) {
        module = load(file);
        modules.put(file, module);
      }
      function = driver.function(module, kernel);
      if (LARGE.contains(file)) {
        driver.allowShared(function, Bricks.MOST_SHARED);
      }
      kernels.put(kernel, function);
    }
    return function;
  }

  /** Machine code where the driver takes it, else the PTX. */
  private CUmodule load(String file) {
    Ptx ptx = text(file);
    Optional<byte[]> code = Fatbin.of(file, ptx);
    if (code.isPresent()) {
      try {
        return driver.load(code.get());
      } catch (CudaException e) {
        if (!Fatbin.isRefused(e)) {
          throw e;
        }
      }
    }
    return driver.load(ptx.image());
  }

  /**
   * Memory, not cleared.
   *
   * <p><b>Errors</b>: {@link CudaException}, with the numbers when the memory is not there, also
   * after what nobody holds any more was given back.
   *
   * @param what it is for, for the message
   */
  DeviceMemory allocate(long bytes, String what) {
    long size = Math.max(DeviceMemory.ALIGNMENT, bytes);
    for (int attempt = 0; ; attempt++) {
      try {
        return new DeviceMemory(this, driver.allocate(size), size);
      } catch (CudaException e) {
        if (e.code() != CudaException.OUT_OF_MEMORY) {
          throw e;
        } else if (attempt == 2) {
          throw new CudaException(
              String.format(
                  Locale.ROOT,
                  "%s needs %.3f GiB on %s, but %.3f of its %.1f GiB are free: use a smaller patch,"
                      + " end other programs on the GPU, or use the backend simd",
                  what,
                  gib(size),
                  name,
                  gib(driver.freeMemory()),
                  gib(memory)),
              e);
        }
        collect();
      }
    }
  }

  private static double gib(long bytes) {
    return bytes / (double) (1L << 30);
  }

  /** Lets the garbage collector find memory that nobody holds any more. */
  private static void collect() {
    System.gc();
    try {
      Thread.sleep(100); // the cleaner runs on a thread of its own
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Gives memory back; called by the cleaner, too, where nobody could catch an error. */
  void release(long address) {
    try {
      use();
      driver.free(address);
    } catch (CudaException e) {
      log("memory", e);
    }
  }

  void release(CUgraphExec graph) {
    try {
      use();
      driver.destroyGraph(graph);
    } catch (CudaException e) {
      log("a graph", e);
    }
  }

  void release(CUevent event) {
    try {
      use();
      driver.destroyEvent(event);
    } catch (CudaException e) {
      log("an event", e);
    }
  }

  /** Notes what went wrong while something was given back. */
  static void log(String what, CudaException e) {
    System.getLogger(Device.class.getName())
        .log(System.Logger.Level.DEBUG, "cirr could not give back " + what, e);
  }

  /** A stream with staging memory, for one thread at a time. */
  Transfer borrowTransfer() {
    Transfer transfer = transfers.poll();
    return transfer != null ? transfer : new Transfer(driver);
  }

  /** Hands it back, unless it is broken. */
  void giveBack(Transfer transfer) {
    transfers.add(transfer);
  }

  @Override
  public String toString() {
    return name;
  }
}
