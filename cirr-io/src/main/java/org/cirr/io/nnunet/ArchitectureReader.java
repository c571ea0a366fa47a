package org.cirr.io.nnunet;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.cirr.io.file.MalformedFileException;

/**
 * Resolves both styles of a plan's network section.
 *
 * <p>What only training uses (dropout, stochastic depth, deep supervision) is accepted and has no
 * effect; what changes the network and is not supported is refused by name.
 */
final class ArchitectureReader {
  private static final int MAX_STAGES = 16;
  private static final int MAX_FEATURES = 1 << 16;
  private static final int MAX_BLOCKS = 256;
  private static final int MAX_KERNEL = 63;
  private static final String SUPPORTED =
      "use a plan with PlainConvUNet or ResidualEncoderUNet (BasicBlockD, instance norm, leaky"
          + " ReLU)";

  private final int dimension;
  private int stages;

  private ArchitectureReader(int dimension) {
    this.dimension = dimension;
  }

  /** The architecture of a configuration whose patch has {@code dimension} axes. */
  static Architecture read(JsonNode configuration, int dimension) throws MalformedFileException {
    ArchitectureReader reader = new ArchitectureReader(dimension);
    JsonNode section = configuration.find("architecture");
    if (section != null) {
      return reader.newStyle(section.get("network_class_name"), section.get("arch_kwargs"));
    }
    JsonNode name = configuration.find("network_arch_class_name");
    if (name != null) {
      return reader.newStyle(name, configuration.get("network_arch_init_kwargs"));
    }
    return reader.oldStyle(configuration);
  }

  private Architecture newStyle(JsonNode className, JsonNode kwargs) throws MalformedFileException {
    Architecture.Kind kind = kind(className);
    boolean residual = kind == Architecture.Kind.RESIDUAL_ENCODER;
    stages = kwargs.get("n_stages").whole(2, MAX_STAGES);
    checkOperators(kwargs);
    checkExtras(kwargs);
    List<Integer> features = perStage(kwargs.get("features_per_stage"), stages, MAX_FEATURES);
    JsonNode normKwargs = kwargs.find("norm_op_kwargs");
    JsonNode eps = normKwargs == null ? null : normKwargs.find("eps");
    JsonNode stem = residual ? kwargs.find("stem_channels") : null;
    return new Architecture(
        kind,
        dimension,
        features,
        perAxis(kwargs.get("kernel_sizes"), true),
        perAxis(kwargs.get("strides"), false),
        perStage(
            kwargs.get(residual ? "n_blocks_per_stage" : "n_conv_per_stage"), stages, MAX_BLOCKS),
        perStage(kwargs.get("n_conv_per_stage_decoder"), stages - 1, MAX_BLOCKS),
        kwargs.flag("conv_bias", false),
        eps == null ? 1e-5 : nonNegative(eps),
        // PyTorch's own default is false; nnU-Net's plans always say.
        normKwargs != null && normKwargs.flag("affine", false),
        slope(kwargs),
        stem == null ? features.get(0) : stem.whole(1, MAX_FEATURES));
  }

  private Architecture oldStyle(JsonNode configuration) throws MalformedFileException {
    Architecture.Kind kind = kind(configuration.get("UNet_class_name"));
    JsonNode encoder = configuration.get("n_conv_per_stage_encoder");
    stages = encoder.elements().size();
    if (stages < 2 || stages > MAX_STAGES) {
      throw encoder.refused(
          "has " + stages + " stages, expected 2 to " + MAX_STAGES, "check how the file was made");
    }
    int base = configuration.get("UNet_base_num_features").whole(1, MAX_FEATURES);
    int most = configuration.get("unet_max_num_features").whole(1, MAX_FEATURES);
    List<Integer> features = new ArrayList<>();
    for (int stage = 0; stage < stages; stage++) {
      features.add((int) Math.min((long) base << stage, most));
    }
    return new Architecture(
        kind,
        dimension,
        features,
        perAxis(configuration.get("conv_kernel_sizes"), true),
        perAxis(configuration.get("pool_op_kernel_sizes"), false),
        perStage(encoder, stages, MAX_BLOCKS),
        perStage(configuration.get("n_conv_per_stage_decoder"), stages - 1, MAX_BLOCKS),
        true,
        1e-5,
        true,
        0.01,
        features.get(0));
  }

  /** The class by its last component; old plans name modules that no longer exist. */
  private static Architecture.Kind kind(JsonNode className) throws MalformedFileException {
    return switch (lastComponent(className)) {
      case "PlainConvUNet" -> Architecture.Kind.PLAIN;
      case "ResidualEncoderUNet" -> Architecture.Kind.RESIDUAL_ENCODER;
      default ->
          throw className.refused("is " + className + ", a network that is not known", SUPPORTED);
    };
  }

  private static String lastComponent(JsonNode name) throws MalformedFileException {
    String text = name.text();
    return text.substring(text.lastIndexOf('.') + 1);
  }

  private void checkOperators(JsonNode kwargs) throws MalformedFileException {
    requireOperator(kwargs.find("conv_op"), "Conv" + dimension + "d");
    requireOperator(kwargs.find("norm_op"), "InstanceNorm" + dimension + "d");
    requireOperator(kwargs.find("block"), "BasicBlockD");
    JsonNode nonlin = kwargs.find("nonlin");
    if (nonlin != null && !lastComponent(nonlin).equals("ReLU")) {
      requireOperator(nonlin, "LeakyReLU");
    }
    if (kwargs.find("norm_op") == null || nonlin == null) {
      throw kwargs.refused("has no " + (nonlin == null ? "nonlin" : "norm_op"), SUPPORTED);
    }
  }

  private static void requireOperator(JsonNode node, String supported)
      throws MalformedFileException {
    if (node != null && !lastComponent(node).equals(supported)) {
      throw node.refused("is " + node + ", supported is " + supported, SUPPORTED);
    }
  }

  private static void checkExtras(JsonNode kwargs) throws MalformedFileException {
    for (String key : new String[] {"squeeze_excitation", "nonlin_first"}) {
      if (kwargs.flag(key, false)) {
        throw kwargs.get(key).refused("is true, which is not supported", SUPPORTED);
      }
    }
    JsonNode bottleneck = kwargs.find("bottleneck_channels");
    if (bottleneck != null) {
      throw bottleneck.refused("is " + bottleneck + ", which is not supported", SUPPORTED);
    }
    JsonNode pool = kwargs.find("pool");
    if (pool != null && !pool.text().equals("conv")) {
      throw pool.refused("is " + pool + ", supported is \"conv\"", SUPPORTED);
    }
  }

  private static double slope(JsonNode kwargs) throws MalformedFileException {
    if (lastComponent(kwargs.get("nonlin")).equals("ReLU")) {
      return 0;
    }
    JsonNode arguments = kwargs.find("nonlin_kwargs");
    JsonNode slope = arguments == null ? null : arguments.find("negative_slope");
    return slope == null ? 0.01 : nonNegative(slope);
  }

  private static double nonNegative(JsonNode node) throws MalformedFileException {
    double value = node.number();
    if (!(value >= 0 && value <= 1e6)) {
      throw node.wrong("a number that is not negative");
    }
    return value;
  }

  /** One number for all stages, or a list with one per stage. */
  private List<Integer> perStage(JsonNode node, int count, int most) throws MalformedFileException {
    if (!node.isList()) {
      return Collections.nCopies(count, node.whole(1, most));
    }
    List<Integer> values = node.wholes(1, most);
    requireCount(node, values.size(), count);
    return values;
  }

  /** One number for all stages and axes, or one per stage, or a list of axes per stage. */
  private List<List<Integer>> perAxis(JsonNode node, boolean kernel) throws MalformedFileException {
    if (!node.isList()) {
      return Collections.nCopies(stages, Collections.nCopies(dimension, extent(node, kernel)));
    }
    List<JsonNode> entries = node.elements();
    requireCount(node, entries.size(), stages);
    List<List<Integer>> values = new ArrayList<>();
    for (JsonNode entry : entries) {
      if (!entry.isList()) {
        values.add(Collections.nCopies(dimension, extent(entry, kernel)));
        continue;
      }
      List<Integer> axes = new ArrayList<>();
      for (JsonNode axis : entry.elements()) {
        axes.add(extent(axis, kernel));
      }
      if (axes.size() != dimension) {
        throw entry.refused(
            "has " + axes.size() + " axes, the patch has " + dimension,
            "check how the file was made");
      }
      values.add(List.copyOf(axes));
    }
    return values;
  }

  private static int extent(JsonNode node, boolean kernel) throws MalformedFileException {
    int extent = node.whole(1, MAX_KERNEL);
    if (kernel && extent % 2 == 0) {
      throw node.wrong("an odd kernel size");
    }
    return extent;
  }

  private void requireCount(JsonNode node, int count, int expected) throws MalformedFileException {
    if (count != expected) {
      throw node.refused(
          "has " + count + " entries, a network of " + stages + " stages needs " + expected,
          "check how the file was made");
    }
  }
}
