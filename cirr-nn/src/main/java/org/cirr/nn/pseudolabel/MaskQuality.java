package org.cirr.nn.pseudolabel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.cirr.metrics.ConnectedComponents;
import org.cirr.metrics.Connectivity;
import org.cirr.nn.segment.Segmentation;
import org.cirr.volume.LabelMap;

/**
 * Measures of a predicted mask that need no reference: how sure the network is, whether it says the
 * same when asked in another way, and whether the structures are in one piece.
 */
public final class MaskQuality {
  private static final double MM3_PER_ML = 1000;

  private final LabelMap labels;
  private final long[] voxels; // by label
  private final double[] confidence; // by label
  private final double[] agreement; // by label

  private MaskQuality(LabelMap labels) {
    this.labels = labels;
    this.voxels = labels.counts();
    this.confidence = new double[voxels.length];
    this.agreement = new double[voxels.length];
  }

  /**
   * Measures the structures of a mask.
   *
   * <p><b>Formula</b>: confidence: Σ p(label of the voxel) / voxels, over the voxels of the label;
   * agreement with n others: Σ Dice(mask, other) / n; components are 26-connected.
   *
   * <p><b>Edge cases</b>: a structure without a voxel has NaN for all three and 0 components; the
   * agreement is NaN without others.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when the segmentation has no probabilities,
   * or another mask has another shape.
   *
   * @param segmentation the mask with its probabilities
   * @param outputValues the label that each class of the probabilities stands for
   * @param names the structures, value to name
   * @param others masks of the same case, predicted in other ways
   */
  public static List<StructureQuality> of(
      Segmentation segmentation,
      List<Integer> outputValues,
      Map<Integer, String> names,
      List<LabelMap> others) {
    if (segmentation.probabilities() == null) {
      throw new IllegalArgumentException(
          "the quality of a mask is measured on probabilities, but there are none: ask for them in"
              + " the SegmentRequest");
    }
    MaskQuality quality = new MaskQuality(segmentation.labels());
    quality.addConfidence(segmentation.probabilities(), outputValues);
    quality.addAgreement(others);
    List<StructureQuality> structures = new ArrayList<>();
    names.forEach(
        (value, name) -> {
          if (value != 0) {
            structures.add(quality.structure(value, name));
          }
        });
    return structures;
  }

  private void addConfidence(float[][] probabilities, List<Integer> outputValues) {
    float[][] byLabel = new float[voxels.length][];
    for (int output = 0; output < outputValues.size(); output++) {
      if (outputValues.get(output) < byLabel.length) { // of two regions the later one decides
        byLabel[outputValues.get(output)] = probabilities[output];
      }
    }
    for (int index = 0; index < labels.length(); index++) {
      int label = labels.get(index);
      if (byLabel[label] != null) {
        confidence[label] += byLabel[label][index];
      }
    }
    for (int label = 0; label < voxels.length; label++) {
      confidence[label] /= voxels[label]; // 0 / 0 is NaN
    }
  }

  private void addAgreement(List<LabelMap> others) {
    for (LabelMap other : others) {
      if (!other.shape().equals(labels.shape())) {
        throw new IllegalArgumentException(
            "masks of one case have one shape, got "
                + labels.shape()
                + " and "
                + other.shape()
                + ": predict them from the same image");
      }
      long[] both = new long[voxels.length];
      for (int index = 0; index < labels.length(); index++) {
        int label = labels.get(index);
        both[label] += label == other.get(index) ? 1 : 0;
      }
      long[] theirs = Arrays.copyOf(other.counts(), voxels.length);
      for (int label = 0; label < voxels.length; label++) {
        agreement[label] += 2.0 * both[label] / (voxels[label] + theirs[label]);
      }
    }
    for (int label = 0; label < voxels.length; label++) {
      agreement[label] = agreement[label] / others.size(); // 0 / 0 is NaN
    }
  }

  private StructureQuality structure(int value, String name) {
    if (value >= voxels.length || voxels[value] == 0) {
      return new StructureQuality(value, name, 0, 0, Double.NaN, Double.NaN, 0, Double.NaN);
    }
    ConnectedComponents components =
        ConnectedComponents.of(
            labels.shape().toArray(), Connectivity.CORNERS, index -> labels.get(index) == value);
    long largest = 0;
    for (int component = 1; component <= components.count(); component++) {
      largest = Math.max(largest, components.size(component));
    }
    return new StructureQuality(
        value,
        name,
        voxels[value],
        voxels[value] * labels.geometry().spacing().voxelVolume() / MM3_PER_ML,
        confidence[value],
        agreement[value],
        components.count(),
        largest / (double) voxels[value]);
  }
}
