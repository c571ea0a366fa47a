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
import org.cirr.backend.OpCases;
import org.cirr.testing.Share;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases of weight gradients on tensor cores notice what goes wrong in their kernel. */
class TensorGradientMutantTest {
  private static final String FILE = TensorGradient.FILE;

  @BeforeAll
  static void onTheStandIn() {
    StandIn.use();
    assertEquals("cuda", Backends.of("cuda").name()); // the libraries are loaded
  }

  @AfterEach
  void forgetTheFault() {
    JCudaDriver.cuDevicePrimaryCtxReset(new CUdevice());
  }

  private static Arguments mutant(String what, String from, String to) {
    return Arguments.of(Arithmetic.BF16, what, from, to);
  }

  static List<Arguments> mutants() {
    return List.of(
        mutant(
            "no barrier before the next brick",
            "    __syncthreads();  // the lines are listed",
            "    if (brick == (int)blockIdx.x * each) __syncthreads();  // the lines are listed"),
        mutant(
            "no barrier behind the loads",
            "    __syncthreads();\n    multiply_voxels",
            "    multiply_voxels"),
        mutant("voxels in another order", "lane % 8 + lane / 16 * 8", "lane % 16"),
        mutant("wrong output channels", "2 * i + lane / 8 % 2", "2 * i + lane / 16"),
        mutant("wrong voxels of the input", "places[lane % 16]", "places[lane % 8]"),
        mutant("a wrong half of a fragment", "a[i], b[2], b[3]", "a[i], b[3], b[2]"),
        mutant("a tap as far as its number", "away + tap * apart", "away + tap"),
        mutant("taps begin at the first", "tap[axis] * g.dilation[axis]", "tap[axis]"),
        mutant("a part for several warps", "* g.splits + split;", "* g.splits;"),
        mutant("a brick left out", "brick < end;", "brick < end - 1;"),
        mutant("the first group's input", "in + group * g.cin", "in"),
        mutant("the first group's gradient", "gradient + group * g.cout", "gradient"),
        mutant("a group for all", "(part * g.groups + group)", "(part * g.groups)"),
        mutant("a line too far", "if (x >= box[2])", "if (x > box[2])"),
        Arguments.of(
            Arithmetic.TF32,
            "voxels of tf32 in another order",
            "row + lane % 4 + w / 2 * 4",
            "row + lane % 4 + w % 2 * 4"),
        Arguments.of(
            Arithmetic.TF32, "a wrong voxel of tf32", "places[lane % 4 + 4]", "places[lane % 4]"));
  }

  private static Backend backend(Arithmetic arithmetic, String from, String to, Path folder)
      throws Exception {
    String text = Files.readString(StandIn.KERNELS.resolve(FILE + ".cu"));
    Path library = StandIn.variant(FILE + ".cu", StandIn.mutated(text, from, to), folder);
    return MutantTest.backend(FILE, library, arithmetic);
  }

  private static boolean isRight(Backend backend, Arithmetic arithmetic) {
    for (OpCases.Case test : TensorCases.gradients()) {
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
    assertFalse(
        isRight(backend(arithmetic, from, to, folder), arithmetic), what + " was not noticed");
  }

  @ParameterizedTest
  @EnumSource(names = {"TF32", "BF16"})
  void theKernelItselfIsRight(Arithmetic arithmetic, @TempDir Path folder) throws Exception {
    assertTrue(isRight(backend(arithmetic, "TAPS", "TAPS", folder), arithmetic));
  }
}
