package org.cirr.metrics.learn;

import java.util.ArrayDeque;
import java.util.Locale;

/** The tree that {@link DecisionTree} has grown. */
public final class DecisionTreeModel implements Classifier {
  private final int[] classes;
  private final int features;
  private final TreeNodes nodes;

  DecisionTreeModel(int[] classes, int features, TreeNodes nodes) {
    this.classes = classes;
    this.features = features;
    this.nodes = nodes;
  }

  static DecisionTreeModel read(JsonField json, int[] classes, int features)
      throws MalformedClassifierException {
    TreeNodes nodes = TreeNodes.read(json.get("tree"), features, classes.length);
    return new DecisionTreeModel(classes, features, nodes);
  }

  void write(JsonText json) {
    json.put("tree", nodes.json());
  }

  @Override
  public int[] classes() {
    return classes.clone();
  }

  @Override
  public int features() {
    return features;
  }

  /** The shares of the classes in the leaf that the row ends in. */
  @Override
  public double[] scores(double[] row) {
    return nodes.value(nodes.leaf(Rows.floats(Rows.require(row, features)))).clone();
  }

  /** The number of nodes, leaves included. */
  public int nodes() {
    return nodes.count();
  }

  /** The number of leaves. */
  public int leaves() {
    return nodes.leaves();
  }

  /** The number of splits on the longest way down. */
  public int depth() {
    return nodes.depth();
  }

  /** The share of each feature in the decrease of impurity; all 0 for a single leaf. */
  public double[] importances() {
    return TreeNodes.normalized(nodes.importances(features));
  }

  TreeNodes tree() {
    return nodes;
  }

  /** The tree as scikit-learn's {@code export_text} prints it, with five decimals. */
  public String text() {
    StringBuilder text = new StringBuilder();
    ArrayDeque<int[]> open = new ArrayDeque<>(); // node, depth, side
    open.push(new int[] {0, 0, 0});
    while (!open.isEmpty()) {
      int[] task = open.pop();
      int node = task[0];
      String indent = "|   ".repeat(task[1]) + "|--- ";
      if (nodes.feature(node) == TreeNodes.LEAF) {
        text.append(indent).append("class: ").append(classes[Rows.largest(nodes.value(node))]);
        text.append('\n');
        continue;
      }
      boolean second = task[2] == 1;
      text.append(indent).append("feature_").append(nodes.feature(node));
      text.append(second ? " >  " : " <= ");
      text.append(String.format(Locale.ROOT, "%.5f", nodes.threshold(node))).append('\n');
      if (!second) {
        open.push(new int[] {node, task[1], 1});
      }
      open.push(new int[] {second ? nodes.right(node) : nodes.left(node), task[1] + 1, 0});
    }
    return text.toString();
  }
}
