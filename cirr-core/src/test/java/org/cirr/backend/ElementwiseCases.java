package org.cirr.backend;

import java.util.List;
import org.cirr.op.Add;
import org.cirr.op.Clamp;
import org.cirr.op.Cos;
import org.cirr.op.Divide;
import org.cirr.op.Elu;
import org.cirr.op.Exp;
import org.cirr.op.Gelu;
import org.cirr.op.HardSigmoid;
import org.cirr.op.HardSwish;
import org.cirr.op.LeakyRelu;
import org.cirr.op.Log;
import org.cirr.op.Multiply;
import org.cirr.op.Op;
import org.cirr.op.PRelu;
import org.cirr.op.Relu;
import org.cirr.op.Sigmoid;
import org.cirr.op.Silu;
import org.cirr.op.Sin;
import org.cirr.op.Softplus;
import org.cirr.op.Sqrt;
import org.cirr.op.Subtract;
import org.cirr.op.Tanh;
import org.cirr.tensor.Shape;

/** Functions of one number and of two. */
final class ElementwiseCases {
  private ElementwiseCases() {}

  static void add(List<OpCases.Case> cases) {
    for (Op op : functions()) {
      for (Shape shape : List.of(Shape.of(1), Shape.of(3, 5, 9, 7), Shape.of(1, 300, 31))) {
        cases.add(new OpCases.Case(op, List.of(shape), List.of(), null, 1));
      }
    }
    for (Op op : List.of(new Add(), new Divide(), new Multiply(), new Subtract())) {
      pairs(cases, op);
    }
    for (int channels : new int[] {1, 7, 32}) {
      Shape input = Shape.of(2, 5, 9, channels);
      for (Shape slope : List.of(Shape.of(1), Shape.of(channels))) {
        cases.add(new OpCases.Case(new PRelu(), List.of(input), List.of(slope), null, 1));
        cases.add(new OpCases.Case(new PRelu(), List.of(input, slope), List.of(), null, 1));
      }
    }
  }

  /** All functions of one number that are no rectifiers; NaN below 0 is tested elsewhere. */
  static List<Op> functions() {
    return List.of(
        new Clamp(-0.5, 0.75),
        new Cos(),
        new Elu(1),
        new Elu(0.5),
        new Exp(),
        new Gelu(Gelu.Form.EXACT),
        new Gelu(Gelu.Form.TANH),
        new HardSigmoid(),
        new HardSwish(),
        new Sigmoid(),
        new Silu(),
        new Sin(),
        new Softplus(),
        new Tanh());
  }

  private static void pairs(List<OpCases.Case> cases, Op op) {
    int[][][] shapes = {
      {{}, {}},
      {{5}, {1}},
      {{2, 3, 5, 33}, {2, 3, 5, 33}},
      {{2, 3, 5, 33}, {33}},
      {{2, 3, 5, 33}, {2, 3, 5, 1}},
      {{2, 3, 5, 16}, {2, 1, 1, 16}},
      {{2, 3, 5, 16}, {}},
      {{3, 1, 7}, {5, 1}},
      {{1, 3, 1, 2}, {4, 1, 5, 1}},
      {{40000}, {1}},
      {{2, 33000}, {2, 1}},
    };
    for (int[][] pair : shapes) {
      Shape a = Shape.of(pair[0]);
      Shape b = Shape.of(pair[1]);
      cases.add(new OpCases.Case(op, List.of(a, b), List.of(), null, 1));
      cases.add(new OpCases.Case(op, List.of(b, a), List.of(), new LeakyRelu(0.01), 1));
      cases.add(new OpCases.Case(op, List.of(a), List.of(b), new Relu(), 1));
    }
  }

  /** Functions with a limited domain, which random inputs leave. */
  static List<Op> limited() {
    return List.of(new Log(), new Sqrt());
  }
}
