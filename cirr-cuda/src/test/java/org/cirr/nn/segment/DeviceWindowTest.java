package org.cirr.nn.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.cirr.backend.Backend;
import org.cirr.backend.DeviceException;
import org.cirr.backend.Program;
import org.cirr.backend.TileDevice;
import org.cirr.backend.TileStream;
import org.cirr.backend.TileWork;
import org.cirr.cuda.StandIn;
import org.cirr.cuda.TinyModel;
import org.cirr.graph.Graph;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomGraphs;
import org.cirr.testing.RandomTensors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A whole model on the stand-in for a GPU, with sums on the device and with sums in the heap: the
 * same bits. In this package for what both ways are made of.
 */
class DeviceWindowTest {
  private static final Workers WORKERS = Workers.of(2);

  @TempDir static Path folder;
  private static Path file;

  /** What is told while a window runs. */
  private static final class Consumers {
    final List<List<LogitsSlice>> slices = new ArrayList<>();
    final List<String> stages = new ArrayList<>();
    final List<Integer> done = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();
  }

  @BeforeAll
  static void theModel() throws IOException {
    StandIn.use();
    file = TinyModel.write(folder);
  }

  private static SegmentOptions options(Precision precision) {
    return SegmentOptions.defaults().withThreads(2).withBackend("cuda").withPrecision(precision);
  }

  /** The tiny model with more folds and other mirroring. */
  private static Model model(SegmentOptions options, int folds, List<Integer> mirrored)
      throws IOException {
    Model read = Model.open(file, options);
    Graph graph = read.folds().get(0).graph();
    List<Program> programs = new ArrayList<>(read.folds());
    for (int fold = 1; fold < folds; fold++) {
      programs.add(read.backend().compile(graph, RandomGraphs.parameters(graph, fold)));
    }
    return new Model(
        read.source(),
        read.configuration(),
        new Mirroring(mirrored, false),
        read.backend(),
        programs);
  }

  private static List<float[]> image(int[] extents) {
    return List.of(RandomTensors.normal(Shape.of(extents), 11).array());
  }

  private static TileGrid grid(Model model, int[] image) {
    return TileGrid.of(image, model.patch(), 0.5);
  }

  private static Consumers inHeap(Model model, int[] extents, SegmentOptions options) {
    Consumers told = new Consumers();
    new SlidingWindow(model, grid(model, extents), options, WORKERS)
        .run(image(extents), told.slices::add, told.stages::add, told.done::add);
    return told;
  }

  private static Consumers onDevice(
      Model model, int[] extents, SegmentOptions options, Workers workers, Consumers told) {
    TileGrid grid = grid(model, extents);
    try (DeviceWindow window =
        DeviceWindow.open(model, grid, options, image(extents), workers, told.warnings::add)
            .orElseThrow()) {
      window.run(told.slices::add, told.stages::add, told.done::add);
    }
    return told;
  }

  static List<Arguments> cases() {
    int[][] images = {
      {5, 13, 11}, {3, 5, 6}, {4, 8, 8}, {1, 9, 20}, {17, 8, 9} // patch 4, 8, 8
    };
    List<Arguments> cases = new ArrayList<>();
    for (int[] image : images) {
      for (Precision precision : List.of(Precision.REFERENCE, Precision.FLOAT32)) {
        cases.add(Arguments.of(image, precision, true, 1, List.of()));
        cases.add(Arguments.of(image, precision, false, 2, List.of(2)));
      }
    }
    cases.add(Arguments.of(images[0], Precision.REFERENCE, true, 2, List.of(0, 1, 2)));
    cases.add(Arguments.of(images[0], Precision.BF16, true, 2, List.of(0, 1)));
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theSlicesAreThoseOfTheHeap(
      int[] image, Precision precision, boolean gaussian, int folds, List<Integer> mirrored)
      throws IOException {
    SegmentOptions options = options(precision).withGaussian(gaussian);
    Model model = model(options, folds, mirrored);
    assertTheSame(model, image, options);
  }

  @Test
  void theSlicesOfATwoDimensionalModelAreThoseOfTheHeap() throws IOException {
    SegmentOptions options = options(Precision.REFERENCE);
    Model model = Model.open(TinyModel.writePlanar(folder), options);
    assertEquals(2, model.mirroring().passes());
    assertTheSame(model, new int[] {5, 13, 21}, options);
    assertTheSame(model, new int[] {3, 7, 9}, options);
  }

  private static void assertTheSame(Model model, int[] image, SegmentOptions options) {
    int folds = model.folds().size();
    Consumers expected = inHeap(model, image, options);
    Consumers actual = onDevice(model, image, options, WORKERS, new Consumers());
    assertEquals(image[0], actual.slices.size());
    for (int z = 0; z < image[0]; z++) {
      assertEquals(folds, actual.slices.get(z).size());
      for (int fold = 0; fold < folds; fold++) {
        LogitsSlice slice = actual.slices.get(z).get(fold);
        assertEquals(expected.slices.get(z).get(fold).toString(), slice.toString());
        for (int i = 0; i < slice.channels() * slice.length(); i++) {
          int label = i / slice.length();
          assertEquals(
              expected.slices.get(z).get(fold).get(label, i % slice.length()),
              slice.get(label, i % slice.length()),
              "slice " + z + ", fold " + fold);
        }
      }
    }
    assertEquals(List.of(), actual.warnings);
    assertEquals(actual.done.stream().sorted().toList(), actual.done, "progress rises");
    assertEquals(grid(model, image).count(), actual.done.size());
    assertEquals(0, actual.done.get(0));
    assertTrue(actual.stages.containsAll(List.of("network", "export")), actual.stages.toString());
  }

  @Test
  void slicesAreUsedWhileLaterTilesCompute() throws IOException {
    SegmentOptions options = options(Precision.FLOAT32);
    Model model = model(options, 1, List.of(2));
    TileGrid grid = grid(model, new int[] {17, 20, 20});
    Consumers told = new Consumers();
    List<Integer> doneAtSlice = new ArrayList<>();
    try (DeviceWindow window =
        DeviceWindow.open(model, grid, options, image(grid.image()), WORKERS, told.warnings::add)
            .orElseThrow()) {
      window.run(
          slices -> doneAtSlice.add(told.done.get(told.done.size() - 1)),
          told.stages::add,
          told.done::add);
    }
    int plate = grid.count() / 8; // tiles that begin with the same slice
    assertEquals(17, doneAtSlice.size());
    assertTrue(
        doneAtSlice.get(0) >= plate - 2 && doneAtSlice.get(0) < 2 * plate,
        "the first plate ends with tile " + plate + ", slices are used after " + doneAtSlice);
    assertTrue(doneAtSlice.get(4) < 4 * plate, "slices wait too long: " + doneAtSlice);
  }

  @Test
  void aWindowThatIsCancelledEndsAndCanBeRunAgain() throws IOException {
    SegmentOptions options = options(Precision.FLOAT32);
    Model model = model(options, 1, List.of());
    int[] image = {17, 9, 9};
    for (int tiles : new int[] {0, 1, 9}) {
      Consumers told = new Consumers();
      Workers cancelled = WORKERS.cancelledBy(() -> told.done.size() > tiles);
      assertThrows(
          CancellationException.class, () -> onDevice(model, image, options, cancelled, told));
      assertEquals(tiles + 1, told.done.size());
    }
    assertEquals(17, onDevice(model, image, options, WORKERS, new Consumers()).slices.size());
  }

  /** The last layer's weights of the second fold, so large that logits overflow. */
  private static Model overflowing(SegmentOptions options, float factor) throws IOException {
    Model model = model(options, 1, List.of());
    Graph graph = model.folds().get(0).graph();
    Function<String, Tensor> weights = RandomGraphs.parameters(graph, 1);
    Function<String, Tensor> large =
        name -> {
          Tensor tensor = weights.apply(name);
          if (name.contains("seg_layers")) {
            float[] values = tensor.array().clone();
            for (int i = 0; i < values.length; i++) {
              values[i] *= factor;
            }
            return Tensor.of(tensor.shape(), values);
          }
          return tensor;
        };
    List<Program> folds = List.of(model.folds().get(0), model.backend().compile(graph, large));
    return new Model(
        model.source(), model.configuration(), model.mirroring(), model.backend(), folds);
  }

  @Test
  void anInfiniteLogitIsToldAsFromTheHeap() throws IOException {
    int[] image = {5, 9, 9};
    for (Precision precision : List.of(Precision.REFERENCE, Precision.FLOAT32)) {
      SegmentOptions options = options(precision);
      Model model = overflowing(options, precision == Precision.REFERENCE ? 1e6f : 1e38f);
      String expected =
          assertThrows(InfiniteLogitException.class, () -> inHeap(model, image, options))
              .getMessage();
      assertEquals(
          expected,
          assertThrows(
                  InfiniteLogitException.class,
                  () -> onDevice(model, image, options, WORKERS, new Consumers()))
              .getMessage());
      assertTrue(expected.contains(" is infinite at voxel ["), expected);
    }
  }

  /** A GPU that sliding windows find in some state. */
  private record Failing(Backend real, DeviceException failure) implements Backend, TileDevice {
    @Override
    public String name() {
      return real.name();
    }

    @Override
    public Program compile(Graph graph, Function<String, Tensor> parameters, Workers workers) {
      return real.compile(graph, parameters, workers);
    }

    @Override
    public long arenaBytes(Graph graph) {
      return real.arenaBytes(graph);
    }

    @Override
    public Optional<TileDevice> tileDevice() {
      return Optional.of(this);
    }

    @Override
    public long memory() {
      return 1L << 32;
    }

    @Override
    public long bytes(TileWork work) {
      return 1;
    }

    @Override
    public TileStream open(
        TileWork work, List<Program> programs, List<float[]> image, float[] gaussian) {
      throw failure;
    }
  }

  private static Optional<DeviceWindow> openOn(DeviceException failure, List<String> warnings)
      throws IOException {
    SegmentOptions options = options(Precision.REFERENCE);
    Model read = model(options, 1, List.of());
    Model model =
        new Model(
            read.source(),
            read.configuration(),
            read.mirroring(),
            new Failing(read.backend(), failure),
            read.folds());
    TileGrid grid = grid(model, new int[] {5, 9, 9});
    return DeviceWindow.open(model, grid, options, image(grid.image()), WORKERS, warnings::add);
  }

  @Test
  void memoryThatOthersUseLeavesTheSumsToTheProcessor() throws IOException {
    List<String> warnings = new ArrayList<>();
    DeviceException full = new DeviceException("needs 3 GiB, 1 is free", false, null);
    assertTrue(openOn(full, warnings).isEmpty());
    assertEquals(List.of("logits are added up on the processor: needs 3 GiB, 1 is free"), warnings);
    DeviceException lost = new DeviceException("gone", true, null);
    assertEquals(lost, assertThrows(DeviceException.class, () -> openOn(lost, warnings)));
    assertEquals(1, warnings.size());
  }

  @Test
  void thePlanHoldsImageAndSums() throws IOException {
    SegmentOptions options = options(Precision.REFERENCE);
    Model model = model(options, 2, List.of(0, 1, 2));
    TileGrid grid = grid(model, new int[] {17, 20, 20});
    long voxels = 4 * 8 * 8;
    long tile = 4 * voxels * (1 + 3); // gaussian, sum of the passes
    long ring = 6 * 400 * (4 + 2 * 3 * 2); // slots, plane, weight and halves
    long expected = 4 * 17 * 400 + tile + ring;
    long stated = DeviceWindow.deviceBytes(model, grid, options);
    assertTrue(stated >= expected && stated < expected + 5 * 256, stated + ", not " + expected);
    SegmentOptions processor = options.withBackend("scalar");
    Model scalar = Model.open(file, processor);
    assertEquals(0, DeviceWindow.deviceBytes(scalar, grid, processor));
    assertTrue(
        DeviceWindow.open(scalar, grid, processor, image(grid.image()), WORKERS, warning -> {})
            .isEmpty());
  }
}
