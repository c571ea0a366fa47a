package org.cirr.cuda;

import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.cpu.FixedInputs;
import org.cirr.backend.cpu.Step;
import org.cirr.graph.Node;

/** Where all lies that the kernels of one step read and write. */
final class StepPlaces {
  private final Step step;
  private final SlabPlan slab;
  private final Held held;
  private final Place shared;

  StepPlaces(Step step, int time, SlabPlan slab, Held held) {
    this.step = step;
    this.slab = slab;
    this.held = held;
    this.shared = slab.shared(time);
  }

  Step step() {
    return step;
  }

  Arithmetic arithmetic() {
    return slab.arithmetic();
  }

  /** The number of the op's inputs. */
  int count() {
    return step.node().inputs().size();
  }

  /** An input of the op, computed or fixed; none where it has not so many. */
  Place input(int index) {
    if (index < 0 || index >= count()) {
      return Place.NONE;
    }
    Node node = step.node().inputs().get(index);
    return FixedInputs.fixed(node) ? held.node(node) : slab.value(node);
  }

  /** A fixed input in another order. */
  Place packed(int index, UnaryOperator<float[]> packing) {
    return held.packed(step.node().inputs().get(index), packing);
  }

  /** A fixed input as so many words of four bytes. */
  Place words(int index, long length, Function<float[], int[]> packing) {
    return held.words(step.node().inputs().get(index), length, packing);
  }

  /** A value of the slab. */
  Place value(Node node) {
    return slab.value(node);
  }

  /** The statistics that this step leaves, or for a norm those that the step before has left. */
  Place statistics() {
    return slab.statistics(step.leavesStatistics() ? step.node() : step.node().inputs().get(0));
  }

  Place output() {
    return slab.value(step.result());
  }

  /** The memory that {@link CudaAbilities#sharedLength} asked for. */
  Place shared() {
    return shared;
  }

  /** A table. */
  Place table(int... values) {
    return held.table(values);
  }

  /** A table. */
  Place table(float... values) {
    return held.table(values);
  }

  /** The values of the output. */
  long values() {
    return step.result().shape().elements();
  }
}
