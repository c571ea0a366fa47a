package org.cirr.io.nnunet;

import org.cirr.io.file.MalformedFileException;

/**
 * What a configuration of a plan says of training alone.
 *
 * @param batchSize the samples of a batch
 * @param batchDice whether the Dice of a batch is that of all its samples together
 */
public record TrainingPlan(int batchSize, boolean batchDice) {
  private static final int MAX_BATCH = 1 << 16;

  static TrainingPlan of(JsonNode node) throws MalformedFileException {
    return new TrainingPlan(
        node.get("batch_size").whole(1, MAX_BATCH), node.flag("batch_dice", false));
  }
}
