package org.cirr.cuda;

import java.nio.ByteBuffer;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUevent;
import jcuda.driver.CUfunction;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUmodule;
import jcuda.driver.CUstream;

/**
 * The calls of the CUDA driver that cirr makes. Addresses on the device are plain numbers, handles
 * are JCuda's.
 *
 * <p><b>Errors</b>: every method throws {@link CudaException} when the driver does not return 0.
 */
interface Driver {
  /** Host memory that the device copies to and from, and the address the driver knows it by. */
  record Pinned(Pointer pointer, long address, ByteBuffer bytes) {}

  /** Compute capability, such as 90 for 9.0. */
  int capability(int device);

  /** Starts the driver; before all other calls. */
  void init();

  /** The CUDA version that the driver supports, such as 12040 for 12.4. */
  int version();

  int deviceCount();

  String deviceName(int device);

  /** The bytes of a device. */
  long memory(int device);

  CUcontext retainContext(int device);

  /** Makes a context the one that this thread's calls go to. */
  void useContext(CUcontext context);

  /** The bytes that are free on the context's device. */
  long freeMemory();

  long allocate(long bytes);

  void free(long address);

  Pinned allocatePinned(int bytes);

  void freePinned(Pinned memory);

  void copyIn(long to, Pinned from, long bytes, CUstream stream);

  void copyOut(Pinned to, long from, long bytes, CUstream stream);

  CUstream createStream();

  void destroyStream(CUstream stream);

  /** Waits until all is done that was put into the stream. */
  void synchronize(CUstream stream);

  /** A mark that can be put into streams; it takes no times. */
  CUevent createEvent();

  void destroyEvent(CUevent event);

  /** Puts the mark behind all that was put into the stream before. */
  void recordEvent(CUevent event, CUstream stream);

  /** Lets what is put into a stream from now on wait for the mark where it is now. */
  void waitForEvent(CUstream stream, CUevent event);

  /** Whether all is done that lies before the mark. */
  boolean isDone(CUevent event);

  /** Waits until all is done that lies before the mark; the thread sleeps. */
  void awaitEvent(CUevent event);

  /** Loads machine code, or compiles PTX text, which ends with a zero byte. */
  CUmodule load(byte[] image);

  void unload(CUmodule module);

  CUfunction function(CUmodule module, String name);

  /** Lets launches of a kernel ask for more shared memory than the 48 KiB of all GPUs. */
  void allowShared(CUfunction kernel, int bytes);

  /**
   * Puts a kernel into a stream.
   *
   * @param arguments the address of a table of addresses of the arguments; copied
   */
  void launch(
      CUfunction kernel, int[] grid, int[] block, int shared, CUstream stream, long arguments);

  /** From here on the stream's launches are not run, but noted. */
  void beginCapture(CUstream stream);

  /** Makes of all that was noted one graph that can be run again and again. */
  CUgraphExec endCapture(CUstream stream);

  void replay(CUgraphExec graph, CUstream stream);

  void destroyGraph(CUgraphExec graph);
}
