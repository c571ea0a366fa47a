package org.cirr.nn.segment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cirr.backend.Backend;
import org.cirr.backend.Backends;
import org.cirr.backend.DeviceException;
import org.cirr.backend.Program;
import org.cirr.io.checkpoint.NnUnetCheckpoint;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.nnunet.Configuration;
import org.cirr.io.nnunet.ModelFile;
import org.cirr.io.nnunet.ModelFolder;
import org.cirr.nn.network.NnUnet;
import org.cirr.nn.preprocess.Preprocessing;
import org.cirr.volume.Orientation;

/**
 * A model, compiled: one program per fold over one graph.
 *
 * @param mirroring the passes over every tile
 */
record Model(
    ModelSource source,
    Configuration configuration,
    Mirroring mirroring,
    Backend backend,
    List<Program> folds) {
  private static final List<String> READERS =
      List.of("SimpleITKIO", "SimpleITKIOWithReorient", "NibabelIO", "NibabelIOWithReorient");

  /** Reads and compiles a model folder or a model in one file. */
  static Model open(Path path, SegmentOptions options) throws IOException {
    return of(ModelFile.isNamed(path) ? ofFile(path, options) : ofFolder(path, options), options);
  }

  private static ModelSource ofFile(Path path, SegmentOptions options) throws IOException {
    return ModelSource.of(path, ModelFile.read(path), options.folds());
  }

  private static ModelSource ofFolder(Path path, SegmentOptions options) throws IOException {
    return ModelSource.of(ModelFolder.open(path), options.folds());
  }

  /**
   * Compiles a model. Where the choice of the backend is left to cirr, a device that fails or is
   * too small, or that cannot run the network, is replaced by the processor in float32.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} when the parts of the model do not fit; {@link
   * DeviceException} when a device that was asked for fails.
   */
  static Model of(ModelSource source, SegmentOptions options) throws IOException {
    Backend backend = Backends.of(options.backend(), options.precision().arithmetic());
    try {
      return of(source, options, backend);
    } catch (DeviceException | UnsupportedOperationException e) {
      if (!options.backend().equals(Backends.AUTO) || !backend.onDevice()) {
        throw e;
      }
      return of(source, options, Backends.insteadOf(backend, e));
    }
  }

  /** Compiles a model for a backend. */
  static Model of(ModelSource source, SegmentOptions options, Backend backend) throws IOException {
    requireKnownReader(source);
    Configuration configuration = null;
    Mirroring mirroring = null;
    NnUnet network = null;
    List<Program> programs = new ArrayList<>();
    for (Path file : source.checkpoints()) {
      NnUnetCheckpoint checkpoint = source.read(file);
      if (network == null) { // as in nnU-Net, the first fold speaks for all
        configuration = source.plans().configuration(checkpoint.configuration());
        refuseCascade(source, configuration);
        requireOneNormalizationPerChannel(source, configuration);
        List<Integer> axes = options.mirroring() ? checkpoint.mirrorAxes() : List.of();
        mirroring = mirroring(file, axes, configuration);
        network = network(source, configuration);
      }
      programs.add(compile(file, checkpoint, network, backend));
    }
    return new Model(source, configuration, mirroring, backend, List.copyOf(programs));
  }

  private static NnUnet network(ModelSource source, Configuration configuration)
      throws MalformedFileException {
    try {
      return NnUnet.of(
          configuration.architecture(),
          configuration.patchSize(),
          source.dataset().channelNames().size(),
          source.dataset().labels().heads());
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(
          source.plansFile(),
          "configuration " + configuration.name(),
          "describes a network that cannot be built",
          e.getMessage(),
          e);
    }
  }

  private static Program compile(
      Path file, NnUnetCheckpoint checkpoint, NnUnet network, Backend backend) throws IOException {
    try {
      network.check(checkpoint.weights(), "trainer " + checkpoint.trainerName());
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(
          file,
          "network_weights",
          "do not fit the plans (" + e.getMessage() + ")",
          "use the plans.json it was trained with; trainers with an architecture of their own are"
              + " not supported",
          e);
    }
    try {
      return backend.compile(network.prediction(), NnUnet.parameters(checkpoint.weights()));
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(
          file, "the network", "cannot be compiled", e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void refuseCascade(ModelSource source, Configuration configuration)
      throws MalformedFileException {
    if (configuration.previousStage() != null) {
      throw new MalformedFileException(
          source.plansFile(),
          "configuration " + configuration.name(),
          "is the second stage of a cascade and needs the masks of "
              + configuration.previousStage(),
          "use a model of a single stage, such as 3d_fullres");
    }
  }

  /** The readers that hand over the voxels of a 3D image; others are for other files. */
  private static void requireKnownReader(ModelSource source) throws MalformedFileException {
    String reader = source.plans().readerWriter();
    if (!READERS.contains(reader)) {
      throw new MalformedFileException(
          source.plansFile(),
          "image_reader_writer",
          "is " + reader + ", expected one of " + String.join(", ", READERS),
          "use nnU-Net for this model");
    }
  }

  private static void requireOneNormalizationPerChannel(
      ModelSource source, Configuration configuration) throws MalformedFileException {
    List<String> channels = source.dataset().channelNames();
    if (configuration.normalizations().size() != channels.size()) {
      throw new MalformedFileException(
          source.plansFile(),
          "configuration " + configuration.name(),
          "normalises "
              + configuration.normalizations().size()
              + " channel(s), but dataset.json names "
              + channels.size()
              + ", "
              + channels,
          "use the plans.json and dataset.json of one training");
    }
  }

  private static Mirroring mirroring(Path file, List<Integer> axes, Configuration configuration)
      throws MalformedFileException {
    for (int axis : axes) {
      if (axis >= configuration.dimension()) {
        throw new MalformedFileException(
            file,
            "inference_allowed_mirroring_axes",
            "is " + axes + " but the network has " + configuration.dimension() + " spatial axes",
            "mirror less, or use the plans it was trained with");
      }
    }
    return new Mirroring(axes, configuration.dimension() == 2);
  }

  /** The orientation in which the model sees images, null for that in which they are stored. */
  Orientation orientation() {
    return source.orientation();
  }

  /**
   * What happens to an image before the network.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} when the plans resample in a way that cirr
   * lacks.
   */
  Preprocessing preprocessing() throws MalformedFileException {
    try {
      return Preprocessing.of(source.plans(), configuration);
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(
          source.plansFile(),
          "configuration " + configuration.name(),
          "prepares images in a way that cirr does not know",
          e.getMessage(),
          e);
    }
  }

  int channels() {
    return source.dataset().channelNames().size();
  }

  int heads() {
    return source.dataset().labels().heads();
  }

  /** The patch in three axes. */
  int[] patch() {
    return configuration.patchSize().stream().mapToInt(Integer::intValue).toArray();
  }
}
