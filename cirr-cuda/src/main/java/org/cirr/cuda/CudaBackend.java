package org.cirr.cuda;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.Backend;
import org.cirr.backend.DeviceException;
import org.cirr.backend.Program;
import org.cirr.backend.TileDevice;
import org.cirr.graph.Graph;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;

/** Computes graphs on one GPU. */
final class CudaBackend implements Backend {
  private final Device device;
  private final Arithmetic arithmetic;

  CudaBackend(Device device, Arithmetic arithmetic) {
    this.device = device;
    this.arithmetic = arithmetic;
  }

  CudaBackend(Device device) {
    this(device, Arithmetic.FLOAT32);
  }

  @Override
  public String name() {
    return CudaProvider.NAME;
  }

  @Override
  public Program compile(Graph graph, Function<String, Tensor> parameters, Workers workers) {
    SlabPlan slab = new SlabPlan(graph, arithmetic);
    if (slab.bytes() > device.memory()) {
      throw new DeviceException(
          String.format(
              Locale.ROOT,
              "the graph's values need %.1f GiB at once, but %s has only %.1f GiB: use a smaller"
                  + " patch",
              slab.bytes() / (double) (1L << 30),
              device,
              device.memory() / (double) (1L << 30)),
          false,
          null);
    }
    return new CudaProgram(device, graph, slab, parameters, workers);
  }

  @Override
  public long arenaBytes(Graph graph) {
    return new SlabPlan(graph, arithmetic).bytes();
  }

  @Override
  public boolean onDevice() {
    return true;
  }

  @Override
  public Optional<TileDevice> tileDevice() {
    return Optional.of(new CudaTiles(device));
  }

  @Override
  public String toString() {
    return name();
  }
}
