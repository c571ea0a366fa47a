package org.cirr.nn.train;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cirr.nn.optimize.Adam;
import org.cirr.nn.optimize.Optimizer;
import org.cirr.nn.optimize.Sgd;

/** Optimizers as checkpoints hold them: cirr's own settings, and PyTorch's parameter groups. */
final class SavedOptimizer {
  private static final String SGD = "sgd";
  private static final String ADAM = "adam";
  private static final String ADAMW = "adamw";

  private SavedOptimizer() {}

  /** The optimizer's name and its settings. */
  static Map<String, Object> toMap(Optimizer optimizer) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (optimizer instanceof Adam adam) {
      map.put("optimizer", adam.decoupled() ? ADAMW : ADAM);
      map.put("beta1", adam.beta1());
      map.put("beta2", adam.beta2());
      map.put("epsilon", adam.epsilon());
      map.put("weight_decay", adam.weightDecay());
      map.put("amsgrad", adam.amsgrad());
    } else if (optimizer instanceof Sgd sgd) {
      map.put("optimizer", SGD);
      map.put("momentum", sgd.momentum());
      map.put("dampening", sgd.dampening());
      map.put("nesterov", sgd.nesterov());
      map.put("weight_decay", sgd.weightDecay());
    }
    return map;
  }

  /** The way back from {@link #toMap}. */
  static Optimizer of(SavedValues saved) throws IOException {
    String name = saved.text("optimizer");
    if (name.equals(SGD)) {
      return new Sgd(
          saved.number("momentum"),
          saved.number("dampening"),
          saved.flag("nesterov"),
          saved.number("weight_decay"));
    }
    if (name.equals(ADAM) || name.equals(ADAMW)) {
      return new Adam(
          saved.number("beta1"),
          saved.number("beta2"),
          saved.number("epsilon"),
          saved.number("weight_decay"),
          name.equals(ADAMW),
          saved.flag("amsgrad"));
    }
    throw saved.wrong("optimizer", SGD + ", " + ADAM + " or " + ADAMW);
  }

  /**
   * What {@code torch.optim}'s optimizers have in {@code param_groups}.
   *
   * @param rate the learning rate of the next step
   * @param numbers of the weights, in PyTorch's order
   */
  static Map<String, Object> torchGroup(Optimizer optimizer, double rate, List<Object> numbers) {
    Map<String, Object> group = new LinkedHashMap<>();
    group.put("lr", rate);
    if (optimizer instanceof Adam adam) {
      group.put("betas", new Object[] {adam.beta1(), adam.beta2()});
      group.put("eps", adam.epsilon());
      group.put("weight_decay", adam.weightDecay());
      group.put("amsgrad", adam.amsgrad());
      group.put("capturable", false);
      group.put("decoupled_weight_decay", adam.decoupled());
    } else if (optimizer instanceof Sgd sgd) {
      group.put("momentum", sgd.momentum());
      group.put("dampening", sgd.dampening());
      group.put("weight_decay", sgd.weightDecay());
      group.put("nesterov", sgd.nesterov());
    }
    group.put("maximize", false);
    group.put("foreach", null);
    group.put("differentiable", false);
    group.put("fused", null);
    group.put("params", numbers);
    return group;
  }
}
