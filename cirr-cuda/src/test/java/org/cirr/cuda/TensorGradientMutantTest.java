package org.cirr.cuda;

import java.util.List;
import org.cirr.backend.Arithmetic;
import org.junit.jupiter.params.provider.Arguments;

/** The cases of weight gradients on tensor cores notice what goes wrong in their kernel. */
class TensorGradientMutantTest extends TensorKernelMutants {
  TensorGradientMutantTest() {
    super(TensorGradient.FILE, TensorCases.gradients());
  }

  static List<Arguments> mutants() {
    return List.of(
        mutant(
            "no barrier before the next brick",
            "    __syncthreads();  // the lines are listed",
            "    if (brick == (int)blockIdx.x * each) __syncthreads();  // the lines are listed"),
        mutant(
            "no barrier behind the loads",
            "    __syncthreads();\n    multiply_voxels",
            "    multiply_voxels"),
        mutant("voxels in another order", "lane % 8 + lane / 16 * 8", "lane % 16"),
        mutant("wrong output channels", "2 * i + lane / 8 % 2", "2 * i + lane / 16"),
        mutant("wrong voxels of the input", "places[lane % 16]", "places[lane % 8]"),
        mutant("a wrong half of a fragment", "a[i], b[2], b[3]", "a[i], b[3], b[2]"),
        mutant("a tap as far as its number", "away + tap * apart", "away + tap"),
        mutant("taps begin at the first", "tap[axis] * g.dilation[axis]", "tap[axis]"),
        mutant("a part for several warps", "* g.splits + split;", "* g.splits;"),
        mutant("a brick left out", "brick < end;", "brick < end - 1;"),
        mutant("the first group's input", "in + group * g.cin", "in"),
        mutant("the first group's gradient", "gradient + group * g.cout", "gradient"),
        mutant("a group for all", "(part * g.groups + group)", "(part * g.groups)"),
        mutant("a line too far", "if (x >= box[2])", "if (x > box[2])"),
        Arguments.of(
            Arithmetic.TF32,
            "voxels of tf32 in another order",
            "row + lane % 4 + w / 2 * 4",
            "row + lane % 4 + w % 2 * 4"),
        Arguments.of(
            Arithmetic.TF32, "a wrong voxel of tf32", "places[lane % 4 + 4]", "places[lane % 4]"));
  }
}
