package org.cirr.nn.segment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.cirr.backend.DeviceException;
import org.cirr.io.nnunet.LabelScheme;
import org.cirr.io.nnunet.Postprocessing;
import org.cirr.metrics.LargestComponent;
import org.cirr.nn.preprocess.Preprocessing;
import org.cirr.nn.preprocess.SliceResampler;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Orientation;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;

/**
 * Segments volumes with an nnU-Net v2 model, as nnU-Net itself would.
 *
 * <pre>{@code
 * Segmenter liver = Segmenter.open(modelFolder);
 * LabelMap mask = liver.segment(NiftiVolume.read(scan));
 * NiftiVolume.write(mask, out);
 * }</pre>
 *
 * <p>Immutable and safe to use from many threads at once; every call has its own working memory,
 * which {@link #plan} states. Nothing needs to be closed.
 *
 * <p>With the backend {@code auto}, a case on which a GPU fails is computed again, all of it, on
 * the processor: a warning says so, in the log and in the result. A GPU that is lost is not tried
 * again.
 *
 * <p>Research software: not a medical device.
 */
public final class Segmenter {
  private final Model model;
  private final Fallback fallback;
  private final SegmentOptions options;
  private final Preprocessing preprocessing;
  private final boolean[] kept; // by label; null: all
  private final Workers workers;

  Segmenter(Model model, SegmentOptions options, Preprocessing preprocessing) {
    this.model = model;
    this.fallback = new Fallback(model, options);
    this.options = options;
    this.preprocessing = preprocessing;
    this.kept = kept(model.source().dataset().labels(), options.labels());
    this.workers = Workers.of(options.threads());
  }

  /**
   * The model that travels with cirr: liver, kidneys and spleen in abdominal MRI, on one channel.
   * It was trained on T2 with suppressed fat, and on phantoms alone for other contrasts; {@code
   * models/bundled/MODEL_CARD.md} says on what, and how good it is. Research software: not a
   * medical device.
   */
  public static Segmenter bundled() {
    return bundled(SegmentOptions.defaults());
  }

  /**
   * The same with other options.
   *
   * <p><b>Errors</b>: {@link UnsupportedOperationException} when this build of cirr has no model in
   * it; {@link IllegalArgumentException} for an unknown label or backend, and for folds.
   */
  public static Segmenter bundled(SegmentOptions options) {
    try {
      Model model = Model.of(BundledModel.source(options.folds()), options);
      return new Segmenter(model, options, model.preprocessing());
    } catch (IOException e) {
      throw new UncheckedIOException("the bundled model is damaged: " + e.getMessage(), e);
    }
  }

  /** Opens a model folder with {@link SegmentOptions#defaults()}. */
  public static Segmenter open(Path modelFolder) throws IOException {
    return open(modelFolder, SegmentOptions.defaults());
  }

  /**
   * Reads a model folder ({@code plans.json}, {@code dataset.json}, {@code
   * fold_*}/checkpoint_final.pth), or a model in one file as {@code cirr export} writes it, and
   * compiles its network.
   *
   * <p><b>Errors</b>: {@link org.cirr.io.file.MalformedFileException} naming file, field and remedy
   * when the folder is no model that cirr can run; {@link IllegalArgumentException} for an unknown
   * label or backend; {@link UnsupportedOperationException} for a backend that cannot run here, or
   * not in the precision.
   */
  public static Segmenter open(Path modelFolder, SegmentOptions options) throws IOException {
    Model model = Model.open(modelFolder, options);
    return new Segmenter(model, options, model.preprocessing());
  }

  private static boolean[] kept(LabelScheme scheme, List<String> names) {
    if (names.isEmpty()) {
      return null;
    }
    Map<String, Integer> values = new LinkedHashMap<>();
    scheme.namesByValue().forEach((value, name) -> values.put(name, value));
    boolean[] kept = new boolean[LabelMap.MAX_LABEL + 1];
    for (String name : names) {
      Integer value = values.get(name);
      if (value == null) {
        throw new IllegalArgumentException(
            "the model has no label '" + name + "'; it has " + String.join(", ", values.keySet()));
      }
      kept[value] = true;
    }
    return kept;
  }

  /**
   * The mask of a case, on the grid of the volumes.
   *
   * <p><b>Errors</b>: those of {@link #run}.
   *
   * @param channels one volume for each of {@link #channelNames()}
   */
  public LabelMap segment(Volume... channels) {
    return run(SegmentRequest.of(List.of(channels))).labels();
  }

  /**
   * The mask of a case and what else was asked for.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when the number of channels is not the
   * model's, or shape or spacing differ between them; {@link
   * java.util.concurrent.CancellationException} when cancelled or interrupted; {@link
   * InfiniteLogitException} when the network overflows; {@link DeviceException} when the backend
   * was asked for by name and its device fails.
   */
  public Segmentation run(SegmentRequest request) {
    AtomicReference<Double> reached = new AtomicReference<>(0.0);
    SegmentRequest watched =
        request.withProgress(
            (stage, done) ->
                request.progress().update(stage, reached.accumulateAndGet(done, Math::max)));
    try {
      return run(watched, fallback.current(), new ArrayList<>());
    } catch (DeviceException e) {
      Model processor = fallback.after(e);
      String warning =
          "computed on backend "
              + processor.backend().name()
              + ", as "
              + model.backend().name()
              + " failed: "
              + e.getMessage();
      return run(watched, processor, new ArrayList<>(List.of(warning)));
    }
  }

  private Segmentation run(SegmentRequest request, Model compiled, List<String> warnings) {
    Stopwatch watch = new Stopwatch();
    List<Volume> volumes = oriented(request.channels());
    check(volumes, warnings);
    Workers working = workers.cancelledBy(request.cancelled());
    request.progress().update("preprocess", 0);
    Ready ready = prepare(volumes, request.probabilities(), warnings, watch, working);
    volumes = List.of(); // turned copies end here
    SlidingWindow.TileProgress progress =
        done -> request.progress().update("predict", fraction(done, ready.grid().count()));
    predict(compiled, ready, watch, progress, working, warnings);
    request.progress().update("predict", 1);
    Orientation original = request.channels().get(0).geometry().orientation();
    LabelMap labels = ready.export().labels();
    postprocess(labels, watch);
    return new Segmentation(
        labels.reoriented(original),
        reoriented(ready.export().probabilities(), labels.geometry(), original),
        List.copyOf(warnings),
        watch.seconds());
  }

  /** On the device where it can do all of it, else tile by tile. */
  private void predict(
      Model compiled,
      Ready ready,
      Stopwatch watch,
      SlidingWindow.TileProgress progress,
      Workers working,
      List<String> warnings) {
    Optional<DeviceWindow> device =
        DeviceWindow.open(
            compiled, ready.grid(), options, ready.channels(), working, warnings::add);
    if (device.isPresent()) {
      try (DeviceWindow window = device.get()) {
        window.run(ready.export()::accept, watch::end, progress);
      }
    } else {
      new SlidingWindow(compiled, ready.grid(), options, working)
          .run(ready.channels(), ready.export()::accept, watch::end, progress);
    }
  }

  private void postprocess(LabelMap labels, Stopwatch watch) {
    List<Postprocessing.KeepLargest> steps = postprocessing().steps();
    if (steps.isEmpty()) {
      return;
    }
    for (Postprocessing.KeepLargest step : steps) {
      LargestComponent.keep(labels, Set.copyOf(step.labels()), step.background());
    }
    watch.end("postprocess");
  }

  /** What is done to every mask: what the options say, or else what the model declares. */
  public Postprocessing postprocessing() {
    return options.postprocessing() != null
        ? options.postprocessing()
        : model.source().postprocessing();
  }

  /** What the sliding window needs; it refers to no copy of the scan. */
  private record Ready(List<float[]> channels, TileGrid grid, MaskExport export) {}

  /** Everything before the network. */
  private Ready prepare(
      List<Volume> volumes,
      boolean probabilities,
      List<String> warnings,
      Stopwatch watch,
      Workers working) {
    Preprocessing.Layout layout = layout(preprocessing, volumes, working);
    TileGrid grid = TileGrid.of(layout.shape(), model.patch(), options.stepSize());
    Preprocessing.Prepared prepared = preprocessing.prepare(layout, watch::end, working);
    warn(prepared, warnings);
    Geometry geometry = volumes.get(0).geometry();
    return new Ready(prepared.channels(), grid, export(layout, geometry, probabilities, working));
  }

  static Preprocessing.Layout layout(
      Preprocessing preprocessing, List<Volume> volumes, Workers workers) {
    return preprocessing.layout(
        volumes.stream().map(volume -> volume.tensor().array()).toList(),
        volumes.get(0).shape().toArray(),
        volumes.get(0).geometry().spacing().toArray(),
        workers);
  }

  private static void warn(Preprocessing.Prepared prepared, List<String> warnings) {
    if (prepared.replaced() > 0) {
      warnings.add(
          prepared.replaced()
              + " voxels are NaN or infinite; they were left out of the statistics and set to 0");
    }
    if (prepared.layout().crop().isEmpty()) {
      warnings.add("every voxel of the image is zero; the mask means nothing");
    }
  }

  /** Preprocessing counts as five of a hundred parts. */
  private static double fraction(int done, int tiles) {
    return 0.05 + 0.95 * done / tiles;
  }

  private MaskExport export(
      Preprocessing.Layout layout, Geometry geometry, boolean probabilities, Workers working) {
    LabelScheme scheme = model.source().dataset().labels();
    boolean softmaxFirst = probabilities || options.parity() == Parity.NNUNET_2_2;
    Decoder decoder =
        scheme.hasRegions()
            ? new Decoder.Regions(scheme.values().stream().mapToInt(Integer::intValue).toArray())
            : new Decoder.Argmax(softmaxFirst);
    SliceResampler resampler =
        new SliceResampler(
            layout.back(preprocessing.probabilities(), options.parity() == Parity.NNUNET_2_8),
            preprocessing.probabilities(),
            scheme.heads(),
            options.precision() == Precision.REFERENCE);
    Placement placement =
        new Placement(geometry.shape().toArray(), preprocessing.transpose(), layout.crop().box());
    return new MaskExport(
        resampler, decoder, placement, geometry, scheme, kept, probabilities, working);
  }

  /** The volumes as the model's reader would hand them over; their number is checked first. */
  private List<Volume> oriented(List<Volume> volumes) {
    if (volumes.size() != model.channels()) {
      throw new IllegalArgumentException(
          "the model needs "
              + model.channels()
              + " channel(s) "
              + channelNames()
              + ", got "
              + volumes.size());
    }
    Orientation wanted = model.orientation();
    return wanted == null
        ? volumes
        : volumes.stream().map(volume -> volume.reoriented(wanted)).toList();
  }

  private static float[][] reoriented(float[][] values, Geometry from, Orientation target) {
    if (values == null || from.orientation().equals(target)) {
      return values;
    }
    float[][] moved = new float[values.length][];
    for (int c = 0; c < values.length; c++) {
      Volume one = Volume.of(Tensor.of(from.shape(), values[c]), from);
      moved[c] = one.reoriented(target).tensor().array();
      values[c] = null;
    }
    return moved;
  }

  /** Channels are used voxel by voxel, so they have to lie alike as the model takes them. */
  private void check(List<Volume> volumes, List<String> warnings) {
    Volume first = volumes.get(0);
    for (int channel = 1; channel < volumes.size(); channel++) {
      Volume other = volumes.get(channel);
      if (!other.shape().equals(first.shape())
          || !sameSpacing(other.geometry().spacing(), first.geometry().spacing())) {
        throw new IllegalArgumentException(
            "channels must lie on one grid, but channel 0 has shape "
                + first.shape()
                + " and "
                + first.geometry().spacing()
                + ", channel "
                + channel
                + " has "
                + other.shape()
                + " and "
                + other.geometry().spacing()
                + ": resample them onto one grid");
      }
      if (!other.geometry().matches(first.geometry(), 1e-3)) {
        warnings.add(
            "channel "
                + channel
                + " has another origin or direction than channel 0; used as it is");
      }
    }
    boolean slice = Arrays.stream(first.shape().toArray()).anyMatch(extent -> extent == 1);
    if (slice && model.configuration().dimension() == 3) {
      warnings.add("the image is a single slice; a 3D network sees zeros around it");
    }
  }

  /** Equal up to what float32 headers round away. */
  private static boolean sameSpacing(Spacing a, Spacing b) {
    double[] left = a.toArray();
    double[] right = b.toArray();
    for (int axis = 0; axis < 3; axis++) {
      if (Math.abs(left[axis] - right[axis]) > 1e-4 * left[axis]) {
        return false;
      }
    }
    return true;
  }

  /** What the mask of a case will cost; only the crop is computed. */
  public SegmentPlan plan(Volume... channels) {
    return plan(SegmentRequest.of(List.of(channels)));
  }

  /**
   * What a request will cost; only the crop is computed.
   *
   * <p><b>Errors</b>: those of {@link #run} about the channels.
   */
  public SegmentPlan plan(SegmentRequest request) {
    List<Volume> volumes = oriented(request.channels());
    check(volumes, new ArrayList<>());
    return Costs.plan(
        fallback.current(),
        preprocessing,
        options,
        request.channels(),
        volumes,
        request.probabilities(),
        workers);
  }

  /** The model's channels, in order. */
  public List<String> channelNames() {
    return model.source().dataset().channelNames();
  }

  /** The names of the mask's values, the background with value 0 included. */
  public Map<Integer, String> labelNames() {
    Map<Integer, String> names = new TreeMap<>(model.source().dataset().labels().namesByValue());
    names.put(0, "background");
    return names;
  }

  /**
   * The label that each class of {@link Segmentation#probabilities()} stands for: 0, 1, 2, ..., or
   * what each region writes, the later ones over the earlier ones.
   */
  public List<Integer> outputValues() {
    return model.source().dataset().labels().values();
  }

  /** The ending of the model's training images, such as {@code .nii.gz}. */
  public String fileEnding() {
    return model.source().dataset().fileEnding();
  }

  /** The options it was opened with. */
  public SegmentOptions options() {
    return options;
  }

  /** The compiled network as a table, and where its memory lies. */
  public String report() {
    return fallback.current().folds().get(0).report();
  }
}
