package org.cirr.cuda;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.cirr.backend.Arithmetic;
import org.junit.jupiter.params.provider.Arguments;

/** The cases of attention on tensor cores notice what goes wrong in its kernel. */
class TensorAttentionMutantTest extends TensorKernelMutants {
  TensorAttentionMutantTest() {
    super(TensorAttention.FILE, TensorAttentionCases.awkward());
  }

  static List<Arguments> mutants() {
    return List.of(
        mutant(
            "no barrier before the next keys",
            "    __syncthreads();  // nobody reads",
            "    if (first == 0) __syncthreads();  // nobody reads"),
        mutant(
            "no barrier behind the loads",
            "    __syncthreads();\n    if (own.query",
            "    if (own.query"),
        mutant("the old values are not scaled", "half * 2 + j % 2] *= shrink", "0] *= 1"),
        mutant("the old sum is not scaled", "sum[i][half] * shrink", "sum[i][half]"),
        mutant("scaled by the new score", "exp2f(largest[i][half] - pivot)", "exp2f(0 - pivot)"),
        mutant("each lane has a largest score of its own", "higher, 2));", "higher, 0));"),
        mutant("weights of two lanes only", "total, 2);", "total, 0);"),
        mutant(
            "keys that are not there",
            "< left ? value * scale : -CIRR_INFINITY",
            "< 99 ? value * scale : 0"),
        mutant("keys left out", "j * 16 < count", "j * 16 + 16 < count"),
        mutant("values left out", "k * STEP < count", "k * STEP + 1 < count"),
        mutant("channels left out", "(channels + 15) / 16", "channels / 16"),
        mutant("keys in another order", "lane % 8 + lane / 16 * 8", "lane % 16"),
        mutant("a wrong half of a key's channels", "+ lane / 8 % 2", "+ lane / 16"),
        mutant(
            "a wrong half of the queries", "lane % 16 * (length + 1)", "lane % 8 * (length + 1)"),
        mutant("every warp has the same queries", "memory + (own.query - query)", "memory + 0"),
        mutant("a wrong fragment of the weights", "weight[w / 2][w % 2 * 2]", "weight[w / 2][0]"),
        mutant(
            "values in another order",
            "b[2], b[3]);\n          }\n        }\n      }\n    }\n  }",
            "b[3], b[2]);\n          }\n        }\n      }\n    }\n  }"),
        mutant("the first channels in every block", ", first) + column", ", first)"),
        mutant("the bias of another query", "i * 16 + half * 8", "i * 16 + half * 4"),
        mutant("one window's regions", "own.sample % a.windows * a.keys", "0"),
        mutant("a bias without its key", "(i64)key * a.bias_stride[3]", "0"),
        mutant("powers of e", "LOG2_E * (away", "(away"),
        Arguments.of(
            Arithmetic.TF32,
            "values of tf32 in their own order",
            "lane % 4 * 2 + w % 2)",
            "lane % 4 + w % 2 * 4)"),
        Arguments.of(
            Arithmetic.TF32, "weights of tf32", "weight[0][w % 2 * 2 + w / 2]", "weight[0][w]"));
  }

  /** Only what is asked for: each kernel of the file takes long to compile. */
  @Override
  String source(Arithmetic arithmetic) throws IOException {
    String other = arithmetic == Arithmetic.BF16 ? "_tf32_" : "_bf16_";
    return super.source(arithmetic)
        .lines()
        .filter(line -> !line.contains(TensorAttention.FILE + other))
        .collect(Collectors.joining("\n"));
  }
}
