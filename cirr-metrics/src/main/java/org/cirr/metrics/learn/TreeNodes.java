package org.cirr.metrics.learn;

import java.util.Arrays;
import java.util.List;

/**
 * The nodes of one tree in arrays; children come after their parent, node 0 is the root.
 *
 * <p>A case goes to the left child when its value, cast to float32, is at most the threshold.
 */
final class TreeNodes {
  static final int LEAF = -1;

  private int count;
  private int[] feature = new int[16];
  private double[] threshold = new double[16];
  private int[] left = new int[16];
  private int[] right = new int[16];
  private double[] impurity = new double[16];
  private double[] weight = new double[16];
  private double[][] value = new double[16][];

  /** Adds a leaf and returns its place. */
  int add(double nodeImpurity, double nodeWeight, double[] nodeValue) {
    if (count == feature.length) {
      int longer = 2 * count;
      feature = Arrays.copyOf(feature, longer);
      threshold = Arrays.copyOf(threshold, longer);
      left = Arrays.copyOf(left, longer);
      right = Arrays.copyOf(right, longer);
      impurity = Arrays.copyOf(impurity, longer);
      weight = Arrays.copyOf(weight, longer);
      value = Arrays.copyOf(value, longer);
    }
    feature[count] = LEAF;
    left[count] = LEAF;
    right[count] = LEAF;
    impurity[count] = nodeImpurity;
    weight[count] = nodeWeight;
    value[count] = nodeValue;
    return count++;
  }

  /** Makes a leaf a node that splits. */
  void split(int node, int splitFeature, double splitThreshold) {
    feature[node] = splitFeature;
    threshold[node] = splitThreshold;
  }

  void setChild(int parent, boolean isLeft, int child) {
    (isLeft ? left : right)[parent] = child;
  }

  void setValue(int node, double[] newValue) {
    value[node] = newValue;
  }

  int count() {
    return count;
  }

  int feature(int node) {
    return feature[node];
  }

  double threshold(int node) {
    return threshold[node];
  }

  int left(int node) {
    return left[node];
  }

  int right(int node) {
    return right[node];
  }

  double impurity(int node) {
    return impurity[node];
  }

  double weight(int node) {
    return weight[node];
  }

  double[] value(int node) {
    return value[node];
  }

  /** The leaf that a case ends in. */
  int leaf(float[] row) {
    int node = 0;
    while (feature[node] != LEAF) {
      node = row[feature[node]] <= threshold[node] ? left[node] : right[node];
    }
    return node;
  }

  int leaves() {
    return (count + 1) / 2; // every node that splits has two children
  }

  int depth() {
    int[] depth = new int[count];
    int deepest = 0;
    for (int node = 0; node < count; node++) {
      if (feature[node] != LEAF) {
        depth[left[node]] = depth[node] + 1;
        depth[right[node]] = depth[node] + 1;
      }
      deepest = Math.max(deepest, depth[node]);
    }
    return deepest;
  }

  /** The decrease of the weighted impurity by the splits on each feature, per case. */
  double[] importances(int features) {
    double[] importances = new double[features];
    for (int node = 0; node < count; node++) {
      if (feature[node] != LEAF) {
        int l = left[node];
        int r = right[node];
        importances[feature[node]] +=
            weight[node] * impurity[node] - weight[l] * impurity[l] - weight[r] * impurity[r];
      }
    }
    for (int j = 0; j < features; j++) {
      importances[j] /= weight[0];
    }
    return importances;
  }

  /** Divides by the sum; all 0 stays so. */
  static double[] normalized(double[] importances) {
    double sum = Arrays.stream(importances).sum();
    return sum > 0 ? Arrays.stream(importances).map(v -> v / sum).toArray() : importances;
  }

  JsonText json() {
    return new JsonText()
        .put("feature", Arrays.copyOf(feature, count))
        .put("threshold", Arrays.copyOf(threshold, count))
        .put("left", Arrays.copyOf(left, count))
        .put("right", Arrays.copyOf(right, count))
        .put("impurity", Arrays.copyOf(impurity, count))
        .put("weight", Arrays.copyOf(weight, count))
        .put("value", Arrays.copyOf(value, count));
  }

  /** Reads nodes; that every child comes after its parent rules out endless walks. */
  static TreeNodes read(JsonField json, int features, int outputs)
      throws MalformedClassifierException {
    TreeNodes nodes = new TreeNodes();
    nodes.feature = json.get("feature").wholes(LEAF, features - 1);
    int count = nodes.feature.length;
    if (count == 0) {
      throw json.get("feature").refused("is empty, expected at least one node");
    }
    nodes.count = count;
    nodes.threshold = json.get("threshold").numbers(count);
    nodes.impurity = json.get("impurity").numbers(count);
    nodes.weight = json.get("weight").numbers(count);
    nodes.value = json.get("value").table(count, outputs);
    nodes.left = nodes.children(json.get("left"));
    nodes.right = nodes.children(json.get("right"));
    return nodes;
  }

  private int[] children(JsonField json) throws MalformedClassifierException {
    List<JsonField> elements = json.elements(count);
    int[] children = new int[count];
    for (int node = 0; node < count; node++) {
      boolean isLeaf = feature[node] == LEAF;
      int least = isLeaf ? LEAF : node + 1; // the last node has no room for children
      int most = isLeaf ? LEAF : count - 1;
      children[node] = elements.get(node).whole(least, most);
    }
    return children;
  }
}
