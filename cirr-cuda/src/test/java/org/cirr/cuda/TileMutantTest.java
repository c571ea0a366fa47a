package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jcuda.driver.CUdevice;
import jcuda.driver.JCudaDriver;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.Backend;
import org.cirr.nn.segment.Precision;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The comparison of device and host notices mistakes in {@code tiles.cu}. */
class TileMutantTest {
  @BeforeAll
  static void onTheStandIn() {
    TileStreamTest.onTheStandIn();
  }

  @AfterEach
  void forgetTheFault() {
    JCudaDriver.cuDevicePrimaryCtxReset(new CUdevice());
  }

  static List<Arguments> mutants() {
    return List.of(
        Arguments.of(
            "a product that is joined to the sum",
            "add(sums, (row + c) * plane + within, ring.half, __fmul_rn(mean, g));",
            "if (ring.half) add(sums, (row + c) * plane + within, 1, mean * g);\n"
                + "else { float* s = (float*)sums + (row + c) * plane + within;"
                + " *s = fmaf(mean, g, *s); }"),
        Arguments.of("a tie that is rounded up", "(magnitude >> 13 & 1)", "1"),
        Arguments.of("small halves cut off", "< 0x38800000", "< 0x33800000"),
        Arguments.of("sums that are not rounded", "half_value(half_of(weight))", "weight"),
        Arguments.of("no mirroring", "patch[axis] - 1 - index", "index"),
        Arguments.of("padding that is not zero", "image[from] : 0", "image[from] : 1"),
        Arguments.of("another slot", "at[0] % ring.slots", "(at[0] + 1) % ring.slots"),
        Arguments.of("weights that stay", "weights[slot * plane + i % plane] = 0;", ""),
        Arguments.of("sums that stay", "((float*)sums)[at] = 0;", ";"),
        Arguments.of("half sums that stay", "((unsigned short*)sums)[at] = 0;", ";"),
        Arguments.of("the programs' sums mixed", "* ring.programs + program)", "* ring.programs)"),
        Arguments.of("a mean that is a sum", "ring.classes + c], passes)", "ring.classes + c], 1)"),
        Arguments.of("the passes' first left out", "first ? value :", "first ? 0 :"));
  }

  private static boolean isRight(Path library) {
    // One backend: a library registers its kernels only when it is first loaded.
    Backend backend = MutantTest.backend("tiles", library, Arithmetic.FLOAT32);
    for (Precision precision : List.of(Precision.REFERENCE, Precision.FLOAT32)) {
      TileCase test =
          new TileCase(
              new int[] {17, 6, 9},
              new int[] {4, 8, 8},
              0.5,
              2,
              2,
              TileCase.allFlips(),
              precision,
              true);
      try {
        if (!test.holds(backend)) {
          return false;
        }
      } catch (CudaException e) {
        return false;
      }
    }
    return true;
  }

  private static String source() throws Exception {
    return Files.readString(StandIn.KERNELS.resolve("tiles.cu"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutants")
  void aMistakeIsNoticed(String what, String from, String to, @TempDir Path folder)
      throws Exception {
    String text = source();
    Path library = StandIn.variant("tiles.cu", StandIn.mutated(text, from, to), folder);
    assertFalse(isRight(library), what + " was not noticed");
  }

  @Test
  void theKernelAsItIsIsRight(@TempDir Path folder) throws Exception {
    assertTrue(isRight(StandIn.variant("tiles.cu", source(), folder)));
  }
}
