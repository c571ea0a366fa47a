package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import jcuda.driver.CUdevice;
import jcuda.driver.JCudaDriver;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.Backend;
import org.cirr.backend.Backends;
import org.cirr.backend.OpCases;
import org.cirr.backend.OpContract;
import org.cirr.op.Attention;
import org.cirr.op.Conv;
import org.cirr.op.ConvWeightGradient;
import org.cirr.op.InstanceNorm;
import org.cirr.op.MatMul;
import org.cirr.op.Op;
import org.cirr.op.Reduce;
import org.cirr.op.Softmax;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract on the stand-in notices kernels that are wrong as CUDA kernels are wrong. */
class MutantTest {
  /** Enough for every mistake below; the contract has more. */
  private static final int MOST_CASES = 12;

  private static final String BARRIER = "__syncthreads();\n";

  @BeforeAll
  static void onTheStandIn() {
    StandIn.use();
    assertEquals("cuda", Backends.of("cuda").name()); // the libraries are loaded
  }

  @AfterEach
  void forgetTheFault() {
    JCudaDriver.cuDevicePrimaryCtxReset(new CUdevice());
  }

  private static Arguments mutant(
      String file, Class<? extends Op> op, String what, String from, String to) {
    return Arguments.of(file, op, what, from, to);
  }

  static List<Arguments> mutants() {
    String loaded = "    " + BARRIER + "    for (int k = 0; k < DEPTH";
    String stored = "    " + BARRIER + "  }\n  for (int i = 0; i < 4";
    return List.of(
        mutant(
            "conv",
            Conv.class,
            "no barrier behind the tile's loads",
            loaded,
            loaded.substring(4 + BARRIER.length())),
        mutant(
            "product",
            MatMul.class,
            "no barrier before the next tile",
            stored,
            stored.substring(4 + BARRIER.length())),
        mutant("conv", ConvWeightGradient.class, "a tap too far", "n / width", "n / width + 1"),
        mutant(
            "norm",
            InstanceNorm.class,
            "no barrier in the sums",
            "  " + BARRIER + "  if (row == 0",
            "  if (row == 0"),
        mutant(
            "norm",
            InstanceNorm.class,
            "a barrier that some threads leave out",
            "  " + BARRIER + "  if (row == 0",
            "  if (row != 3) " + BARRIER + "  if (row == 0"),
        mutant(
            "reduce",
            Reduce.class,
            "a value left out",
            "half = blockDim.x / 2",
            "half = blockDim.x / 4"),
        mutant(
            "attention",
            Attention.class,
            "the old sums are not scaled",
            "mean[c] * shrink",
            "mean[c]"),
        mutant(
            "rows",
            Softmax.class,
            "a write behind the row",
            "out[row * width + c] =\n        logarithmic",
            "out[row * width + c + 1] =\n        logarithmic"));
  }

  /** The kernel file with its headers written out, so that they can be changed too. */
  static String source(String file) throws Exception {
    String text = Files.readString(StandIn.KERNELS.resolve(file + ".cu"));
    String tile = Files.readString(StandIn.KERNELS.resolve("tile.cuh")).replace("#pragma once", "");
    return text.replace("#include \"tile.cuh\"", tile);
  }

  /** A backend whose kernels of one file come from a library. */
  static Backend backend(String file, Path library, Arithmetic arithmetic) {
    Driver real = new JCudaBinding();
    WatchedDriver driver =
        new WatchedDriver(real) {
          @Override
          Object[] arguments(String call, Object[] arguments) {
            if (!call.equals("load")) {
              return arguments;
            }
            String text = new String((byte[]) arguments[0], StandardCharsets.US_ASCII);
            boolean own = Arrays.equals((byte[]) arguments[0], Ptx.of(file).image());
            String image = own ? "// kernels: " + library + "\n" + text : text;
            return new Object[] {image.getBytes(StandardCharsets.US_ASCII)};
          }
        };
    return new CudaBackend(new Device(driver.driver(), 0), arithmetic);
  }

  /** Whether every case is as scalar computes it. */
  private static boolean keepsTheContract(Backend backend, Class<? extends Op> op) {
    List<OpCases.Case> cases =
        OpCases.all().stream()
            .filter(test -> test.op().getClass() == op)
            .filter(test -> test.inputs().stream().allMatch(shape -> shape.elements() < 20000))
            .toList();
    int step = Math.max(1, cases.size() / MOST_CASES);
    for (int i = 0; i < cases.size(); i += step) {
      OpCases.Case test = cases.get(i);
      try {
        float[] expected = OpContract.run("scalar", test, 1);
        float[] actual = OpContract.checked(backend, test, 1, 1);
        OpContract.assertClose(expected, actual, OpContract.tolerance(test), test);
      } catch (AssertionError | CudaException e) {
        return false;
      }
    }
    return true;
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("mutants")
  void theContractNoticesIt(
      String file,
      Class<? extends Op> op,
      String what,
      String from,
      String to,
      @TempDir Path folder)
      throws Exception {
    String text = source(file);
    Path library = StandIn.variant(file + ".cu", StandIn.mutated(text, from, to), folder);
    assertFalse(
        keepsTheContract(backend(file, library, Arithmetic.FLOAT32), op),
        what + " was not noticed");
  }

  @ParameterizedTest
  @MethodSource("unchanged")
  void anUnchangedKernelKeepsTheContract(String file, Class<? extends Op> op, @TempDir Path folder)
      throws Exception {
    Path library = StandIn.variant(file + ".cu", source(file), folder);
    assertTrue(keepsTheContract(backend(file, library, Arithmetic.FLOAT32), op));
  }

  static List<Arguments> unchanged() {
    return List.of(Arguments.of("norm", InstanceNorm.class));
  }
}
