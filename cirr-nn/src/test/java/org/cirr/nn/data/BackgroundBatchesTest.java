package org.cirr.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.cirr.io.file.SeekableBytes;
import org.cirr.io.nnunet.DatasetJson;
import org.cirr.nn.augment.AugmentationSettings;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackgroundBatchesTest {
  @TempDir Path folder;

  private BatchSource source(Integer... patch) throws IOException {
    List<PreparedCase> cases =
        List.of(
            TestCases.write(folder, "a", 2, 5, 33, 29),
            TestCases.write(folder, "b", 2, 7, 17, 40),
            TestCases.write(folder, "c", 2, 3, 20, 20));
    int[] size = BatchSource.patch(TestCases.configuration(2, patch));
    return BatchSource.of(
        cases, TestCases.configuration(2, patch), false, AugmentationSettings.of(size), 3, 42);
  }

  private static List<Batch> take(BackgroundBatches.Maker maker, long first, int threads)
      throws IOException {
    List<Batch> batches = new ArrayList<>();
    try (BackgroundBatches background = BackgroundBatches.start(maker, first, threads, 4)) {
      for (int i = 0; i < 8; i++) {
        batches.add(background.next());
      }
    }
    return batches;
  }

  private static void assertSame(Batch a, Batch b) {
    assertEquals(a.cases(), b.cases());
    assertArrayEquals(a.images().array(), b.images().array());
    for (int level = 0; level < a.labels().size(); level++) {
      assertArrayEquals(a.labels().get(level).array(), b.labels().get(level).array());
    }
  }

  @Test
  void batchesAreTheSameForAnyNumberOfThreadsAndAnyStart() throws IOException {
    BatchSource source = source(4, 16, 20);
    List<Batch> one = take(source::batch, 0, 1);
    List<Batch> four = take(source::batch, 0, 4);
    List<Batch> later = take(source::batch, 3, 2);
    for (int i = 0; i < 8; i++) {
      assertSame(one.get(i), four.get(i));
      if (i + 3 < 8) {
        assertSame(one.get(i + 3), later.get(i));
      }
    }
    assertFalse(java.util.Arrays.equals(one.get(0).images().array(), one.get(1).images().array()));
  }

  @Test
  void aBatchHasTheShapesOfTheNetworksOutputs() throws IOException {
    Batch batch = source(4, 16, 20).batch(0);
    assertEquals(Shape.of(3, 4, 16, 20, 2), batch.images().shape());
    assertEquals(2, batch.labels().size());
    assertEquals(Shape.of(3, 4, 16, 20, 1), batch.labels().get(0).shape());
    assertEquals(Shape.of(3, 4, 8, 10, 1), batch.labels().get(1).shape());
    Batch flat = source(16, 20).batch(0);
    assertEquals(Shape.of(3, 16, 20, 2), flat.images().shape());
    assertEquals(Shape.of(3, 8, 10, 1), flat.labels().get(1).shape());
  }

  @Test
  void labelsBecomeOneChannelPerClassOrRegion() throws IOException {
    Tensor numbers = Tensor.of(Shape.of(1, 1, 1, 4, 1), 0, 1, 2, 3);
    Batch batch = new Batch(numbers, List.of(numbers), List.of("a"));
    String start = "{\"channel_names\": {\"0\": \"MR\"}, \"labels\": ";
    DatasetJson plain = json(start + "{\"background\": 0, \"a\": 1, \"b\": 2, \"ignore\": 3}}");
    assertArrayEquals(
        new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0}, batch.oneHot(0, plain.labels()).array());
    DatasetJson regions =
        json(
            start
                + "{\"background\": 0, \"whole\": [1, 2, 3], \"core\": [3]},"
                + " \"regions_class_order\": [1, 3]}");
    assertArrayEquals(
        new float[] {0, 0, 1, 0, 1, 0, 1, 1}, batch.oneHot(0, regions.labels()).array());
  }

  private static DatasetJson json(String text) throws IOException {
    return DatasetJson.read(SeekableBytes.of(Path.of("dataset.json"), text.getBytes()));
  }

  @Test
  void labelsAreDownsampledToTheNearest() {
    short[] labels = {0, 1, 2, 3, 4, 5, 6};
    float[] half = new float[3];
    Batch.downsample(labels, new int[] {1, 1, 7}, new int[] {1, 1, 3}, half, 0);
    // floor((i + ½) · 7/3) = 1, 3, 5: torch.nn.functional.interpolate(mode="nearest-exact")
    assertArrayEquals(new float[] {1, 3, 5}, half);
    List<int[]> levels =
        Batch.levels(
            new int[] {8, 16, 16},
            List.of(List.of(1, 1, 1), List.of(1, 2, 2), List.of(2, 2, 2), List.of(2, 2, 2)));
    assertEquals(3, levels.size());
    assertArrayEquals(new int[] {8, 8, 8}, levels.get(1));
    assertArrayEquals(new int[] {4, 4, 4}, levels.get(2));
  }

  @Test
  void onlySoManyBatchesWait() throws Exception {
    AtomicLong made = new AtomicLong();
    Batch empty = new Batch(Tensor.zeros(Shape.of(1)), List.of(), List.of());
    try (BackgroundBatches batches =
        BackgroundBatches.start(
            number -> {
              made.incrementAndGet();
              return empty;
            },
            0,
            2,
            3)) {
      batches.next();
      Thread.sleep(50);
      assertTrue(made.get() <= 4, made + " batches were made for one that was taken");
    }
  }

  @Test
  void anErrorNamesTheCaseAndComesInItsTurn() throws IOException {
    BatchSource source = source(4, 16, 20);
    try (BackgroundBatches batches = BackgroundBatches.start(source::batch, 0, 1, 1)) {
      batches.next();
      for (String name : List.of("a", "b", "c")) {
        Files.write(folder.resolve(name + ".case"), new byte[10]);
      }
      IOException failed =
          assertThrows(
              IOException.class,
              () -> {
                for (int i = 0; i < 10; i++) {
                  batches.next();
                }
              });
      assertTrue(
          failed.getMessage().matches("case [abc]: .*became shorter.*"), failed.getMessage());
    }
    BackgroundBatches.Maker broken =
        number -> {
          throw new IllegalStateException("case x: broken " + number);
        };
    try (BackgroundBatches batches = BackgroundBatches.start(broken, 7, 2, 2)) {
      assertEquals(
          "case x: broken 7",
          assertThrows(IllegalStateException.class, batches::next).getMessage());
    }
  }

  @Test
  void closingEndsTheThreads() throws Exception {
    BackgroundBatches batches = BackgroundBatches.start(source(4, 16, 20)::batch, 0, 3, 3);
    batches.next();
    batches.close();
    assertEquals(
        "these batches are closed",
        assertThrows(IllegalStateException.class, batches::next).getMessage());
    long end = System.nanoTime() + 5_000_000_000L; // a thread outlives its last task by a moment
    while (isAlive() && System.nanoTime() < end) {
      Thread.sleep(1);
    }
    assertFalse(isAlive());
  }

  private static boolean isAlive() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().startsWith("cirr-batches-"));
  }

  @Test
  void unfitArgumentsAreRefused() throws IOException {
    assertTrue(
        assertThrows(
                IllegalArgumentException.class, () -> BackgroundBatches.start(n -> null, 0, 2, 1))
            .getMessage()
            .contains("at least as many waiting, got 2 and 1"));
    PreparedCase one = TestCases.write(folder, "a", 2, 5, 33, 29);
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    BatchSource.of(
                        List.of(one),
                        TestCases.configuration(1, 4, 16, 16),
                        false,
                        AugmentationSettings.none(),
                        2,
                        0))
            .getMessage()
            .contains("a.case: has 2 channels, the plans have 1; run cirr plan again"));
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    BatchSource.of(
                        List.of(),
                        TestCases.configuration(1, 4, 16, 16),
                        false,
                        AugmentationSettings.none(),
                        2,
                        0))
            .getMessage()
            .contains("at least one case and one sample, got 0 and 2"));
  }
}
