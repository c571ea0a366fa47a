package org.cirr.metrics.learn;

import java.util.Arrays;

/**
 * Cases that have been checked.
 *
 * @param rows one per case
 * @param targets the place of each case's class among the classes
 * @param classes ascending
 */
record TrainingSet(double[][] rows, int[] targets, int[] classes) {

  /** Checks cases for a learner that needs at least so many classes. */
  static TrainingSet of(double[][] features, int[] labels, String learner, int leastClasses) {
    Rows.requireLabelled(features, labels);
    int[] classes = Arrays.stream(labels).distinct().sorted().toArray();
    if (classes.length < leastClasses) {
      throw new IllegalArgumentException(
          learner
              + " needs at least "
              + leastClasses
              + " classes, all cases are of class "
              + classes[0]
              + "; add cases of another class");
    }
    int[] targets =
        Arrays.stream(labels).map(label -> Arrays.binarySearch(classes, label)).toArray();
    return new TrainingSet(features, targets, classes);
  }

  int cases() {
    return rows.length;
  }

  int features() {
    return rows[0].length;
  }

  /** The number of cases of each class. */
  int[] counts() {
    int[] counts = new int[classes.length];
    for (int target : targets) {
      counts[target]++;
    }
    return counts;
  }

  /** The places of the cases of a class. */
  int[] casesOf(int target) {
    int[] places = new int[targets.length];
    int count = 0;
    for (int i = 0; i < targets.length; i++) {
      if (targets[i] == target) {
        places[count++] = i;
      }
    }
    return Arrays.copyOf(places, count);
  }
}
