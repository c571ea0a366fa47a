package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cirr.backend.Backends;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The shipped machine code: made of the shipped PTX, tried first, and done without. */
class FatbinTest {
  private static final int MOST_BYTES = 3 << 20; // of the jar

  @BeforeAll
  static void onTheStandIn() {
    StandIn.use();
    assertEquals("cuda", Backends.of("cuda").name()); // the libraries are loaded
  }

  private static byte[] image(String file) {
    return Fatbin.of(file, Ptx.of(file)).orElseThrow();
  }

  /**
   * A driver that notes what it is given, and takes machine code for its PTX where it takes any.
   */
  private static Driver noting(List<String> given, boolean takesCode) {
    return new WatchedDriver(new JCudaBinding()) {
      @Override
      Object[] arguments(String call, Object[] arguments) {
        if (!call.equals("load")) {
          return arguments;
        }
        boolean code = Arrays.equals((byte[]) arguments[0], image("pool"));
        given.add(code ? "code" : "ptx");
        return code && takesCode ? new Object[] {Ptx.of("pool").image()} : arguments;
      }
    }.driver();
  }

  @Test
  void theMachineCodeIsThatOfTheShippedPtx() throws IOException {
    assertEquals(
        PtxFiles.expectedFatbinList(),
        PtxFiles.fatbinList(),
        "stale; make it again " + PtxTest.REMEDY);
    long bytes = 0;
    for (String file : Ptx.FILES) {
      byte[] image = image(file);
      assertArrayEquals(
          new byte[] {0x50, (byte) 0xed, 0x55, (byte) 0xba}, Arrays.copyOf(image, 4), file);
      bytes += image.length;
    }
    assertTrue(bytes < MOST_BYTES, bytes + " bytes");
  }

  @Test
  void machineCodeOfOtherPtxIsNotUsed() {
    Ptx other = new Ptx("// changed".getBytes(StandardCharsets.US_ASCII));
    assertTrue(Fatbin.of("pool", other).isEmpty());
    assertTrue(Fatbin.of("no such file", other).isEmpty());
  }

  @Test
  void aDriverThatTakesTheCodeIsGivenNothingElse() {
    List<String> given = new ArrayList<>();
    new Device(noting(given, true), 0).kernel("pool", "max_pool");
    assertEquals(List.of("code"), given);
  }

  @Test
  void aDriverThatRefusesTheCodeIsGivenThePtx() {
    List<String> given = new ArrayList<>();
    new Device(noting(given, false), 0).kernel("pool", "max_pool");
    assertEquals(List.of("code", "ptx"), given);
  }

  @Test
  void anotherFailureIsPassedOn() {
    WatchedDriver driver = new WatchedDriver(new JCudaBinding());
    Device device = new Device(driver.driver(), 0);
    driver.fail("load", 0, 2);
    assertEquals(
        2, assertThrows(CudaException.class, () -> device.kernel("pool", "max_pool")).code());
  }
}
