package org.cirr.backend;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cirr.tensor.Shape;

/**
 * The contract of {@link OpContractTest} without JUnit, for child processes that run with other
 * flags: prints one line per backend, then how many cases agree. {@code -Dcirr.cases.per.op=N}
 * takes the first N of each op.
 */
public final class ContractMain {
  private ContractMain() {}

  public static void main(String[] arguments) {
    Backends.report().forEach(System.out::println);
    Map<String, Integer> agreeing = new HashMap<>();
    int most = Integer.getInteger("cirr.cases.per.op", Integer.MAX_VALUE);
    for (OpCases.Case test : OpCases.all()) {
      if (large(test) || agreeing.getOrDefault(test.op().name(), 0) >= most) {
        continue;
      }
      float[] expected = OpContract.run("scalar", test, 1);
      float[] actual = OpContract.run("simd", test, 2);
      OpContract.assertClose(expected, actual, OpContract.tolerance(test), test);
      agreeing.merge(test.op().name(), 1, Integer::sum);
    }
    System.out.println("ops that agree: " + agreeing.size() + " " + agreeing);
  }

  /** A process of its own runs mostly uncompiled code, in which a vector is an object. */
  private static boolean large(OpCases.Case test) {
    List<Shape> shapes = new ArrayList<>(test.inputs());
    shapes.addAll(test.parameters());
    return test.op().flops(shapes) > 1_000_000
        || test.inputs().stream().anyMatch(shape -> shape.elements() > 8000);
  }
}
