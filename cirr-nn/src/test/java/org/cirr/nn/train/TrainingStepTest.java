package org.cirr.nn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.cirr.backend.Backend;
import org.cirr.backend.Backends;
import org.cirr.backend.DeviceException;
import org.cirr.backend.Program;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Multiply;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** A step of training on a device that fails. */
class TrainingStepTest {
  private static final Shape SHAPE = Shape.of(3);
  private static final DeviceException FAILURE =
      new DeviceException("the device burns", true, null);

  private final Tensor weight = Tensor.of(SHAPE, 1, 2, 3);

  private static Graph graph() {
    return Graph.of(Node.of(new Multiply(), Node.input("x", SHAPE), Node.parameter("w", SHAPE)));
  }

  /** The scalar backend as if it were a device, whose n-th run and all that follow fail. */
  private record Burning(int first) implements Backend {
    @Override
    public String name() {
      return "burning";
    }

    @Override
    public boolean onDevice() {
      return true;
    }

    @Override
    public long arenaBytes(Graph graph) {
      return Backends.of("scalar").arenaBytes(graph);
    }

    @Override
    public Program compile(Graph graph, Function<String, Tensor> parameters, Workers workers) {
      if (first < 0) {
        throw FAILURE;
      }
      Program real = Backends.of("scalar").compile(graph, parameters, workers);
      int[] runs = {0};
      return (Program)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {Program.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("run") && runs[0]++ >= first) {
                  throw FAILURE;
                }
                try {
                  return method.invoke(real, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }
  }

  private float[] run(TrainingStep step) {
    List<Tensor> inputs = List.of(Tensor.of(SHAPE, 2, 2, 2));
    return step.run(inputs, Workers.single()).get(0).array().clone();
  }

  @Test
  void theStepIsComputedAgainOnTheProcessorWithTheWeightsOfTheDay() {
    TrainingStep step = new TrainingStep(new Burning(1), true, graph(), Map.of("w", weight));
    assertTrue(step.deviceBytes() > 0);
    assertArrayEquals(new float[] {2, 4, 6}, run(step));
    weight.array()[0] = 10;
    step.weightsChanged();
    assertArrayEquals(new float[] {20, 4, 6}, run(step));
    assertEquals(0, step.deviceBytes());
    weight.array()[1] = 20;
    step.weightsChanged();
    assertArrayEquals(new float[] {20, 40, 6}, run(step));
  }

  @Test
  void aDeviceThatFailsAtOnceIsReplacedAtOnce() {
    TrainingStep step = new TrainingStep(new Burning(-1), true, graph(), Map.of("w", weight));
    assertEquals(0, step.deviceBytes());
    assertArrayEquals(new float[] {2, 4, 6}, run(step));
  }

  @Test
  void aDeviceThatWasAskedForIsNotReplaced() {
    TrainingStep step = new TrainingStep(new Burning(0), false, graph(), Map.of("w", weight));
    assertSame(FAILURE, assertThrows(DeviceException.class, () -> run(step)));
  }

  @Test
  void theMemoryOfADeviceIsNoHeap() {
    Map<String, Tensor> weights = Map.of("w", weight);
    TrainingStep device = new TrainingStep(new Burning(9), true, graph(), weights);
    TrainingStep heap = new TrainingStep(Backends.of("scalar"), true, graph(), weights);
    assertEquals(0, heap.deviceBytes());
    assertEquals(heap.heapBytes(2), device.heapBytes(2) + device.deviceBytes());
    assertEquals(device.heapBytes(2), device.heapBytes(graph(), 2));
    assertEquals(heap.heapBytes(2), heap.heapBytes(graph(), 2));
  }
}
