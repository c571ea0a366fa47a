package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.cirr.backend.Backend;
import org.cirr.backend.Backends;
import org.cirr.backend.DeviceException;
import org.cirr.backend.Program;
import org.cirr.backend.TileDevice;
import org.cirr.backend.TileStream;
import org.cirr.backend.TileWork;
import org.cirr.nn.segment.Precision;
import org.cirr.parallel.Workers;
import org.cirr.testing.RandomGraphs;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sliding windows on the stand-in give the bits of those that the host adds up. */
class TileStreamTest {
  @BeforeAll
  static void onTheStandIn() {
    StandIn.use();
    assertEquals("cuda", Backends.of("cuda").name()); // the libraries are loaded
  }

  static List<TileCase> cases() {
    return TileCase.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theDeviceGivesTheBitsOfTheHost(TileCase test) {
    Backend backend = Backends.of("cuda");
    List<Program> compiled = test.compile(backend);
    assertArrayEquals(test.onHost(compiled), test.onDevice(backend, compiled), test.toString());
  }

  @Test
  void theStreamsMustWaitForEachOther() {
    WatchedDriver driver = new WatchedDriver(new JCudaBinding());
    Backend backend = new CudaBackend(new Device(driver.driver(), 0));
    TileCase test = TileCase.simple(Precision.FLOAT32);
    List<Program> compiled = test.compile(backend);
    float[] expected = test.onHost(compiled);
    assertArrayEquals(expected, test.onDevice(backend, compiled));
    driver.answer("waitForEvent", null); // forgotten
    assertFalse(Arrays.equals(expected, test.onDevice(backend, compiled)), "nobody noticed");
  }

  @Test
  void theHostRunsAheadByAFewPasses() {
    TileCase test = TileCase.simple(Precision.FLOAT32);
    Backend backend = Backends.of("cuda");
    TileDevice device = backend.tileDevice().orElseThrow();
    try (TileStream stream =
        device.open(test.work(), test.compile(backend), test.scan(), test.gaussian())) {
      int[] start = new int[3];
      int put = 0;
      while (!stream.full() && put < 100) {
        stream.pass(start, put % 2, 0);
        put++;
      }
      assertTrue(put >= 2 && put < 100, put + " passes");
      stream.await();
      assertEquals(1, stream.passesDone());
      stream.pass(start, put % 2, 0);
      stream.pass(start, (put + 1) % 2, 0); // waits by itself
      assertEquals(2, stream.passesDone());
    }
  }

  @Test
  void programsOfASlidingWindowAreNotRebound() {
    TileCase test = TileCase.simple(Precision.FLOAT32);
    Backend backend = Backends.of("cuda");
    List<Program> compiled = test.compile(backend);
    Program first = compiled.get(0);
    TileDevice device = backend.tileDevice().orElseThrow();
    try (TileStream stream = device.open(test.work(), compiled, test.scan(), test.gaussian())) {
      assertThrows(
          IllegalStateException.class,
          () -> first.rebind(RandomGraphs.parameters(first.graph(), 9), Workers.single()));
      assertEquals(
          "slice 0 cannot be read, only 0 to -1",
          assertThrows(IllegalStateException.class, () -> stream.read(0, 0, 0, new float[35]))
              .getMessage());
    }
    first.rebind(RandomGraphs.parameters(first.graph(), TileCase.SEED), Workers.single());
    assertArrayEquals(test.onHost(compiled), test.onDevice(backend, compiled));
  }

  @Test
  void tilesWithoutASlotAreRefused() {
    TileCase test = TileCase.simple(Precision.FLOAT32); // slots for 6 of 9 slices, tiles of 4
    Backend backend = Backends.of("cuda");
    TileDevice device = backend.tileDevice().orElseThrow();
    try (TileStream stream =
        device.open(test.work(), test.compile(backend), test.scan(), test.gaussian())) {
      String held = " does not go with those that are held, 0 to 5, of which those before ";
      assertEquals(
          "a tile of the slices 3 to 6" + held + "0 are finished",
          assertThrows(IllegalStateException.class, () -> stream.pass(new int[] {3, 0, 0}, 0, 0))
              .getMessage());
      stream.finish(2);
      stream.pass(new int[] {2, 0, 0}, 0, 0);
      assertEquals(
          "a tile of the slices 1 to 4" + held + "2 are finished",
          assertThrows(IllegalStateException.class, () -> stream.pass(new int[] {1, 0, 0}, 0, 0))
              .getMessage());
      stream.finish(3); // by now the first two have been read
      stream.pass(new int[] {4, 0, 0}, 0, 0);
    }
  }

  @Test
  void programsThatDoNotFitAreRefused() {
    TileCase test = TileCase.simple(Precision.FLOAT32);
    Backend backend = Backends.of("cuda");
    TileDevice device = backend.tileDevice().orElseThrow();
    String refusal =
        "a sliding window with 1 channels and 3 classes needs 2 program(s) of one graph of this"
            + " backend, with one input of 64 values and one computed output of 192";
    List<Program> compiled = test.compile(backend);
    List<Program> apart = List.of(compiled.get(0), test.compile(backend).get(0));
    for (List<Program> wrong :
        List.of(compiled.subList(0, 1), apart, test.compile(Backends.of("scalar")))) {
      assertEquals(
          refusal,
          assertThrows(
                  IllegalArgumentException.class,
                  () -> device.open(test.work(), wrong, test.scan(), test.gaussian()))
              .getMessage());
    }
    assertTrue(Backends.of("scalar").tileDevice().isEmpty());
  }

  @Test
  void anImageThatDoesNotFitIsRefusedWithTheNumbers() {
    TileCase test = TileCase.simple(Precision.FLOAT32);
    Backend backend = Backends.of("cuda");
    TileDevice device = backend.tileDevice().orElseThrow();
    TileWork own = test.work();
    TileWork large =
        new TileWork(
            new int[] {20, 10_000, 10_000},
            own.channels(),
            own.patch(),
            own.classes(),
            own.programs(),
            own.flips(),
            6,
            own.half(),
            own.weighted());
    // 20 slices and for 6 of them one weight and 2 · 3 sums, and the gaussian
    assertEquals(4L * 100_000_000 * (20 + 6 * 7) + 256, device.bytes(large));
    assertEquals(4L << 30, device.memory());
    String message =
        assertThrows(
                DeviceException.class,
                () -> device.open(large, test.compile(backend), test.scan(), test.gaussian()))
            .getMessage();
    assertTrue(
        message.startsWith("a sliding window over the image needs 23.097 GiB on stand-in, but "),
        message);
  }
}
