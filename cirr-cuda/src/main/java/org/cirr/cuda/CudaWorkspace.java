package org.cirr.cuda;

import java.util.Map;
import java.util.WeakHashMap;
import jcuda.driver.CUgraphExec;
import org.cirr.backend.Workspace;
import org.cirr.graph.Graph;

/** The device memory of one run, and for each program that ran in it the launches as one graph. */
final class CudaWorkspace implements Workspace {
  private final Graph graph;
  private final Device device;
  private final DeviceMemory slab;
  private final Map<CudaProgram, CUgraphExec> replays = new WeakHashMap<>();

  CudaWorkspace(Graph graph, Device device, long bytes) {
    this.graph = graph;
    this.device = device;
    device.use();
    this.slab = device.allocate(bytes, "a run of the network");
  }

  boolean fits(Graph otherGraph, Device otherDevice) {
    return graph == otherGraph && device == otherDevice;
  }

  Device device() {
    return device;
  }

  long address() {
    return slab.address();
  }

  /** The launches of a program over this memory; noted when they are first run. */
  CUgraphExec replay(CudaProgram program, Transfer transfer) {
    CUgraphExec replay = replays.get(program);
    if (replay == null) {
      replay = program.capture(transfer, slab.address());
      replays.put(program, replay);
      CUgraphExec made = replay;
      Device owner = device;
      DeviceMemory.whenUnused(this, () -> owner.release(made));
    }
    return replay;
  }

  @Override
  public long bytes() {
    return slab.bytes();
  }
}
