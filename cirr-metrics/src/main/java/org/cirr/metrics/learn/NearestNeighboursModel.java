package org.cirr.metrics.learn;

/** The cases that {@link NearestNeighbours} looks its neighbours up in. */
public final class NearestNeighboursModel implements Classifier {
  private final NearestNeighbours settings;
  private final int[] classes;
  private final double[][] rows;
  private final int[] targets;

  NearestNeighboursModel(
      NearestNeighbours settings, int[] classes, double[][] rows, int[] targets) {
    this.settings = settings;
    this.classes = classes;
    this.rows = rows;
    this.targets = targets;
  }

  static NearestNeighboursModel read(JsonField json, int[] classes, int features)
      throws MalformedClassifierException {
    JsonField targets = json.get("targets");
    int[] places = targets.wholes(0, classes.length - 1);
    double[][] rows = json.get("rows").table(places.length, features);
    int neighbours = json.get("neighbours").whole(1, Math.max(1, places.length));
    if (places.length == 0) {
      throw targets.refused("is empty, expected at least one case");
    }
    NearestNeighbours.Weights weights =
        json.get("weights").oneOf(NearestNeighbours.Weights.values());
    NearestNeighbours settings = new NearestNeighbours(neighbours, weights);
    return new NearestNeighboursModel(settings, classes, rows, places);
  }

  void write(JsonText json) {
    json.put("neighbours", settings.neighbours())
        .put("weights", settings.weights())
        .put("targets", targets)
        .put("rows", rows);
  }

  @Override
  public int[] classes() {
    return classes.clone();
  }

  @Override
  public int features() {
    return rows[0].length;
  }

  @Override
  public double[] scores(double[] row) {
    Rows.require(row, features());
    int k = settings.neighbours();
    double[] distances = new double[k]; // the nearest so far, ascending
    int[] nearest = new int[k];
    int found = 0;
    for (int i = 0; i < rows.length; i++) {
      double distance = Rows.squaredDistance(row, rows[i]);
      if (found == k && !(distance < distances[k - 1])) {
        continue;
      }
      int at = found < k ? found++ : k - 1;
      while (at > 0 && distances[at - 1] > distance) {
        distances[at] = distances[at - 1];
        nearest[at] = nearest[at - 1];
        at--;
      }
      distances[at] = distance;
      nearest[at] = i;
    }
    return votes(distances, nearest);
  }

  private double[] votes(double[] distances, int[] nearest) {
    boolean weighted = settings.weights() == NearestNeighbours.Weights.DISTANCE;
    boolean exact = weighted && distances[0] == 0;
    double[] votes = new double[classes.length];
    double sum = 0;
    for (int i = 0; i < nearest.length; i++) {
      double weight = 1;
      if (exact) {
        weight = distances[i] == 0 ? 1 : 0;
      } else if (weighted && distances[0] < Double.POSITIVE_INFINITY) {
        weight = Math.sqrt(distances[0] / distances[i]); // relative, so that it cannot overflow
      }
      votes[targets[nearest[i]]] += weight;
      sum += weight;
    }
    for (int c = 0; c < votes.length; c++) {
      votes[c] /= sum;
    }
    return votes;
  }
}
