package org.cirr.backend.cpu;

import org.cirr.graph.Node;
import org.cirr.op.Constant;
import org.cirr.op.Parameter;

/**
 * A step's inputs in the order of its op, whether they come with every run or were fixed when the
 * program was compiled.
 */
public final class FixedInputs {
  private final View[] views; // null where the value comes with the run
  private final int[] position; // among the inputs of a run

  /** The operands of a step; {@link #bind} brings parameters and constants. */
  public FixedInputs(Step step) {
    int count = step.node().inputs().size();
    views = new View[count];
    position = new int[count];
    int next = 0;
    for (int i = 0; i < count; i++) {
      Node input = step.node().inputs().get(i);
      if (fixed(input)) {
        views[i] = new View();
      } else {
        position[i] = next++;
      }
    }
  }

  /** Takes the values of parameters and constants. */
  public void bind(Parameters parameters) {
    for (int i = 0; i < views.length; i++) {
      if (views[i] != null) {
        views[i].set(parameters.input(i), 0);
      }
    }
  }

  /** Whether a node's value does not change from run to run: a parameter or a constant. */
  public static boolean fixed(Node node) {
    return node.op() instanceof Parameter || node.op() instanceof Constant;
  }

  /** Whether the value was fixed when the program was compiled. */
  public boolean isFixed(int input) {
    return views[input] != null;
  }

  /** The number of inputs. */
  public int count() {
    return views.length;
  }

  /** Where an input lies in this run. */
  public View get(View[] inputs, int input) {
    return views[input] != null ? views[input] : inputs[position[input]];
  }

  /** The bytes of the fixed operands. */
  public long bytes() {
    long bytes = 0;
    for (View view : views) {
      bytes += view == null ? 0 : 4L * view.array.length;
    }
    return bytes;
  }
}
