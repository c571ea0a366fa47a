package org.cirr.nn.train;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.cirr.backend.Backend;
import org.cirr.backend.Backends;
import org.cirr.graph.Graph;
import org.cirr.nn.augment.AugmentationSettings;
import org.cirr.nn.data.BackgroundBatches;
import org.cirr.nn.data.Batch;
import org.cirr.nn.data.BatchSource;
import org.cirr.nn.gradient.Checkpoints;
import org.cirr.nn.gradient.Gradients;
import org.cirr.nn.optimize.GradientNorm;
import org.cirr.nn.optimize.Schedule;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;

/**
 * Trains the network of a plan as nnU-Net does and leaves a model folder that both load.
 *
 * <pre>{@code
 * TrainingData data = TrainingData.open(PreparedFolder.of(dataset), "3d_fullres", "0");
 * Trainer.start(data, TrainSettings.defaults(), TrainOptions.defaults(), model)
 *     .run(TrainListener.NONE, () -> false);
 * }</pre>
 *
 * <p>After each epoch it writes {@code checkpoint_latest.pth}, {@code checkpoint_best.pth} where
 * the smoothed pseudo-Dice rose, {@code progress.csv} and {@code progress.png}; at the end {@code
 * checkpoint_final.pth}. A run that was ended in any way goes on with {@link #resume} and gives the
 * same weights, bit by bit, as one that was not.
 *
 * <p><b>Source</b>: nnU-Net {@code nnUNetTrainer}.
 */
public final class Trainer {
  /*
   * Why a resumed run is the same: batch n follows from the seed and n alone; results do not depend
   * on the number of threads; a checkpoint holds, beside weights and momentum, the sums of an epoch
   * that is not over, as they are. Weights are changed by whole steps only: a step that is cancelled
   * has not changed them, because the optimizer's part cannot be cancelled.
   */
  private static final double POWER = 0.9;
  private static final long VALIDATION = 0x5ca1ab1e;

  private final TrainingData data;
  private final TrainSettings settings;
  private final TrainOptions options;
  private final ModelFiles files;
  private final LossGraph graph;
  private final TrainCheckpoint checkpoints;
  private final TrainState state;
  private final TrainingStep step;
  private final TrainingStep validation;
  private final BatchSource trainingBatches;
  private final BatchSource validationBatches;
  private long savedAt;
  private boolean saved; // whether the latest checkpoint is of this very state
  private boolean drawn = true;
  private boolean whole = true; // whether all weights are of one step
  private long savedSteps; // of the latest checkpoint's weights
  private long provenSteps = -1; // of the last weights that gave a finite loss
  private final Workers all;

  private Trainer(
      TrainingData data,
      TrainSettings settings,
      TrainOptions options,
      Path model,
      Path checkpoint,
      Pretrained pretrained)
      throws IOException {
    this.data = data;
    this.settings = settings;
    this.options = options;
    this.files = new ModelFiles(model, data.fold());
    Backend backend = Backends.of(options.backend(), settings.precision());
    this.graph = LossGraph.of(data, settings);
    this.checkpoints = new TrainCheckpoint(data, settings);
    if (checkpoint != null) {
      this.state = checkpoints.read(checkpoint, graph);
    } else {
      Map<String, Tensor> weights = TrainState.firstWeights(graph, data, settings.seed());
      pretrained.into(weights);
      this.state = new TrainState(graph, settings, weights);
      this.state.origin = RunOrigin.of(data, pretrained);
    }
    this.saved = checkpoint != null;
    boolean automatic = options.backend().equals(Backends.AUTO);
    this.step =
        new TrainingStep(backend, automatic, graph.step(settings.recompute()), state.weights());
    this.validation = new TrainingStep(backend, automatic, graph.validation(), state.weights());
    this.all = Workers.of(options.threads());
    this.savedSteps = state.optimizer().steps();
    this.trainingBatches = batches(data, settings, true);
    this.validationBatches = batches(data, settings, false);
  }

  private static BatchSource batches(TrainingData data, TrainSettings settings, boolean training) {
    TrainSettings.Sampling sampling = settings.sampling();
    AugmentationSettings augmentation = AugmentationSettings.none();
    TrainSettings.Augmenting wanted = sampling.augmenting();
    if (training && wanted.wanted()) {
      augmentation =
          AugmentationSettings.of(BatchSource.patch(data.configuration()))
              .withSpatialChance(wanted.spatial())
              .withElasticChance(wanted.elastic())
              .withOrganContrastChance(wanted.organContrast())
              .withIgnoredLabel(
                  data.labels().ignoreLabel().orElse(AugmentationSettings.NONE_IGNORED));
      augmentation = wanted.mirroring() ? augmentation : augmentation.withMirrorAxes();
    }
    return BatchSource.of(
        training ? data.training() : data.validation(),
        data.configuration(),
        data.labels().ignoreLabel().isPresent(),
        augmentation,
        sampling.foregroundShare(),
        data.batchSize(settings),
        training ? settings.seed() : settings.seed() ^ VALIDATION);
  }

  /**
   * A run from its beginning.
   *
   * <p><b>Errors</b>: {@link IOException} when the folder holds a run of this fold or a model of
   * other plans; {@link IllegalArgumentException} when the network cannot be built; {@link
   * UnsupportedOperationException} when the backend has not the precision.
   *
   * @param model where to write; is made if it is not there
   */
  public static Trainer start(
      TrainingData data, TrainSettings settings, TrainOptions options, Path model)
      throws IOException {
    return start(data, settings, options, model, Pretrained.NONE);
  }

  /**
   * A run that begins with the weights of another one.
   *
   * <p><b>Errors</b>: as above, and those of {@link Pretrained}.
   */
  public static Trainer start(
      TrainingData data,
      TrainSettings settings,
      TrainOptions options,
      Path model,
      Pretrained pretrained)
      throws IOException {
    ModelFiles files = new ModelFiles(model, data.fold());
    Path there = files.resumable();
    if (there != null) {
      throw files.occupied(there);
    }
    Trainer trainer = new Trainer(data, settings, options, model, null, pretrained);
    files.create(data);
    return trainer;
  }

  /**
   * A run that goes on where it was ended, with the settings that it was begun with.
   *
   * <p><b>Errors</b>: {@link IOException} when there is no checkpoint to go on from, it is damaged,
   * or the fold's cases are others than those that the run was begun with.
   */
  public static Trainer resume(TrainingData data, TrainOptions options, Path model)
      throws IOException {
    Path checkpoint = resumable(model, data.fold());
    if (checkpoint == null) {
      throw new IOException(
          new ModelFiles(model, data.fold()).latest()
              + ": is not there, so there is no run to go on with; start one without --resume");
    }
    Trainer trainer =
        new Trainer(
            data,
            TrainCheckpoint.settings(checkpoint),
            options,
            model,
            checkpoint,
            Pretrained.NONE);
    trainer.files.create(data);
    return trainer;
  }

  /** The checkpoint that a run of a fold would go on from; null for none. */
  public static Path resumable(Path model, String fold) {
    return new ModelFiles(model, fold).resumable();
  }

  /** The learning rate of an epoch. */
  static double rate(TrainSettings settings, int epoch) {
    return Schedule.poly(settings.descent().learningRate(), settings.length().epochs(), POWER)
        .rate(epoch);
  }

  /**
   * Whether these are the first weights of the run: {@link Pretrained#NONE}, or a file of the same
   * bytes.
   *
   * <p><b>Errors</b>: {@link IOException} when the file cannot be read.
   */
  public boolean beganWith(Pretrained weights) throws IOException {
    return state.origin.beganWith(weights);
  }

  /** What is trained and how long. */
  public TrainSettings settings() {
    return settings;
  }

  /** The epochs that are done. */
  public TrainingLog log() {
    return state.log;
  }

  /** The training batches of the epoch at hand that are done, for messages. */
  public int batchesDone() {
    return state.batches;
  }

  /** Whether the last epoch is done, or as many brought nothing as patience allows. */
  public boolean isFinished() {
    return state.epoch() >= settings.length().epochs()
        || state.log.isStale(settings.length().patience());
  }

  /** The model's checkpoint, once the run is finished. */
  public Path finalCheckpoint() {
    return files.last();
  }

  /** What the run will need. */
  public TrainPlan plan() {
    int size = data.batchSize(settings);
    Graph recomputing =
        Gradients.of(graph.loss(), graph.trained(), Checkpoints.every(1, graph.loss())).graph();
    return new TrainPlan(
        data.configuration().patchSize(),
        size,
        graph.network().complete().parameterCount(),
        step.graph().flops(),
        step.heapBytes(options.threads()),
        validation.heapBytes(options.threads()),
        state.bytes(),
        batchBytes(size),
        step.heapBytes(recomputing, options.threads()),
        step.deviceBytes() + validation.deviceBytes());
  }

  /** Batches that wait, one in use with its targets, and patches in the making. */
  private long batchBytes(int size) {
    int[] patch = BatchSource.patch(data.configuration());
    int[] loaded =
        settings.sampling().augmenting().wanted()
            ? AugmentationSettings.of(patch).loadedSize(patch)
            : patch;
    long voxels = (long) patch[0] * patch[1] * patch[2] * size;
    long loadedVoxels = (long) loaded[0] * loaded[1] * loaded[2];
    long batch = voxels * Float.BYTES * (data.channels() + 2);
    long making = 4 * loadedVoxels * (Float.BYTES * data.channels() + Short.BYTES);
    long targets = 2 * voxels * Float.BYTES * data.labels().heads();
    return (options.batchThreads() + 3L) * batch + options.batchThreads() * making + targets;
  }

  /**
   * Trains to the end.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when the memory does not suffice, before the
   * first step; {@link NotFiniteLossException} naming the step, its cases and the last checkpoint;
   * {@link IOException} when a case cannot be read or a checkpoint cannot be written, in which case
   * the one before is intact; {@link CancellationException} when cancelled or interrupted, after a
   * checkpoint was written, unless that or an update was interrupted itself: {@link #resume} goes
   * on from the one before, and another call of this run may be refused ({@link
   * IllegalStateException}).
   */
  public TrainingLog run(TrainListener listener, BooleanSupplier cancelled) throws IOException {
    if (isFinished()) {
      finish(listener);
      return state.log;
    }
    if (!whole) {
      throw new IllegalStateException(
          "an interrupt ended an update half way; go on with Trainer.resume");
    }
    plan().require(Runtime.getRuntime().maxMemory());
    Workers workers = all.cancelledBy(cancelled);
    savedAt = System.nanoTime();
    Speed speed = new Speed(settings.length());
    long next = (long) state.epoch() * settings.batchesPerEpoch() + state.batches;
    int threads = options.batchThreads();
    try (BackgroundBatches batches =
        BackgroundBatches.start(this::make, next, threads, threads + 1)) {
      while (!isFinished()) {
        epoch(batches, listener, workers, speed);
      }
    } catch (CancellationException stop) {
      saveWhateverInterrupts();
      throw stop;
    } catch (ClosedByInterruptException stop) { // a file was closed: the one before is intact
      CancellationException cancellation = new CancellationException("interrupted");
      cancellation.initCause(stop);
      throw cancellation;
    }
    return state.log;
  }

  /** Makes the batches of all epochs, each epoch's for training before those for validation. */
  private Batch make(long number) throws IOException {
    TrainSettings.Length length = settings.length();
    long epoch = number / settings.batchesPerEpoch();
    long within = number % settings.batchesPerEpoch();
    return within < length.iterations()
        ? trainingBatches.batch(epoch * length.iterations() + within)
        : validationBatches.batch(
            epoch * length.validationIterations() + within - length.iterations());
  }

  private void epoch(
      BackgroundBatches batches, TrainListener listener, Workers workers, Speed speed)
      throws IOException {
    int iterations = settings.length().iterations();
    double rate = rate(settings, state.epoch());
    validation.weightsChanged();
    while (state.batches < settings.batchesPerEpoch()) {
      workers.throwIfCancelled();
      long begun = System.nanoTime();
      Batch batch = batches.next();
      boolean training = state.batches < iterations;
      if (training) {
        state.trainLoss += train(batch, rate, workers);
      } else {
        state.validationLoss += validate(batch, workers);
      }
      state.batches++;
      saved = false;
      double seconds = (System.nanoTime() - begun) / 1e9;
      state.seconds += seconds;
      speed.add(training, seconds);
      listener.batch(
          state.epoch(),
          state.batches,
          settings.batchesPerEpoch(),
          state.trainLoss / Math.min(state.batches, iterations),
          speed.secondsLeft(state));
      boolean last = state.batches == settings.batchesPerEpoch();
      if (!last && System.nanoTime() - savedAt >= options.saveMinutes() * 60e9) {
        save();
      }
    }
    end(rate, listener, speed);
  }

  private double train(Batch batch, double rate, Workers workers) {
    List<Tensor> results = step.run(graph.inputs(step.graph(), batch), workers);
    float loss = results.get(0).array()[0];
    List<Tensor> gradients = results.subList(1, results.size());
    double norm = GradientNorm.clip(gradients, settings.descent().clipNorm(), workers);
    if (!Float.isFinite(loss) || !Double.isFinite(norm)) {
      throw astray(loss, norm, batch);
    }
    provenSteps = state.optimizer().steps();
    whole = false; // an interrupt may end the update half way
    state.optimizer().step(gradients, rate, all);
    whole = true;
    step.weightsChanged();
    validation.weightsChanged();
    return loss;
  }

  private double validate(Batch batch, Workers workers) {
    Graph computed = validation.graph();
    List<Tensor> inputs = graph.inputs(computed, batch);
    List<Tensor> results = validation.run(inputs, workers);
    int finest = computed.inputs().indexOf(graph.targets().get(0));
    float loss = results.get(0).array()[0];
    if (!Float.isFinite(loss)) {
      throw astray(loss, 0, batch);
    }
    provenSteps = state.optimizer().steps();
    state.dice.add(results.get(1), inputs.get(finest));
    return loss;
  }

  private NotFiniteLossException astray(float loss, double norm, Batch batch) {
    // A checkpoint is good when a finite loss was computed with its weights.
    boolean latest = Files.exists(files.latest()) && savedSteps <= provenSteps;
    Path good = latest ? files.latest() : files.best();
    return new NotFiniteLossException(
        (Float.isFinite(loss) ? "the norm of the gradients is " + norm : "the loss is " + loss)
            + " at step "
            + (state.optimizer().steps() + 1)
            + " (epoch "
            + (state.epoch() + 1)
            + ", iteration "
            + (state.batches + 1)
            + ") with the cases "
            + String.join(", ", batch.cases())
            + "; "
            + (Files.exists(good)
                ? "the last good checkpoint is " + good
                : "no good checkpoint was written before")
            + "; look at these cases, or start anew with a lower --learning-rate");
  }

  /** The end of an epoch. The best checkpoint comes first: a run that dies here writes it again. */
  private void end(double rate, TrainListener listener, Speed speed) throws IOException {
    TrainSettings.Length length = settings.length();
    List<Double> dice = state.dice.values();
    double mean = PseudoDice.mean(dice);
    EpochResult result =
        new EpochResult(
            state.epoch(),
            rate,
            state.trainLoss / length.iterations(),
            state.validationLoss / length.validationIterations(),
            dice,
            mean,
            state.log.smoothed(mean),
            state.seconds,
            System.currentTimeMillis() / 1e3);
    state.next(result);
    boolean best = state.log.best() == result.epoch();
    if (best) {
      checkpoints.write(files.best(), state);
    }
    if (isFinished()) {
      finish(listener);
    } else {
      save();
      describe(listener);
    }
    listener.epoch(result, best, isFinished() ? 0 : speed.secondsLeft(state));
  }

  private void finish(TrainListener listener) throws IOException {
    describe(listener);
    if (!Files.exists(files.last())) {
      checkpoints.write(files.last(), state);
    }
    Files.deleteIfExists(files.latest());
    saved = true;
  }

  /** Table and curves; a picture that cannot be drawn is no reason to stop. */
  private void describe(TrainListener listener) throws IOException {
    state.log.writeCsv(files.csv());
    if (!drawn) {
      return;
    }
    try {
      String name = data.configuration().name() + ", fold " + data.fold();
      state.log.writePicture(name, files.picture());
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      drawn = false;
      listener.warning("the curves are left out: " + e.getMessage());
    }
  }

  private void save() throws IOException {
    checkpoints.write(files.latest(), state);
    savedSteps = state.optimizer().steps();
    saved = true;
    savedAt = System.nanoTime();
  }

  /** Saves on the way out, also when the thread is interrupted, which closes files else. */
  private void saveWhateverInterrupts() throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      if (whole && !saved && state.optimizer().steps() > 0) {
        save();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
