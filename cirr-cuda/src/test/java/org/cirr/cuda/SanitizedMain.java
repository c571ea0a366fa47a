package org.cirr.cuda;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.Backend;
import org.cirr.backend.Backends;
import org.cirr.backend.OpCases;
import org.cirr.op.Conv;
import org.cirr.op.LayerNorm;
import org.cirr.tensor.Shape;

/** What {@link SanitizerTest} runs on the sanitized stand-in. */
final class SanitizedMain {
  private SanitizedMain() {}

  /**
   * Nothing: one case of each op, in each arithmetic, more of attention on tensor cores, and
   * sliding windows. {@code FILE LIBRARY}: some on a mutant.
   */
  public static void main(String[] arguments) {
    for (Arithmetic arithmetic : Arithmetic.values()) {
      boolean exact = arithmetic == Arithmetic.FLOAT32;
      Backend backend = Backends.of(CudaProvider.NAME, arithmetic);
      List<OpCases.Case> cases = GpuCheck.smallest(exact ? OpCases.all() : TensorCases.all());
      if (arguments.length > 0) {
        backend = MutantTest.backend(arguments[0], Path.of(arguments[1]), Arithmetic.FLOAT32);
        cases = aligned();
      }
      for (OpCases.Case test : cases) {
        GpuCheck.check(backend, arithmetic, test);
      }
      if (arguments.length == 0 && !exact) {
        for (OpCases.Case test : TensorAttentionCases.awkward()) {
          GpuCheck.check(backend, arithmetic, test);
        }
      }
      System.out.println(arithmetic + ": " + cases.size());
    }
    if (arguments.length == 0) {
      for (TileCase test : TileCase.all()) {
        if (!test.holds(Backends.of(CudaProvider.NAME))) {
          throw new AssertionError(test);
        }
      }
      System.out.println("sliding windows: " + TileCase.all().size());
    }
  }

  /** Whose parameters end where the memory ends, so that there is nothing behind them. */
  private static List<OpCases.Case> aligned() {
    List<OpCases.Case> cases = new ArrayList<>();
    Shape width = Shape.of(64);
    cases.add(
        new OpCases.Case(
            new LayerNorm(1e-5), List.of(Shape.of(1, 3, 64)), List.of(width, width), null, 64));
    List<Integer> one = List.of(1, 1, 1);
    cases.add(
        new OpCases.Case(
            new Conv(one, one, one, 1),
            List.of(Shape.of(1, 3, 5, 7, 8)),
            List.of(Shape.of(16, 8, 3, 3, 3)),
            null,
            27 * 8));
    return cases;
  }
}
