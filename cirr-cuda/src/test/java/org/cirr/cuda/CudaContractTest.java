package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.BackendReport;
import org.cirr.backend.Backends;
import org.cirr.backend.OpCases;
import org.cirr.backend.OpContract;
import org.cirr.testing.Share;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every op's CUDA kernel computes what the scalar backend computes. */
class CudaContractTest {
  @BeforeAll
  static void onTheStandIn() {
    StandIn.use();
  }

  static Stream<OpCases.Case> cases() {
    return OpCases.all().stream();
  }

  @Test
  void theStandInIsChosen() {
    BackendReport best = Backends.report().get(0);
    assertEquals(
        new BackendReport(
            "cuda",
            true,
            "stand-in, compute capability 9.0, 4.0 GiB, driver for CUDA 13.0",
            List.of(Arithmetic.values()),
            true),
        best);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void cudaAgreesWithScalar(OpCases.Case test) {
    Share.require(test.toString().hashCode());
    float[] expected = OpContract.run("scalar", test, 1);
    float[] actual = OpContract.checked(Backends.of("cuda"), test, 1);
    OpContract.assertClose(expected, actual, OpContract.tolerance(test), test);
  }
}
