package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jcuda.driver.CUdevice;
import jcuda.driver.JCudaDriver;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.Backend;
import org.cirr.backend.Backends;
import org.cirr.backend.OpCases;
import org.cirr.testing.Share;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whether the cases of an op notice what goes wrong in its kernel on tensor cores. A test names the
 * kernel's file and the cases, and has a static method {@code mutants} that lists the mistakes.
 */
abstract class TensorKernelMutants {
  private final String file;
  private final List<OpCases.Case> cases;

  TensorKernelMutants(String file, List<OpCases.Case> cases) {
    this.file = file;
    this.cases = cases;
  }

  @BeforeAll
  static void onTheStandIn() {
    StandIn.use();
    assertEquals("cuda", Backends.of("cuda").name()); // the libraries are loaded
  }

  @AfterEach
  void forgetTheFault() {
    JCudaDriver.cuDevicePrimaryCtxReset(new CUdevice());
  }

  /** A mistake that bf16 shows: what it is, what stands in the source, what takes its place. */
  static Arguments mutant(String what, String from, String to) {
    return Arguments.of(Arithmetic.BF16, what, from, to);
  }

  /** The text that is changed and compiled. */
  String source(Arithmetic arithmetic) throws IOException {
    return Files.readString(StandIn.KERNELS.resolve(file + ".cu"));
  }

  private boolean isRight(String text, Arithmetic arithmetic, Path folder) throws Exception {
    Path library = StandIn.variant(file + ".cu", text, folder);
    Backend backend = MutantTest.backend(file, library, arithmetic);
    for (OpCases.Case test : cases) {
      try {
        TensorCases.check(backend, arithmetic, test);
      } catch (AssertionError | CudaException e) {
        return false;
      }
    }
    return true;
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("mutants")
  void aMistakeIsNoticed(
      Arithmetic arithmetic, String what, String from, String to, @TempDir Path folder)
      throws Exception {
    Share.require(what.hashCode());
    String text = StandIn.mutated(source(arithmetic), from, to);
    assertFalse(isRight(text, arithmetic, folder), what + " was not noticed");
  }

  @ParameterizedTest
  @EnumSource(names = {"TF32", "BF16"})
  void theKernelItselfIsRight(Arithmetic arithmetic, @TempDir Path folder) throws Exception {
    assertTrue(isRight(source(arithmetic), arithmetic, folder));
  }
}
