package org.cirr.nn.plan;

import java.util.ArrayList;
import java.util.List;
import org.cirr.io.nnunet.Splits;
import org.cirr.nn.random.NumpyRandom;

/**
 * The folds that nnU-Net makes.
 *
 * <p><b>Source</b>: nnU-Net {@code generate_crossval_split}: scikit-learn's {@code KFold(5,
 * shuffle=True, random_state=12345)} over the sorted case names.
 */
public final class CrossValidation {
  /** The number of folds. */
  public static final int FOLDS = 5;

  private static final int SEED = 12345;

  private CrossValidation() {}

  /**
   * Five folds; each case is validated in exactly one.
   *
   * <p><b>Edge cases</b>: fewer than five cases give as many folds as cases, where nnU-Net fails.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for fewer than two cases.
   */
  public static Splits of(List<String> cases) {
    if (cases.size() < 2) {
      throw new IllegalArgumentException(
          "cross-validation needs at least 2 cases, got "
              + cases.size()
              + ": add cases, or train on everything with fold 'all'");
    }
    List<String> sorted = cases.stream().sorted().toList();
    int count = sorted.size();
    int folds = Math.min(FOLDS, count);
    int[] order = new NumpyRandom(SEED).permutation(count);
    List<Splits.Fold> made = new ArrayList<>();
    int first = 0;
    for (int fold = 0; fold < folds; fold++) {
      int end = first + count / folds + (fold < count % folds ? 1 : 0);
      boolean[] validated = new boolean[count];
      for (int i = first; i < end; i++) {
        validated[order[i]] = true;
      }
      List<String> train = new ArrayList<>();
      List<String> val = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        (validated[i] ? val : train).add(sorted.get(i));
      }
      made.add(new Splits.Fold(train, val));
      first = end;
    }
    return new Splits(made);
  }
}
