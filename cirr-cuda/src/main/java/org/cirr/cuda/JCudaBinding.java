package org.cirr.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/** The driver through JCuda. Touch it only after {@link NativeLibraries#load}. */
/*
 * Design. JCuda can be told to throw exceptions, but for the whole process; cirr checks return codes
 * and leaves the switch alone. JCuda hides raw addresses from callers; a subclass can read them, and
 * numbers can be added, put into argument blocks and compared.
 */
final class JCudaBinding implements Driver {
  private static final int CAPABILITY_MAJOR =
      CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR;
  private static final int CAPABILITY_MINOR =
      CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR;

  /** Device memory whose address can be read. */
  private static final class Address extends CUdeviceptr {
    long value() {
      return getNativePointer() + getByteOffset();
    }
  }

  /** Host memory whose address can be read and given. */
  private static final class Raw extends Pointer {
    Raw() {}

    Raw(long address) {
      super(address);
    }

    long value() {
      return getNativePointer() + getByteOffset();
    }
  }

  private static void check(String call, int code) {
    if (code != CUresult.CUDA_SUCCESS) {
      throw new CudaException(call, code, CUresult.stringFor(code), advice(code));
    }
  }

  private static String advice(int code) {
    return switch (code) {
      case CudaException.OUT_OF_MEMORY -> ": the device has not enough free memory";
      case 200, 209, 218, 222 -> ": the driver cannot use cirr's kernels; update the NVIDIA driver";
      case 700, 702, 710, 714, 715, 716, 717, 718, CudaException.LAUNCH_FAILED ->
          ": a kernel failed, and this process cannot use the device any more; please report it";
      case 46, 101, 999 ->
          ": the device is lost or used by others alone; see whether nvidia-smi lists it";
      default -> "";
    };
  }

  private static CUdeviceptr at(long address) {
    return new CUdeviceptr().withByteOffset(address);
  }

  private static CUdevice device(int index) {
    CUdevice device = new CUdevice();
    check("cuDeviceGet", JCudaDriver.cuDeviceGet(device, index));
    return device;
  }

  private static int attribute(int device, int attribute) {
    int[] value = new int[1];
    check(
        "cuDeviceGetAttribute", JCudaDriver.cuDeviceGetAttribute(value, attribute, device(device)));
    return value[0];
  }

  @Override
  public void init() {
    check("cuInit", JCudaDriver.cuInit(0));
  }

  @Override
  public int version() {
    int[] version = new int[1];
    check("cuDriverGetVersion", JCudaDriver.cuDriverGetVersion(version));
    return version[0];
  }

  @Override
  public int deviceCount() {
    int[] count = new int[1];
    check("cuDeviceGetCount", JCudaDriver.cuDeviceGetCount(count));
    return count[0];
  }

  @Override
  public String deviceName(int device) {
    byte[] name = new byte[256];
    check("cuDeviceGetName", JCudaDriver.cuDeviceGetName(name, name.length, device(device)));
    String text = new String(name, StandardCharsets.UTF_8);
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }

  @Override
  public int capability(int device) {
    return attribute(device, CAPABILITY_MAJOR) * 10 + attribute(device, CAPABILITY_MINOR);
  }

  @Override
  public long memory(int device) {
    long[] bytes = new long[1];
    check("cuDeviceTotalMem", JCudaDriver.cuDeviceTotalMem(bytes, device(device)));
    return bytes[0];
  }

  @Override
  public CUcontext retainContext(int device) {
    CUcontext context = new CUcontext();
    check(
        "cuDevicePrimaryCtxRetain", JCudaDriver.cuDevicePrimaryCtxRetain(context, device(device)));
    return context;
  }

  @Override
  public void useContext(CUcontext context) {
    check("cuCtxSetCurrent", JCudaDriver.cuCtxSetCurrent(context));
  }

  @Override
  public long freeMemory() {
    long[] free = new long[1];
    check("cuMemGetInfo", JCudaDriver.cuMemGetInfo(free, new long[1]));
    return free[0];
  }

  @Override
  public long allocate(long bytes) {
    Address address = new Address();
    check("cuMemAlloc", JCudaDriver.cuMemAlloc(address, bytes));
    return address.value();
  }

  @Override
  public void free(long address) {
    check("cuMemFree", JCudaDriver.cuMemFree(at(address)));
  }

  @Override
  public Pinned allocatePinned(int bytes) {
    Raw memory = new Raw();
    check("cuMemAllocHost", JCudaDriver.cuMemAllocHost(memory, bytes));
    ByteBuffer buffer = memory.getByteBuffer(0, bytes).order(ByteOrder.nativeOrder());
    return new Pinned(memory, memory.value(), buffer);
  }

  @Override
  public void freePinned(Pinned memory) {
    check("cuMemFreeHost", JCudaDriver.cuMemFreeHost(memory.pointer()));
  }

  @Override
  public void copyIn(long to, Pinned from, long bytes, CUstream stream) {
    check(
        "cuMemcpyHtoDAsync", JCudaDriver.cuMemcpyHtoDAsync(at(to), from.pointer(), bytes, stream));
  }

  @Override
  public void copyOut(Pinned to, long from, long bytes, CUstream stream) {
    check(
        "cuMemcpyDtoHAsync", JCudaDriver.cuMemcpyDtoHAsync(to.pointer(), at(from), bytes, stream));
  }

  @Override
  public CUstream createStream() {
    CUstream stream = new CUstream();
    check(
        "cuStreamCreate",
        JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING));
    return stream;
  }

  @Override
  public void destroyStream(CUstream stream) {
    check("cuStreamDestroy", JCudaDriver.cuStreamDestroy(stream));
  }

  @Override
  public void synchronize(CUstream stream) {
    check("cuStreamSynchronize", JCudaDriver.cuStreamSynchronize(stream));
  }

  @Override
  public CUevent createEvent() {
    CUevent event = new CUevent();
    int flags = CUevent_flags.CU_EVENT_DISABLE_TIMING | CUevent_flags.CU_EVENT_BLOCKING_SYNC;
    check("cuEventCreate", JCudaDriver.cuEventCreate(event, flags));
    return event;
  }

  @Override
  public void destroyEvent(CUevent event) {
    check("cuEventDestroy", JCudaDriver.cuEventDestroy(event));
  }

  @Override
  public void recordEvent(CUevent event, CUstream stream) {
    check("cuEventRecord", JCudaDriver.cuEventRecord(event, stream));
  }

  @Override
  public void waitForEvent(CUstream stream, CUevent event) {
    check("cuStreamWaitEvent", JCudaDriver.cuStreamWaitEvent(stream, event, 0));
  }

  @Override
  public boolean isDone(CUevent event) {
    int code = JCudaDriver.cuEventQuery(event);
    if (code != CUresult.CUDA_ERROR_NOT_READY) {
      check("cuEventQuery", code);
    }
    return code == CUresult.CUDA_SUCCESS;
  }

  @Override
  public void awaitEvent(CUevent event) {
    check("cuEventSynchronize", JCudaDriver.cuEventSynchronize(event));
  }

  @Override
  public CUmodule load(byte[] ptx) {
    CUmodule module = new CUmodule();
    check("cuModuleLoadData", JCudaDriver.cuModuleLoadData(module, ptx));
    return module;
  }

  @Override
  public void unload(CUmodule module) {
    check("cuModuleUnload", JCudaDriver.cuModuleUnload(module));
  }

  @Override
  public CUfunction function(CUmodule module, String name) {
    CUfunction function = new CUfunction();
    check("cuModuleGetFunction", JCudaDriver.cuModuleGetFunction(function, module, name));
    return function;
  }

  @Override
  public void allowShared(CUfunction kernel, int bytes) {
    int attribute = CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
    check("cuFuncSetAttribute", JCudaDriver.cuFuncSetAttribute(kernel, attribute, bytes));
  }

  @Override
  public void launch(
      CUfunction kernel, int[] grid, int[] block, int shared, CUstream stream, long arguments) {
    int code =
        JCudaDriver.cuLaunchKernel(
            kernel,
            grid[0],
            grid[1],
            grid[2],
            block[0],
            block[1],
            block[2],
            shared,
            stream,
            new Raw(arguments),
            null);
    check("cuLaunchKernel", code);
  }

  @Override
  public void beginCapture(CUstream stream) {
    int mode = CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL;
    check("cuStreamBeginCapture", JCudaDriver.cuStreamBeginCapture(stream, mode));
  }

  @Override
  public CUgraphExec endCapture(CUstream stream) {
    CUgraph graph = new CUgraph();
    check("cuStreamEndCapture", JCudaDriver.cuStreamEndCapture(stream, graph));
    try {
      CUgraphExec instance = new CUgraphExec();
      check("cuGraphInstantiate", JCudaDriver.cuGraphInstantiate(instance, graph, 0));
      return instance;
    } finally {
      JCudaDriver.cuGraphDestroy(graph);
    }
  }

  @Override
  public void replay(CUgraphExec graph, CUstream stream) {
    check("cuGraphLaunch", JCudaDriver.cuGraphLaunch(graph, stream));
  }

  @Override
  public void destroyGraph(CUgraphExec graph) {
    check("cuGraphExecDestroy", JCudaDriver.cuGraphExecDestroy(graph));
  }
}
