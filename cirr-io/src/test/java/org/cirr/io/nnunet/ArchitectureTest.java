package org.cirr.io.nnunet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final List<Integer> ONES = List.of(1, 1, 1);
  private static final List<Integer> TWOS = List.of(2, 2, 2);
  private static final List<Integer> FLAT = List.of(1, 2, 2);
  private static final List<Integer> CUBE = List.of(3, 3, 3);
  private static final List<Integer> SLICE = List.of(1, 3, 3);
  private static final List<Integer> TWO_EACH = List.of(2, 2, 2, 2, 2, 2);

  private static Architecture net(
      Architecture.Kind kind,
      List<List<Integer>> kernels,
      List<List<Integer>> strides,
      List<Integer> blocks,
      int decoder) {
    int stages = kernels.size();
    return new Architecture(
        kind,
        3,
        List.of(32, 64, 128, 256, 320, 320).subList(0, stages),
        kernels,
        strides,
        blocks.subList(0, stages),
        Collections.nCopies(stages - 1, decoder),
        true,
        1e-5,
        true,
        0.01,
        32);
  }

  private static Architecture plain(List<List<Integer>> kernels, List<List<Integer>> strides) {
    return net(Architecture.Kind.PLAIN, kernels, strides, TWO_EACH, 2);
  }

  /** The counts were taken from the state dictionaries of the original networks. */
  @Test
  void parametersAreThoseOfTheOriginalNetworks() {
    List<List<Integer>> cubes = Collections.nCopies(6, CUBE);
    List<List<Integer>> even = List.of(ONES, TWOS, TWOS, TWOS, TWOS, TWOS);
    assertEquals(31_195_594, plain(cubes, even).parameters(1, 2));
    assertEquals(31_226_989, plain(cubes, even).parameters(1, 41));
    assertEquals(
        30_817_389, plain(cubes, List.of(ONES, TWOS, TWOS, TWOS, TWOS, FLAT)).parameters(1, 41));
    assertEquals(
        30_734_893,
        plain(
                List.of(SLICE, CUBE, CUBE, CUBE, CUBE, CUBE),
                List.of(ONES, FLAT, TWOS, TWOS, TWOS, FLAT))
            .parameters(1, 41));
    assertEquals(
        30_748_554,
        plain(
                List.of(SLICE, SLICE, CUBE, CUBE, CUBE, CUBE),
                List.of(ONES, FLAT, FLAT, TWOS, TWOS, TWOS))
            .parameters(1, 2));
    assertEquals(16_566_468, plain(cubes.subList(0, 5), even.subList(0, 5)).parameters(1, 41));
    assertEquals(
        102_349_770,
        net(Architecture.Kind.RESIDUAL_ENCODER, cubes, even, List.of(1, 3, 4, 6, 6, 6), 1)
            .parameters(1, 2));
  }
}
