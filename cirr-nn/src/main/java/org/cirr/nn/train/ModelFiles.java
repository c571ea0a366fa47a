package org.cirr.nn.train;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.cirr.io.file.AtomicFile;
import org.cirr.io.file.Folders;
import org.cirr.io.nnunet.ModelFolder;

/**
 * Where training writes: a model folder as nnU-Net leaves it.
 *
 * @param model {@code plans.json} and {@code dataset.json} lie here
 * @param fold the fold's name
 */
record ModelFiles(Path model, String fold) {
  private static final String REMAINS = ".{checkpoint_,progress}*.tmp";

  Path folder() {
    return model.resolve("fold_" + fold);
  }

  /** The state of the run, written often; gone when the run is finished. */
  Path latest() {
    return folder().resolve("checkpoint_latest.pth");
  }

  /** The state at the best epoch. */
  Path best() {
    return folder().resolve("checkpoint_best.pth");
  }

  /** The state at the end, with which cirr and nnU-Net predict. */
  Path last() {
    return folder().resolve(ModelFolder.FINAL_CHECKPOINT);
  }

  Path csv() {
    return folder().resolve("progress.csv");
  }

  Path picture() {
    return folder().resolve("progress.png");
  }

  /** The checkpoint that a run goes on from: that of its end, or the latest; null for none. */
  Path resumable() {
    for (Path file : List.of(last(), latest())) {
      if (Files.exists(file)) {
        return file;
      }
    }
    return null;
  }

  /**
   * Makes the folders and copies plans and data set.
   *
   * <p><b>Errors</b>: {@link IOException} when the folder holds a model of other plans.
   */
  void create(TrainingData data) throws IOException {
    Folders.make(folder());
    removeRemains();
    copy(data.folder().plansFile(), model.resolve("plans.json"));
    copy(data.folder().datasetFile(), model.resolve("dataset.json"));
  }

  /** What a run leaves that is killed while it writes: unfinished files, each of its own name. */
  private void removeRemains() throws IOException {
    try (DirectoryStream<Path> remains = Files.newDirectoryStream(folder(), REMAINS)) {
      for (Path file : remains) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    byte[] bytes = Files.readAllBytes(from);
    if (!Files.exists(to)) {
      AtomicFile.write(to, out -> out.write(bytes));
    } else if (!Arrays.equals(bytes, Files.readAllBytes(to))) {
      throw new IOException(
          to
              + ": differs from "
              + from
              + ", so folds of two plans would mix; name another folder for the model");
    }
  }

  /** Says that a run is there already. */
  IOException occupied(Path checkpoint) {
    return new IOException(
        checkpoint
            + ": is there from an earlier run; go on with --resume, delete it, or name another"
            + " folder for the model");
  }
}
