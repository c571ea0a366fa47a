package org.cirr.metrics.learn;

import java.util.ArrayList;
import java.util.List;

/** The trees that {@link GradientBoosting} has grown. */
public final class GradientBoostingModel implements Classifier {
  private final int[] classes;
  private final int features;
  private final double rate;
  private final double[] start;
  private final List<List<TreeNodes>> stages;

  GradientBoostingModel(
      int[] classes, int features, double rate, double[] start, List<List<TreeNodes>> stages) {
    this.classes = classes;
    this.features = features;
    this.rate = rate;
    this.start = start;
    this.stages = stages;
  }

  static GradientBoostingModel read(JsonField json, int[] classes, int features)
      throws MalformedClassifierException {
    if (classes.length < 2) {
      throw json.get("classes").refused("has one class, expected 2 or more");
    }
    int outputs = classes.length == 2 ? 1 : classes.length;
    double rate = json.get("rate").positive();
    double[] start = json.get("start").numbers(outputs);
    List<List<TreeNodes>> stages = new ArrayList<>();
    for (JsonField stage : json.get("stages").elements()) {
      List<TreeNodes> trees = new ArrayList<>();
      for (JsonField tree : stage.get("trees").elements(outputs)) {
        trees.add(TreeNodes.read(tree, features, 1));
      }
      stages.add(List.copyOf(trees));
    }
    return new GradientBoostingModel(classes, features, rate, start, List.copyOf(stages));
  }

  void write(JsonText json) {
    List<JsonText> written = new ArrayList<>();
    for (List<TreeNodes> trees : stages) {
      written.add(new JsonText().put("trees", trees.stream().map(TreeNodes::json).toList()));
    }
    json.put("rate", rate).put("start", start).put("stages", written);
  }

  @Override
  public int[] classes() {
    return classes.clone();
  }

  @Override
  public int features() {
    return features;
  }

  /** The number of stages. */
  public int stages() {
    return stages.size();
  }

  @Override
  public double[] scores(double[] row) {
    return scores(row, stages.size());
  }

  /** The probabilities after the first stages only. */
  public double[] scores(double[] row, int firstStages) {
    if (firstStages < 0 || firstStages > stages.size()) {
      throw new IllegalArgumentException(
          "there are " + stages.size() + " stages, got " + firstStages);
    }
    float[] floats = Rows.floats(Rows.require(row, features));
    double[] raw = start.clone();
    for (List<TreeNodes> trees : stages.subList(0, firstStages)) {
      for (int k = 0; k < raw.length; k++) {
        TreeNodes tree = trees.get(k);
        raw[k] += rate * tree.value(tree.leaf(floats))[0];
      }
    }
    if (raw.length > 1) {
      return Rows.softmax(raw);
    }
    double second = Rows.logistic(raw[0]);
    return new double[] {1 - second, second};
  }

  /** The share of each feature in the decrease of squared error; all 0 when no tree splits. */
  public double[] importances() {
    double[] sum = new double[features];
    for (List<TreeNodes> trees : stages) {
      for (TreeNodes tree : trees) {
        double[] importances = tree.importances(features);
        for (int j = 0; j < features; j++) {
          sum[j] += importances[j];
        }
      }
    }
    return TreeNodes.normalized(sum);
  }
}
