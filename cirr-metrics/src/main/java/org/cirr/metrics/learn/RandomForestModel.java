package org.cirr.metrics.learn;

import java.util.ArrayList;
import java.util.List;

/** The trees that {@link RandomForest} has grown. */
public final class RandomForestModel implements Classifier {
  private final int[] classes;
  private final int features;
  private final List<TreeNodes> trees;

  RandomForestModel(int[] classes, int features, List<TreeNodes> trees) {
    this.classes = classes;
    this.features = features;
    this.trees = trees;
  }

  static RandomForestModel read(JsonField json, int[] classes, int features)
      throws MalformedClassifierException {
    List<TreeNodes> trees = new ArrayList<>();
    for (JsonField tree : json.get("trees").elements()) {
      trees.add(TreeNodes.read(tree, features, classes.length));
    }
    if (trees.isEmpty()) {
      throw json.get("trees").refused("is empty, expected at least one tree");
    }
    return new RandomForestModel(classes, features, List.copyOf(trees));
  }

  void write(JsonText json) {
    json.put("trees", trees.stream().map(TreeNodes::json).toList());
  }

  @Override
  public int[] classes() {
    return classes.clone();
  }

  @Override
  public int features() {
    return features;
  }

  /** The number of trees. */
  public int trees() {
    return trees.size();
  }

  /** The mean over the trees of the shares of the classes in the leaf that the row ends in. */
  @Override
  public double[] scores(double[] row) {
    float[] floats = Rows.floats(Rows.require(row, features));
    double[] scores = new double[classes.length];
    for (TreeNodes tree : trees) {
      add(tree, floats, scores);
    }
    for (int c = 0; c < scores.length; c++) {
      scores[c] /= trees.size();
    }
    return scores;
  }

  /** Adds the shares of one tree. */
  void add(int tree, double[] row, double[] scores) {
    add(trees.get(tree), Rows.floats(Rows.require(row, features)), scores);
  }

  private static void add(TreeNodes tree, float[] row, double[] scores) {
    double[] leaf = tree.value(tree.leaf(row));
    for (int c = 0; c < scores.length; c++) {
      scores[c] += leaf[c];
    }
  }

  /** The mean importances of the trees that split at all; all 0 when none does. */
  public double[] importances() {
    double[] sum = new double[features];
    for (TreeNodes tree : trees) {
      double[] importances = TreeNodes.normalized(tree.importances(features));
      for (int j = 0; j < features; j++) {
        sum[j] += importances[j];
      }
    }
    return TreeNodes.normalized(sum);
  }
}
