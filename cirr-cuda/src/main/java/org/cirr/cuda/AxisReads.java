package org.cirr.cuda;

import java.util.ArrayList;
import java.util.List;

/**
 * Which places each index of one output axis reads, and with which weights; one axis of {@code
 * resample.cu}.
 */
final class AxisReads {
  private final List<List<Integer>> places = new ArrayList<>();
  private final List<List<Float>> weights = new ArrayList<>();

  /** An axis whose indices read nothing yet. */
  AxisReads(int extent) {
    for (int k = 0; k < extent; k++) {
      places.add(new ArrayList<>());
      weights.add(new ArrayList<>());
    }
  }

  /** An axis that is only passed on. */
  static AxisReads same(int extent) {
    AxisReads reads = new AxisReads(extent);
    for (int k = 0; k < extent; k++) {
      reads.add(k, k, 1);
    }
    return reads;
  }

  /** An index reads one more. */
  void add(int index, int source, double weight) {
    places.get(index).add(source);
    weights.get(index).add((float) weight);
  }

  /** The way back: what read is read now. */
  AxisReads turned(int sources) {
    AxisReads turned = new AxisReads(sources);
    for (int k = 0; k < extent(); k++) {
      for (int i = 0; i < places.get(k).size(); i++) {
        turned.add(places.get(k).get(i), k, weights.get(k).get(i));
      }
    }
    return turned;
  }

  int extent() {
    return places.size();
  }

  /** The sources of an index. */
  List<Integer> sources(int index) {
    return places.get(index);
  }

  /** The weights of an index's sources. */
  List<Float> weights(int index) {
    return weights.get(index);
  }
}
