package org.cirr.nn.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.cirr.backend.Backends;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.io.nnunet.Architecture;
import org.cirr.io.nnunet.Architecture.Kind;
import org.cirr.nn.GoldenNetworks;
import org.cirr.nn.gradient.Gradients;
import org.cirr.nn.gradient.Terms;
import org.cirr.op.Constant;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.Share;
import org.cirr.testing.Shared;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole U-Nets: parameters by number, name and shape, and outputs as PyTorch computed them. */
class NetworkGoldenTest {
  private static final List<Integer> FEATURES = List.of(32, 64, 128, 256, 320, 320);
  private static final List<Integer> ISO = List.of(2, 2, 2);
  private static final List<Integer> FLAT = List.of(1, 2, 2);
  private static final List<Integer> SLICE = List.of(1, 3, 3);

  /** Stride 1, then the given ones; the given kernels, then 3. */
  private static Architecture plain(
      List<Integer> features, List<List<Integer>> kernels, List<List<Integer>> strides) {
    int dimension = strides.get(0).size();
    List<List<Integer>> allKernels = new ArrayList<>(kernels);
    while (allKernels.size() < features.size()) {
      allKernels.add(Collections.nCopies(dimension, 3));
    }
    List<List<Integer>> allStrides = new ArrayList<>(List.of(Collections.nCopies(dimension, 1)));
    allStrides.addAll(strides);
    List<Integer> two = Collections.nCopies(features.size(), 2);
    List<Integer> decoder = two.subList(1, two.size());
    return new Architecture(
        Kind.PLAIN,
        dimension,
        features,
        allKernels,
        allStrides,
        two,
        decoder,
        true,
        1e-5,
        true,
        0.01,
        features.get(0));
  }

  private static Architecture residual() {
    Architecture plain = plain(FEATURES, List.of(), Collections.nCopies(5, ISO));
    return new Architecture(
        Kind.RESIDUAL_ENCODER,
        3,
        FEATURES,
        plain.kernelSizes(),
        plain.strides(),
        List.of(1, 3, 4, 6, 6, 6),
        Collections.nCopies(5, 1),
        true,
        1e-5,
        true,
        0.01,
        32);
  }

  static Stream<String> names() {
    return Stream.of(
        "nnunet2d_7stage",
        "nnunet3d_plain_6stage",
        "nnunet3d_plain_aniso",
        "nnunet3d_resenc_6stage");
  }

  private static Architecture golden(String name) {
    return switch (name) {
      case "nnunet2d_7stage" ->
          plain(
              List.of(32, 64, 128, 256, 512, 512, 512),
              List.of(),
              Collections.nCopies(6, List.of(2, 2)));
      case "nnunet3d_plain_6stage" -> plain(FEATURES, List.of(), Collections.nCopies(5, ISO));
      case "nnunet3d_plain_aniso" ->
          plain(FEATURES, List.of(SLICE), List.of(FLAT, ISO, ISO, ISO, ISO));
      case "nnunet3d_resenc_6stage" -> residual();
      default -> throw new AssertionError(name);
    };
  }

  private static void assertCount(long expected, int heads, Architecture plan) {
    List<Integer> patch = Collections.nCopies(plan.dimension(), 64);
    Graph complete = NnUnet.of(plan, patch, 1, heads).complete();
    assertEquals(expected, complete.parameterCount());
    assertEquals(expected, plan.parameters(1, heads));
  }

  @Test
  void parametersAreCountedAsInTheSpecification() {
    Architecture iso = golden("nnunet3d_plain_6stage");
    assertCount(31_195_594, 2, iso);
    assertCount(31_226_989, 41, iso);
    assertCount(30_817_389, 41, plain(FEATURES, List.of(), List.of(ISO, ISO, ISO, ISO, FLAT)));
    Architecture flatEnds = plain(FEATURES, List.of(SLICE), List.of(FLAT, ISO, ISO, ISO, FLAT));
    assertCount(30_703_498, 2, flatEnds);
    assertCount(30_734_893, 41, flatEnds);
    Architecture flatStart =
        plain(FEATURES, List.of(SLICE, SLICE), List.of(FLAT, FLAT, ISO, ISO, ISO));
    assertCount(30_748_554, 2, flatStart);
    assertCount(30_779_949, 41, flatStart);
    assertCount(
        16_566_468, 41, plain(FEATURES.subList(0, 5), List.of(), Collections.nCopies(4, ISO)));
    assertCount(102_349_770, 2, residual());
    assertCount(102_381_165, 41, residual());
  }

  @ParameterizedTest
  @MethodSource("names")
  void parametersHaveTheNamesAndShapesOfTheStateDict(String name) throws IOException {
    JsonObject manifest = GoldenNetworks.manifest("networks/" + name);
    String keys = "specs/keys/" + manifest.get("keys_file").getAsString();
    Map<String, String> expected = new TreeMap<>();
    for (String line : Files.readAllLines(Shared.require(keys))) {
      String[] fields = line.split("\t");
      if (fields.length == 3 && fields[2].equals("param")) { // else an alias or a comment
        expected.put(fields[0], fields[1]);
      }
    }
    Architecture plan = golden(name);
    List<Integer> patch = Collections.nCopies(plan.dimension(), 64);
    Graph complete = NnUnet.of(plan, patch, 1, 2).complete();
    Map<String, String> actual = new TreeMap<>();
    for (Node node : complete.parameters()) {
      actual.put(Graph.label(node), node.shape().toString());
    }
    assertEquals(expected, actual);
    assertEquals(manifest.get("parameters").getAsLong(), complete.parameterCount());
  }

  @ParameterizedTest
  @MethodSource("names")
  void outputsAreTorchs(String name) {
    Share.require(names().toList().indexOf(name) + 1); // the run that has not its gradients
    assumeTrue(
        Backends.report().stream().anyMatch(r -> r.name().equals("simd") && r.available()),
        "skipped: needs --add-modules jdk.incubator.vector");
    JsonObject manifest = GoldenNetworks.manifest("networks/" + name);
    Map<String, Tensor> stored = GoldenNetworks.tensors("networks/" + name);
    long seed = manifest.get("seed").getAsLong();
    double gain = manifest.get("gain").getAsDouble();
    Shape shape = GoldenNetworks.shape(manifest.get("input_shape"));
    Tensor input = GoldenNetworks.channelsLast(GoldenNetworks.fill("input", shape, seed, 1, 0));
    Node image = Node.input(NnUnet.INPUT, input.shape());
    Architecture plan = golden(name);
    Graph graph =
        Graph.of(
            plan.kind() == Kind.PLAIN
                ? PlainConvUNet.outputs(image, 2, plan)
                : ResidualEncoderUNet.outputs(image, 2, plan));
    Map<String, Shape> shapes = new TreeMap<>();
    graph.parameters().forEach(node -> shapes.put(Graph.label(node), node.shape()));
    List<Tensor> outputs =
        Backends.of("simd")
            .compile(graph, key -> GoldenNetworks.parameter(key, shapes.get(key), seed, gain))
            .run(List.of(input), Workers.of(2));
    JsonArray expected = manifest.getAsJsonArray("output");
    assertEquals(expected.size(), outputs.size());
    for (int i = 0; i < outputs.size(); i++) {
      JsonObject output = expected.get(i).getAsJsonObject();
      String key = output.get("name").getAsString();
      Tensor actual = GoldenNetworks.channelsFirst(outputs.get(i));
      assertEquals(GoldenNetworks.shape(output.get("shape")), actual.shape());
      compare(
          stored.get(key).array(),
          actual.array(),
          output.get("stride").getAsInt(),
          manifest.getAsJsonArray("float64_check").get(i).getAsJsonObject(),
          name + " " + key);
    }
  }

  /**
   * The gradients of {@code Σ_o Σ out_o·R_o / N_o} as PyTorch computed them, within the acceptance
   * that the golden README suggests for networks with rectifiers.
   */
  @ParameterizedTest
  @MethodSource("names")
  void gradientsAreTorchs(String name) {
    Share.require(names().toList().indexOf(name));
    assumeTrue(
        Backends.report().stream().anyMatch(r -> r.name().equals("simd") && r.available()),
        "skipped: needs --add-modules jdk.incubator.vector");
    JsonObject manifest = GoldenNetworks.manifest("networks/" + name);
    JsonObject training = manifest.getAsJsonObject("training");
    long seed = manifest.get("seed").getAsLong();
    double gain = manifest.get("gain").getAsDouble();
    Shape shape = GoldenNetworks.shape(training.get("input_shape"));
    Tensor input = GoldenNetworks.channelsLast(GoldenNetworks.fill("input", shape, seed, 1, 0));
    Node image = Node.input(NnUnet.INPUT, input.shape());
    Architecture plan = golden(name);
    List<Node> outputs =
        plan.kind() == Kind.PLAIN
            ? PlainConvUNet.outputs(image, 2, plan)
            : ResidualEncoderUNet.outputs(image, 2, plan);
    Node loss = null;
    for (int o = 0; o < outputs.size(); o++) {
      Node out = outputs.get(o);
      Shape first = GoldenNetworks.channelsFirst(Tensor.zeros(out.shape())).shape();
      String key = o == 0 ? "loss" : "loss." + o;
      Tensor weights = GoldenNetworks.channelsLast(GoldenNetworks.fill(key, first, seed, 1, 0));
      Node term = Terms.mean(Terms.times(out, Node.of(new Constant(weights))));
      loss = loss == null ? term : Terms.plus(loss, term);
    }
    Map<String, Node> byName = new TreeMap<>();
    Graph.of(loss).parameters().forEach(node -> byName.put(Graph.label(node), node));
    List<String> names = new ArrayList<>();
    training.getAsJsonArray("grad_names").forEach(each -> names.add(each.getAsString()));
    assertEquals(byName.keySet(), new java.util.TreeSet<>(names));
    List<Node> by = new ArrayList<>(names.stream().map(byName::get).toList());
    by.add(image);
    Graph graph = Gradients.of(loss, by).graph();
    List<Tensor> results =
        Backends.of("simd")
            .compile(
                graph, key -> GoldenNetworks.parameter(key, byName.get(key).shape(), seed, gain))
            .run(List.of(input), Workers.of(2));
    double expected = training.get("loss").getAsDouble();
    assertEquals(expected, results.get(0).array()[0], 1e-5 + 1e-4 * Math.abs(expected), name);
    Map<String, double[]> stored = GoldenNetworks.doubles("networks/" + name);
    assertNorms(stored.get("grad_norm"), stored.get("grad_samples"), names, results, name);
    double sum = 0;
    for (float value : results.get(results.size() - 1).array()) {
      sum += Math.abs(value);
    }
    double all = training.getAsJsonObject("input_grad").get("abs_sum").getAsDouble();
    assertEquals(all, sum, 2e-2 * all, name + " gradient of the input");
  }

  private static void assertNorms(
      double[] norms, double[] samples, List<String> names, List<Tensor> results, String what) {
    double largest = java.util.Arrays.stream(norms).max().orElseThrow();
    double worst = 0;
    for (int p = 0; p < names.size(); p++) {
      float[] gradient = results.get(p + 1).array();
      double squares = 0;
      for (float value : gradient) {
        squares += (double) value * value;
      }
      if (norms[p] < 1e-4 * largest) {
        continue; // rounding noise: biases in front of a norm
      }
      String which = what + " " + names.get(p);
      assertEquals(norms[p], Math.sqrt(squares), 2e-2 * norms[p], which);
      worst = Math.max(worst, Math.abs(Math.sqrt(squares) / norms[p] - 1));
      double most = 0;
      for (int j = 0; j < 5; j++) {
        most = Math.max(most, Math.abs(samples[5 * p + j]));
      }
      for (int j = 0; j < 5; j++) {
        int at = (int) ((long) j * (gradient.length - 1) / 4);
        double bound = 0.05 * most + 1e-6;
        assertEquals(samples[5 * p + j], gradient[at], bound, which + " at " + at);
      }
    }
    System.getLogger(NetworkGoldenTest.class.getName())
        .log(System.Logger.Level.INFO, what + ": gradient norms within " + worst);
  }

  /** The acceptance that the golden README suggests. */
  private static void compare(
      float[] expected, float[] actual, int stride, JsonObject noise, String what) {
    assertEquals((actual.length - 1) / stride + 1, expected.length, what);
    double squares = 0;
    double all = 0;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      double difference = expected[i] - (double) actual[i * stride];
      squares += difference * difference;
      all += (double) expected[i] * expected[i];
      worst = Math.max(worst, Math.abs(difference));
    }
    double relative = Math.sqrt(squares / all);
    double allowed = Math.max(20 * noise.get("rel_l2").getAsDouble(), 2e-5);
    assertTrue(relative <= allowed, what + ": relative L2 " + relative + " > " + allowed);
    double most = 50 * noise.get("max_abs").getAsDouble();
    assertTrue(worst <= most, what + ": differs by " + worst + " > " + most);
  }
}
