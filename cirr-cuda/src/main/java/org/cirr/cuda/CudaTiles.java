package org.cirr.cuda;

import java.util.ArrayList;
import java.util.List;
import org.cirr.backend.Program;
import org.cirr.backend.TileDevice;
import org.cirr.backend.TileStream;
import org.cirr.backend.TileWork;
import org.cirr.backend.cpu.FixedInputs;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Input;

/** Sliding windows on one GPU. */
record CudaTiles(Device device) implements TileDevice {
  @Override
  public long memory() {
    return device.memory();
  }

  @Override
  public long bytes(TileWork work) {
    return TilePlan.of(work).bytes();
  }

  @Override
  public TileStream open(
      TileWork work, List<Program> programs, List<float[]> image, float[] gaussian) {
    List<CudaProgram> own = new ArrayList<>();
    for (Program program : programs) {
      if (program instanceof CudaProgram one
          && one.device() == device
          && one.graph() == programs.get(0).graph()
          && fits(work, one.graph())) {
        own.add(one);
      }
    }
    if (own.size() != work.programs() || own.size() != programs.size()) {
      throw new IllegalArgumentException(
          String.format(
              "a sliding window with %d channels and %d classes needs %d program(s) of one graph of"
                  + " this backend, with one input of %d values and one computed output of %d",
              work.channels(),
              work.classes(),
              work.programs(),
              work.tileVoxels() * work.channels(),
              work.tileVoxels() * work.classes()));
    }
    return CudaTileStream.open(device, TilePlan.of(work), own, image, gaussian);
  }

  private static boolean fits(TileWork work, Graph graph) {
    if (graph.inputs().size() != 1 || graph.outputs().size() != 1) {
      return false;
    }
    Node output = graph.outputs().get(0);
    return graph.inputs().get(0).shape().elements() == work.tileVoxels() * work.channels()
        && output.shape().elements() == work.tileVoxels() * work.classes()
        && !FixedInputs.fixed(output)
        && !(output.op() instanceof Input);
  }
}
