package org.cirr.nn.segment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cirr.backend.Backend;
import org.cirr.backend.Backends;
import org.cirr.backend.Program;
import org.cirr.io.checkpoint.NnUnetCheckpoint;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.nnunet.Configuration;
import org.cirr.io.nnunet.ModelFolder;
import org.cirr.nn.network.NnUnet;
import org.cirr.nn.preprocess.Preprocessing;
import org.cirr.volume.Orientation;

/**
 * A model folder, compiled: one program per fold over one graph.
 *
 * @param mirroring the passes over every tile
 */
record Model(
    ModelFolder folder,
    Configuration configuration,
    Mirroring mirroring,
    Backend backend,
    List<Program> folds) {
  private static final List<String> READERS =
      List.of("SimpleITKIO", "SimpleITKIOWithReorient", "NibabelIO", "NibabelIOWithReorient");

  static Model open(Path path, SegmentOptions options) throws IOException {
    Backend backend = Backends.of(options.backend());
    ModelFolder folder = ModelFolder.open(path);
    requireKnownReader(folder);
    List<Path> files = folder.checkpoints(ModelFolder.FINAL_CHECKPOINT, options.folds());
    Configuration configuration = null;
    Mirroring mirroring = null;
    NnUnet network = null;
    List<Program> programs = new ArrayList<>();
    for (Path file : files) {
      NnUnetCheckpoint checkpoint = NnUnetCheckpoint.read(file);
      if (network == null) { // as in nnU-Net, the first fold speaks for all
        configuration = folder.plans().configuration(checkpoint.configuration());
        refuseCascade(path, configuration);
        requireOneNormalizationPerChannel(folder, configuration);
        List<Integer> axes = options.mirroring() ? checkpoint.mirrorAxes() : List.of();
        mirroring = mirroring(file, axes, configuration);
        network = network(path, folder, configuration);
      }
      programs.add(compile(file, checkpoint, network, backend));
    }
    return new Model(folder, configuration, mirroring, backend, List.copyOf(programs));
  }

  private static NnUnet network(Path path, ModelFolder folder, Configuration configuration)
      throws MalformedFileException {
    try {
      return NnUnet.of(
          configuration.architecture(),
          configuration.patchSize(),
          folder.dataset().channelNames().size(),
          folder.dataset().labels().heads());
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(
          path.resolve("plans.json"),
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

  private static void refuseCascade(Path path, Configuration configuration)
      throws MalformedFileException {
    if (configuration.previousStage() != null) {
      throw new MalformedFileException(
          path.resolve("plans.json"),
          "configuration " + configuration.name(),
          "is the second stage of a cascade and needs the masks of "
              + configuration.previousStage(),
          "use a model of a single stage, such as 3d_fullres");
    }
  }

  /** The readers that hand over the voxels of a 3D image; others are for other files. */
  private static void requireKnownReader(ModelFolder folder) throws MalformedFileException {
    String reader = folder.plans().readerWriter();
    if (!READERS.contains(reader)) {
      throw new MalformedFileException(
          folder.folder().resolve("plans.json"),
          "image_reader_writer",
          "is " + reader + ", expected one of " + String.join(", ", READERS),
          "use nnU-Net for this model");
    }
  }

  private static void requireOneNormalizationPerChannel(
      ModelFolder folder, Configuration configuration) throws MalformedFileException {
    List<String> channels = folder.dataset().channelNames();
    if (configuration.normalizations().size() != channels.size()) {
      throw new MalformedFileException(
          folder.folder().resolve("plans.json"),
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

  /**
   * The orientation in which the model sees images, null for that in which they are stored:
   * MRSegmentator reads as LPS, nnU-Net's readers "WithReorient" read as RAS.
   */
  Orientation orientation() {
    if (folder.isMrSegmentator()) {
      return Orientation.LPS;
    }
    return folder.plans().readerWriter().endsWith("WithReorient") ? Orientation.RAS : null;
  }

  /**
   * What happens to an image before the network.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} when the plans resample in a way that cirr
   * lacks.
   */
  Preprocessing preprocessing() throws MalformedFileException {
    try {
      return Preprocessing.of(folder.plans(), configuration);
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(
          folder.folder().resolve("plans.json"),
          "configuration " + configuration.name(),
          "prepares images in a way that cirr does not know",
          e.getMessage(),
          e);
    }
  }

  int channels() {
    return folder.dataset().channelNames().size();
  }

  int heads() {
    return folder.dataset().labels().heads();
  }

  /** The patch in three axes. */
  int[] patch() {
    return configuration.patchSize().stream().mapToInt(Integer::intValue).toArray();
  }
}
