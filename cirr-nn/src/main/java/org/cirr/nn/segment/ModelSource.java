package org.cirr.nn.segment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.cirr.io.checkpoint.NnUnetCheckpoint;
import org.cirr.io.nnunet.DatasetJson;
import org.cirr.io.nnunet.ModelFile;
import org.cirr.io.nnunet.ModelFolder;
import org.cirr.io.nnunet.Plans;
import org.cirr.io.nnunet.Postprocessing;
import org.cirr.volume.Orientation;

/**
 * Where a model comes from: a folder with a checkpoint per fold, or one file.
 *
 * @param plansFile what an error about the plans names
 * @param orientation the orientation in which the model sees images, null for that in which they
 *     are stored
 * @param checkpoints what is read one after another, so that one at a time is in memory
 * @param only the checkpoint of a model in one file, else null
 * @param postprocessing what the model declares for its masks
 */
record ModelSource(
    Path plansFile,
    Plans plans,
    DatasetJson dataset,
    Orientation orientation,
    List<Path> checkpoints,
    NnUnetCheckpoint only,
    Postprocessing postprocessing) {

  /**
   * A folder, to whose masks nnU-Net does nothing unasked. MRSegmentator reads as LPS, nnU-Net's
   * readers "WithReorient" read as RAS.
   */
  static ModelSource of(ModelFolder model, List<String> folds) throws IOException {
    return new ModelSource(
        model.folder().resolve("plans.json"),
        model.plans(),
        model.dataset(),
        model.isMrSegmentator() ? Orientation.LPS : orientation(model.plans(), model.dataset()),
        model.checkpoints(ModelFolder.FINAL_CHECKPOINT, folds),
        null,
        Postprocessing.NONE);
  }

  /**
   * One file.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when folds are asked for.
   */
  static ModelSource of(Path name, ModelFile model, List<String> folds) {
    if (!folds.isEmpty()) {
      throw new IllegalArgumentException(
          name
              + " holds one fold, "
              + model.checkpoint().fold()
              + ", but "
              + folds
              + " is asked for: leave the folds out, or name a model folder");
    }
    return new ModelSource(
        name,
        model.plans(),
        model.dataset(),
        orientation(model.plans(), model.dataset()),
        List.of(name),
        model.checkpoint(),
        model.postprocessing());
  }

  private static Orientation orientation(Plans plans, DatasetJson dataset) {
    if (dataset.orientation() != null) {
      return dataset.orientation();
    }
    return plans.readerWriter().endsWith("WithReorient") ? Orientation.RAS : null;
  }

  NnUnetCheckpoint read(Path checkpoint) throws IOException {
    return only != null ? only : NnUnetCheckpoint.read(checkpoint);
  }
}
