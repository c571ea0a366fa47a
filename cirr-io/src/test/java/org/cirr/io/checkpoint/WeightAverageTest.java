package org.cirr.io.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightAverageTest {
  @TempDir Path folder;

  private final Weights own =
      Weights.of(Map.of("a", tensor(1, 2, 16777216), "b", tensor(5), "own", tensor(7)));

  private static Tensor tensor(float... values) {
    return Tensor.of(Shape.of(values.length), values);
  }

  private Path file(String name, Map<String, Tensor> weights) throws IOException {
    Path file = folder.resolve(name + ".safetensors");
    SafetensorsFile.write(file, weights, Map.of(), ElementType.FLOAT32);
    return file;
  }

  @Test
  void everyCheckpointCountsAlike() throws IOException {
    Weights two = Weights.of(Map.of("a", tensor(1, 2, 16777216), "b", tensor(5)));
    Path x = file("x", Map.of("b", tensor(2), "a", tensor(-5, 2, 1), "more", tensor(3)));
    Path y = file("y", Map.of("module.a", tensor(10, 2, 1), "module.b", tensor(-1)));
    Map<String, Tensor> one = WeightAverage.of(two, List.of(x));
    assertArrayEquals(new float[] {-2, 2, 8388608.5f}, one.get("a").array());
    assertArrayEquals(new float[] {3.5f}, one.get("b").array());
    assertEquals(2, one.size());
    Map<String, Tensor> both = WeightAverage.of(two, List.of(x, y));
    assertArrayEquals(new float[] {2, 2, 5592406}, both.get("a").array());
    assertArrayEquals(new float[] {2}, both.get("b").array());
  }

  @Test
  void namesAreThoseOfTheNetworkOnBothSides() throws IOException {
    Tensor shared = tensor(4);
    Weights twice = Weights.of(Map.of("encoder.a", shared, "decoder.encoder.a", shared));
    Path file = file("other", Map.of("encoder.a", tensor(8)));
    Map<String, Tensor> mean = WeightAverage.of(twice, List.of(file));
    assertEquals(List.of("encoder.a"), List.copyOf(mean.keySet()));
    assertArrayEquals(new float[] {6}, mean.get("encoder.a").array());
  }

  @Test
  void withoutOthersTheWeightsStayAsTheyAre() throws IOException {
    Map<String, Tensor> same = WeightAverage.of(own, List.of());
    assertEquals(own.names(), List.copyOf(same.keySet()));
    assertSame(own.get("a"), same.get("a"));
  }

  @Test
  void anotherNetworkIsRefused() throws IOException {
    Path lacking = file("lacking", Map.of("a", tensor(1, 2, 3), "b", tensor(1)));
    assertEquals(
        lacking + ": tensor own is missing; average checkpoints of one network only",
        refused(lacking));
    Path longer = file("longer", Map.of("a", tensor(1, 2, 3), "b", tensor(1, 2), "own", tensor(3)));
    assertEquals(
        longer
            + ": tensor b has shape [2], but the model has [1];"
            + " average checkpoints of one network only",
        refused(longer));
    assertTrue(refused(folder.resolve("none.pth")).contains("none.pth"));
  }

  private String refused(Path other) {
    return assertThrows(IOException.class, () -> WeightAverage.of(own, List.of(other)))
        .getMessage();
  }
}
