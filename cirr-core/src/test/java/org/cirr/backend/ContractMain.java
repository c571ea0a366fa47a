package org.cirr.backend;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The contract of {@link OpContractTest} without JUnit, for child processes that run with other
 * flags: prints one line per backend, then how many cases agree.
 */
public final class ContractMain {
  private ContractMain() {}

  public static void main(String[] arguments) {
    Backends.report().forEach(System.out::println);
    Map<String, Integer> agreeing = new HashMap<>();
    List<OpCases.Case> cases = OpCases.all();
    for (OpCases.Case test : cases) {
      if (test.terms() > 2000) {
        continue; // the slowest one; the other cases cover its code
      }
      float[] expected = OpContractTest.run("scalar", test, 1);
      float[] actual = OpContractTest.run("simd", test, 2);
      OpContractTest.assertClose(expected, actual, OpContractTest.tolerance(test), test);
      agreeing.merge(test.op().name(), 1, Integer::sum);
    }
    System.out.println("ops that agree: " + agreeing.size());
  }
}
