package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import org.cirr.backend.Backend;
import org.cirr.backend.Program;
import org.cirr.nn.segment.Precision;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every call of the driver fails once in a sliding window: a clear exception, nothing leaks, and
 * the next one is right.
 */
class TileFaultTest {
  private static final TileCase TEST = TileCase.simple(Precision.REFERENCE);

  private static float[] expected;

  @BeforeAll
  static void onTheStandIn() {
    TileStreamTest.onTheStandIn();
    expected = useEverything(new Device(new JCudaBinding(), 0));
  }

  private static float[] useEverything(Device device) {
    Backend backend = new CudaBackend(device);
    List<Program> compiled = TEST.compile(backend);
    return TEST.onDevice(backend, compiled);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "allocate",
        "allocatePinned",
        "awaitEvent",
        "beginCapture",
        "copyIn",
        "copyOut",
        "createEvent",
        "createStream",
        "endCapture",
        "function",
        "isDone",
        "launch",
        "load",
        "recordEvent",
        "replay",
        "synchronize",
        "useContext",
        "waitForEvent"
      })
  void aCallThatFailsIsToldAndNothingLeaks(String call) throws Exception {
    DriverFaultTest.assertEveryFailureIsTold(call, 2, expected, TileFaultTest::useEverything);
  }

  @Test
  void nothingIsLeftOfAWindowThatWentWell() throws Exception {
    WatchedDriver driver = new WatchedDriver(new JCudaBinding());
    Device device = new Device(driver.driver(), 0);
    for (int repeat = 0; repeat < 3; repeat++) {
      assertArrayEquals(expected, useEverything(device));
    }
    DriverFaultTest.assertNothingIsLeft(driver, 2, "no failure");
  }
}
