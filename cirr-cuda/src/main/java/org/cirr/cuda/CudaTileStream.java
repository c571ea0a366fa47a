package org.cirr.cuda;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import jcuda.driver.CUevent;
import jcuda.driver.CUgraphExec;
import org.cirr.backend.TileStream;
import org.cirr.backend.TileWork;

/** A sliding window on a GPU: passes in one stream, finished slices copied in another. */
/*
 * Design. All that changes the ring is in the computing stream and so in order. The only thing that the
 * two streams must agree on is when slices are final: an event behind their division, which the copying
 * stream waits for. The other way round nobody waits: a slice has been read (read returns when the
 * copy is made) before the host lets its slot be cleared, and by then the tiles that may be at work lie in
 * other slots, as the ring has more slots than a tile is deep.
 *
 * The host runs ahead of the device by a few passes and no more, so that it can stop when cancelled, and
 * knows how far the device is: an event behind each pass.
 */
final class CudaTileStream implements TileStream {
  /** One pass that computes, and three for the time the host uses a slice; nobody measured it. */
  private static final int AHEAD = 4;

  private final Device device;
  private final TilePlan plan;
  private final List<CudaProgram> programs;
  private final List<CUgraphExec> replays = new ArrayList<>();
  private final ArrayDeque<CUevent> free = new ArrayDeque<>();
  private final ArrayDeque<CUevent> open = new ArrayDeque<>(); // a pass each, the oldest first
  private CudaWorkspace workspace;
  private DeviceMemory memory; // the image and its sums
  private TileKernels kernels;
  private Transfer compute;
  private Transfer copy;
  private CUevent finished;
  private int held; // programs that nobody may rebind
  private long done;
  private int cleared; // slices before it have been read, and their slots are free
  private int divided; // slices before it are final
  private boolean broken;
  private boolean closed;

  private CudaTileStream(Device device, TilePlan plan, List<CudaProgram> programs) {
    this.device = device;
    this.plan = plan;
    this.programs = programs;
  }

  static CudaTileStream open(
      Device device,
      TilePlan plan,
      List<CudaProgram> programs,
      List<float[]> image,
      float[] gaussian) {
    CudaTileStream stream = new CudaTileStream(device, plan, programs);
    boolean begun = false;
    try {
      stream.guarded(() -> stream.begin(image, gaussian));
      begun = true;
      return stream;
    } finally {
      if (!begun) {
        stream.close();
      }
    }
  }

  private void begin(List<float[]> image, float[] gaussian) {
    for (CudaProgram program : programs) {
      program.use().beginRun();
      held++;
    }
    workspace = programs.get(0).newWorkspace();
    memory = device.allocate(plan.bytes(), "a sliding window over the image");
    kernels = new TileKernels(plan, memory.address());
    compute = device.borrowTransfer();
    copy = device.borrowTransfer();
    finished = device.driver().createEvent();
    for (int i = 0; i < AHEAD; i++) {
      free.add(device.driver().createEvent());
    }
    TileWork work = plan.work();
    long each = Float.BYTES * work.image()[0] * work.plane();
    for (int channel = 0; channel < work.channels(); channel++) {
      compute.upload(memory.address() + plan.image() + channel * each, image.get(channel));
    }
    if (work.weighted()) {
      compute.upload(memory.address() + plan.gaussian(), gaussian);
    }
    for (CudaProgram program : programs) {
      replays.add(workspace.replay(program, compute));
    }
    launch(kernels.clear(0, work.slots()));
  }

  private interface Work {
    void run();
  }

  /** After a failure nobody knows what is in the streams: they are not used again. */
  private void guarded(Work work) {
    try {
      device.use();
      work.run();
    } catch (CudaException e) {
      broken = true;
      device.note(e);
      throw e;
    }
  }

  private void launch(Launch launch) {
    launch.check(device.text(launch.file));
    launch.run(device, compute, 0, 0);
  }

  @Override
  public void pass(int[] start, int program, int pass) {
    requireRoom(start[0]);
    guarded(
        () -> {
          if (free.isEmpty()) {
            awaitOldest();
          }
          CudaProgram one = programs.get(program);
          long logits = one.output(workspace);
          int passes = plan.work().flips().size();
          launch(kernels.cut(one.input(workspace), start, pass));
          device.driver().replay(replays.get(program), compute.stream());
          if (passes > 1) {
            launch(kernels.join(logits, start, pass));
          }
          if (pass == passes - 1) {
            launch(kernels.add(logits, start, program));
          }
          device.driver().recordEvent(free.peek(), compute.stream());
          open.add(free.remove());
        });
  }

  /** Else sums of one slice would be added to those of another. */
  private void requireRoom(int start) {
    TileWork work = plan.work();
    int first = Math.max(0, start);
    int end = Math.min(work.image()[0], start + work.patch()[0]);
    if (first < divided || end - cleared > work.slots()) {
      throw new IllegalStateException(
          String.format(
              "a tile of the slices %d to %d does not go with those that are held, %d to %d, of"
                  + " which those before %d are finished",
              first, end - 1, cleared, cleared + work.slots() - 1, divided));
    }
  }

  @Override
  public boolean full() {
    guarded(
        () -> {
          while (!open.isEmpty() && device.driver().isDone(open.peek())) {
            retireOldest();
          }
        });
    return free.isEmpty();
  }

  @Override
  public void await() {
    if (!open.isEmpty()) {
      guarded(this::awaitOldest);
    }
  }

  private void awaitOldest() {
    device.driver().awaitEvent(open.peek());
    retireOldest();
  }

  private void retireOldest() {
    free.add(open.remove());
    done++;
  }

  @Override
  public long passesDone() {
    return done;
  }

  @Override
  public void finish(int end) {
    guarded(
        () -> {
          if (divided > cleared) {
            launch(kernels.clear(cleared, divided));
            cleared = divided;
          }
          if (end > divided) {
            launch(kernels.divide(divided, end));
            device.driver().recordEvent(finished, compute.stream());
            device.driver().waitForEvent(copy.stream(), finished);
            divided = end;
          }
        });
  }

  @Override
  public void read(int slice, int program, int label, short[] into) {
    requireFinished(slice);
    guarded(() -> copy.download(logits(slice, program, label), into));
  }

  @Override
  public void read(int slice, int program, int label, float[] into) {
    requireFinished(slice);
    guarded(() -> copy.download(logits(slice, program, label), into));
  }

  private long logits(int slice, int program, int label) {
    return memory.address() + plan.logits(slice, program, label);
  }

  private void requireFinished(int slice) {
    if (slice < cleared || slice >= divided) {
      throw new IllegalStateException(
          "slice " + slice + " cannot be read, only " + cleared + " to " + (divided - 1));
    }
  }

  /** Waits for what is under way before its memory is given back; a failure here is only noted. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (!broken && compute != null && copy != null) {
      try {
        guarded(
            () -> {
              compute.finish();
              copy.finish();
            });
      } catch (CudaException e) {
        Device.log("a stream", e);
      }
    }
    giveBack(compute);
    giveBack(copy);
    free.addAll(open);
    if (finished != null) {
      free.add(finished);
    }
    free.forEach(device::release);
    if (memory != null) {
      memory.close();
    }
    programs.subList(0, held).forEach(program -> program.use().endRun());
  }

  private void giveBack(Transfer transfer) {
    if (transfer != null && broken) {
      transfer.abandon();
    } else if (transfer != null) {
      device.giveBack(transfer);
    }
  }
}
