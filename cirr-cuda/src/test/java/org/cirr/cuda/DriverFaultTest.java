package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.cirr.backend.Backends;
import org.cirr.backend.Program;
import org.cirr.backend.Workspace;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.InstanceNorm;
import org.cirr.op.Linear;
import org.cirr.op.Softmax;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomGraphs;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every call of the driver fails once: a clear exception, nothing leaks, and the next run is right.
 */
class DriverFaultTest {
  private static final int OTHER = 999;

  private static float[] expected;

  @BeforeAll
  static void onTheStandIn() {
    StandIn.use();
    assertEquals("cuda", Backends.of("cuda").name()); // the libraries are loaded
    expected = useEverything(new Device(new JCudaBinding(), 0), tiny());
  }

  /** Few launches, as every failure costs two runs; but weights, a table and several kernels. */
  private static Graph tiny() {
    Node x = Node.input("x", Shape.of(1, 3, 5, 2));
    Node y = Node.of(new Linear(), x, Node.parameter("w", Shape.of(3, 2)));
    return Graph.of(Node.of(new Softmax(), Node.of(new InstanceNorm(1e-5), y)));
  }

  private static float[] useEverything(Device device, Graph graph) {
    Program program = new CudaBackend(device).compile(graph, RandomGraphs.parameters(graph, 1));
    Workspace workspace = program.newWorkspace();
    Tensor output = Tensor.zeros(graph.outputs().get(0).shape());
    for (int repeat = 0; repeat < 2; repeat++) {
      program.run(workspace, RandomGraphs.inputs(graph, 1), List.of(output), Workers.single());
      program.rebind(RandomGraphs.parameters(graph, 1), Workers.single());
    }
    return output.array();
  }

  /** Waits for the garbage collector; the few objects here are gone after one or two rounds. */
  static void assertNothingIsLeft(WatchedDriver driver, int streams, String what) throws Exception {
    for (int round = 0; round < 100; round++) {
      if (driver.alive("allocate") == 0 && driver.alive("endCapture") == 0) {
        break;
      }
      System.gc();
      Thread.sleep(5);
    }
    assertEquals(0, driver.alive("allocate"), "memory is left after " + what);
    assertEquals(0, driver.alive("endCapture"), "graphs are left after " + what);
    assertEquals(0, driver.alive("createEvent"), "events are left after " + what);
    assertTrue(driver.alive("createStream") <= streams, "streams are left after " + what);
    assertTrue(driver.alive("allocatePinned") <= 3 * streams, "host memory is left after " + what);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "allocate",
        "allocatePinned",
        "beginCapture",
        "copyIn",
        "copyOut",
        "createStream",
        "endCapture",
        "function",
        "launch",
        "load",
        "replay",
        "synchronize",
        "useContext"
      })
  void aCallThatFailsIsToldAndNothingLeaks(String call) throws Exception {
    Graph graph = tiny();
    assertEveryFailureIsTold(call, 1, expected, device -> useEverything(device, graph));
  }

  /** What a test does with a device. */
  @FunctionalInterface
  interface Use {
    float[] of(Device device) throws Exception;
  }

  /**
   * Lets a call of the driver fail at its first, second, fourth, … time: the failure is told by its
   * name, nothing is left, and the same device does the same work afterwards.
   *
   * @param streams that may be left, as the device lends them again
   */
  static void assertEveryFailureIsTold(String call, int streams, float[] expected, Use use)
      throws Exception {
    int failures = 0;
    for (int behind = 0; behind < 1000; behind = 2 * behind + 1) {
      WatchedDriver driver = new WatchedDriver(new JCudaBinding());
      Device device = new Device(driver.driver(), 0);
      driver.fail(call, behind, OTHER);
      CudaException error = null;
      try {
        use.of(device);
      } catch (CudaException e) {
        error = e;
      }
      if (!driver.mend()) {
        break; // there are not so many
      }
      failures++;
      String what = call + " behind " + behind + " others";
      assertNotNull(error, what + " failed and nobody noticed");
      assertEquals(call + " failed with CUDA error 999 (INJECTED)", error.getMessage());
      assertNothingIsLeft(driver, streams, what);
      assertArrayEquals(expected, use.of(device), "after " + what);
    }
    assertTrue(failures > 0, call + " is never called");
  }

  @Test
  void memoryThatIsNotThereIsToldWithTheNumbers() {
    WatchedDriver driver = new WatchedDriver(new JCudaBinding());
    Device device = new Device(driver.driver(), 0);
    CudaException full = new CudaException("cuMemAlloc", 2, "CUDA_ERROR_OUT_OF_MEMORY", "");
    driver.answer("allocate", full).answer("freeMemory", 1L << 29);
    CudaException error =
        assertThrows(CudaException.class, () -> device.allocate(3L << 30, "a run of the network"));
    assertEquals(
        "a run of the network needs 3.000 GiB on stand-in, but 0.500 of its 4.0 GiB are free: use a"
            + " smaller patch, end other programs on the GPU, or use the backend simd",
        error.getMessage());
    assertEquals(full, error.getCause());
    assertEquals(CudaException.OUT_OF_MEMORY, error.code());
    assertFalse(error.lost());
  }
}
