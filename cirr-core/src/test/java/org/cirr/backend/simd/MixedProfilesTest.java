package org.cirr.backend.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.Backends;
import org.cirr.backend.Program;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Attention;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.ChildJvm;
import org.cirr.testing.RandomTensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MixedProfilesTest {
  @TempDir private Path folder;

  /** Without MixedProfiles there are a dozen failures on JDK 17 and on 25. */
  @Test
  void noMethodOfTheVectorApiFailsAClassCheck() throws IOException {
    assumeTrue(
        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(),
        "the vector module is not there");
    Path log = folder.resolve("compilation.log");
    ChildJvm.Result child =
        ChildJvm.run(
            OneOperatorFirst.class,
            "--add-modules=jdk.incubator.vector",
            "-XX:-UseOnStackReplacement", // a loop is not compiled while it runs: what it calls is
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:+LogCompilation",
            "-XX:LogFile=" + log);
    assertEquals(0, child.exitCode(), child.text());
    List<String> lines = Files.readAllLines(log);
    StringBuilder failures = new StringBuilder();
    for (int i = 0; i + 1 < lines.size(); i++) {
      String where = lines.get(i + 1);
      if (lines.get(i).matches("<uncommon_trap thread.*(class_check|bimorphic).*")
          && where.matches("<jvms .* method='jdk\\.(incubator|internal\\.vm)\\.vector\\..*")) {
        failures.append(where).append('\n');
      }
    }
    assertEquals("", failures.toString());
  }

  /** A long loop of additions, then a kernel with all sorts of operators. */
  static final class OneOperatorFirst {
    private static final int TURNS = 200_000;
    private static final int RUNS = 100;
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;

    private OneOperatorFirst() {}

    public static void main(String[] arguments) {
      System.out.println(Backends.report()); // touches the Vector API
      System.out.println(sum(TURNS));
      Node[] in = new Node[3];
      for (int i = 0; i < in.length; i++) {
        in[i] = Node.input("x" + i, Shape.of(1, 512, 64));
      }
      Graph graph = Graph.of(Node.of(Attention.of(2, 32), in));
      Program program = Backends.of("simd").compile(graph, name -> null);
      List<Tensor> inputs =
          graph.inputs().stream().map(x -> RandomTensors.normal(x.shape(), 1)).toList();
      for (int i = 0; i < RUNS; i++) {
        program.run(inputs, Workers.single());
      }
    }

    private static float sum(int turns) {
      float[] values = new float[F.length()];
      FloatVector sum = FloatVector.zero(F);
      for (int turn = 0; turn < turns; turn++) {
        sum = sum.add(FloatVector.fromArray(F, values, 0));
        sum.intoArray(values, 0);
      }
      return values[0];
    }
  }
}
