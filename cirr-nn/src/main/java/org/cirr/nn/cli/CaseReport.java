package org.cirr.nn.cli;

import java.util.List;
import java.util.Map;
import org.cirr.nn.segment.SegmentPlan;
import org.cirr.volume.Geometry;

/**
 * What became of a case.
 *
 * @param error why it failed, else null
 * @param geometry the grid, null where no image was read
 * @param plan null where it was not reached
 */
record CaseReport(
    ImageCase image,
    Status status,
    Outputs outputs,
    String error,
    Geometry geometry,
    SegmentPlan plan,
    Map<String, Double> secondsPerStage,
    List<LabelVolumes.LabelVolume> labels,
    List<String> warnings) {

  /** How a case ended. */
  enum Status {
    DONE,
    FAILED,
    /** Its mask was already there, and the call said {@code --resume}. */
    SKIPPED
  }

  static CaseReport failed(ImageCase image, Outputs outputs, String error) {
    return new CaseReport(
        image, Status.FAILED, outputs, error, null, null, Map.of(), List.of(), List.of());
  }

  static CaseReport skipped(ImageCase image, Outputs outputs) {
    return new CaseReport(
        image, Status.SKIPPED, outputs, null, null, null, Map.of(), List.of(), List.of());
  }
}
