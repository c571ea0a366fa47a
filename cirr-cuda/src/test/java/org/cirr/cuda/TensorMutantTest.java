package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jcuda.driver.CUdevice;
import jcuda.driver.JCudaDriver;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.Backend;
import org.cirr.backend.Backends;
import org.cirr.testing.Share;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The stand-in notices what goes wrong with tensor cores and copies in the background. */
class TensorMutantTest {
  /** Of the variants only the first kernel is compiled; it makes up to 32 channels. */
  private static final String LAST_LINE = "CIRR_ENTRY(tensor_conv_bf16_32)\n";

  /** Nine taps, so that the ring ends where it begins; then two chunks of channels. */
  private static final TensorChain CHAIN =
      new TensorChain(new int[] {2, 5, 9}, 1, new int[] {3, 17, 20, 24}, 1);

  private static final TensorChain.Expected EXPECTED = CHAIN.expected(Arithmetic.BF16);

  @BeforeAll
  static void onTheStandIn() {
    StandIn.use();
    assertEquals("cuda", Backends.of("cuda").name()); // the libraries are loaded
  }

  @AfterEach
  void forgetTheFault() {
    JCudaDriver.cuDevicePrimaryCtxReset(new CUdevice());
  }

  static List<Arguments> mutants() {
    return List.of(
        Arguments.of(
            "copies are waited for too late", "copy_wait<STAGES - 2>", "copy_wait<STAGES - 1>"),
        Arguments.of(
            "no barrier behind the wait",
            "copy_wait<STAGES - 2>();\n          __syncthreads();",
            "copy_wait<STAGES - 2>();"),
        Arguments.of(
            "no barrier before the next brick",
            "    __syncthreads();  // the rows are listed",
            "    if (c == 0) __syncthreads();  // the rows are listed"),
        Arguments.of(
            "no barrier before the totals are added",
            "  __syncthreads();\n  if (parts",
            "  if (parts"),
        Arguments.of(
            "no barrier before the totals",
            "  __syncthreads();  // nobody reads the ring",
            "  // nobody"),
        Arguments.of("columns are read in another order", "lane % 8 + lane / 16 * 8", "lane % 16"),
        Arguments.of("a wrong half of the weights", "b[j / 2][j % 2 * 2]", "b[j / 2][j % 2]"),
        Arguments.of("the padding is normalised", "inside[u] ? normal : 0", "normal"));
  }

  private static Backend backend(String from, String to, Path folder) throws Exception {
    String header = Files.readString(StandIn.KERNELS.resolve("tensor.cuh"));
    String text =
        Files.readString(StandIn.KERNELS.resolve("tensor_conv.cu"))
            .replace("#include \"tensor.cuh\"", header.replace("#pragma once", ""));
    String variant =
        StandIn.mutated(text.substring(0, text.indexOf(LAST_LINE) + LAST_LINE.length()), from, to);
    Path library = StandIn.variant("tensor_conv.cu", variant, folder);
    return MutantTest.backend("tensor_conv", library, Arithmetic.BF16);
  }

  private static boolean isRight(Backend backend) {
    try {
      CHAIN.check(backend, Arithmetic.BF16, EXPECTED);
      return true;
    } catch (AssertionError | CudaException e) {
      return false;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutants")
  void aMistakeIsNoticed(String what, String from, String to, @TempDir Path folder)
      throws Exception {
    Share.require(what.hashCode());
    assertFalse(isRight(backend(from, to, folder)), what + " was not noticed");
  }

  @Test
  void theKernelItselfIsRight(@TempDir Path folder) throws Exception {
    assertTrue(isRight(backend("THREADS", "THREADS", folder)));
  }
}
