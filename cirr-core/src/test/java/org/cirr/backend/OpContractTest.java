package org.cirr.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.cirr.op.Op;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every backend computes every op as the scalar backend does, with any number of threads. */
class OpContractTest {
  static Stream<OpCases.Case> cases() {
    return OpCases.all().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void simdAgreesWithScalar(OpCases.Case test) {
    assumeTrue(
        Backends.report().stream().anyMatch(r -> r.name().equals("simd") && r.available()),
        "skipped: needs --add-modules jdk.incubator.vector");
    float[] expected = OpContract.run("scalar", test, 1);
    float[] actual = OpContract.run("simd", test, 1);
    OpContract.assertClose(expected, actual, OpContract.tolerance(test), test);
  }

  /**
   * Also: no input is modified, and a used workspace and a dirty output give the same values, so
   * nothing is left over from a run.
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void theNumberOfThreadsChangesNothing(OpCases.Case test) {
    for (BackendReport backend : Backends.report()) {
      if (backend.available()) {
        OpContract.checked(Backends.of(backend.name()), test, 1, 2, 3, 7);
      }
    }
  }

  @org.junit.jupiter.api.Test
  void everyOpOfTheSealedSetIsTested() {
    Set<String> missing = new TreeSet<>();
    for (Class<?> op : Op.class.getPermittedSubclasses()) {
      missing.add(op.getSimpleName());
    }
    missing.removeAll(Set.of("Constant", "Input", "Parameter"));
    ElementwiseCases.limited().forEach(op -> missing.remove(op.name())); // ElementwiseTest
    OpCases.all().forEach(test -> missing.remove(test.op().name()));
    assertEquals(Set.of(), missing, "ops without a case in OpCases");
  }
}
