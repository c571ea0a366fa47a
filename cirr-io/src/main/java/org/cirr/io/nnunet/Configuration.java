package org.cirr.io.nnunet;

import java.util.ArrayList;
import java.util.List;
import org.cirr.io.file.MalformedFileException;

/**
 * One configuration of a plan, with inheritance resolved and defaults filled in. Axes are those of
 * the array after {@link Plans#transposeForward()}.
 *
 * @param name its name, such as {@code 3d_fullres}
 * @param patchSize the extents of a tile; two for 2D, three for 3D
 * @param spacingMm the target spacing, as many entries as the patch has
 * @param normalizations one per input channel
 * @param resamplingData for images
 * @param resamplingSegmentation for segmentations
 * @param resamplingProbabilities for the network's output
 * @param architecture the network
 * @param previousStage the configuration whose segmentation is a further input; null for none
 */
public record Configuration(
    String name,
    List<Integer> patchSize,
    List<Double> spacingMm,
    List<Normalization> normalizations,
    Resampling resamplingData,
    Resampling resamplingSegmentation,
    Resampling resamplingProbabilities,
    Architecture architecture,
    String previousStage) {
  private static final int MAX_PATCH = 1 << 14;

  /** Copies the lists. */
  public Configuration {
    patchSize = List.copyOf(patchSize);
    spacingMm = List.copyOf(spacingMm);
    normalizations = List.copyOf(normalizations);
  }

  /** 2 or 3. */
  public int dimension() {
    return patchSize.size();
  }

  /** Reads a configuration whose inheritance is resolved. */
  static Configuration of(String name, JsonNode node) throws MalformedFileException {
    JsonNode patch = node.get("patch_size");
    List<Integer> patchSize = patch.wholes(1, MAX_PATCH);
    if (patchSize.size() != 2 && patchSize.size() != 3) {
      throw patch.wrong("two or three extents");
    }
    JsonNode spacing = node.get("spacing");
    List<Double> spacings = new ArrayList<>();
    for (JsonNode axis : spacing.elements()) {
      double value = axis.number();
      if (!(value > 0) || value > 1e6) {
        throw axis.wrong("a spacing above 0 mm");
      }
      spacings.add(value);
    }
    if (spacings.size() != patchSize.size()) {
      throw spacing.refused(
          "has " + spacings.size() + " axes, the patch has " + patchSize.size(),
          "check how the file was made");
    }
    JsonNode preprocessor = node.find("preprocessor_name");
    if (preprocessor != null && !preprocessor.text().equals("DefaultPreprocessor")) {
      throw preprocessor.wrong("\"DefaultPreprocessor\", the only one supported");
    }
    return new Configuration(
        name,
        patchSize,
        spacings,
        normalizations(node),
        Resampling.of(node, "data", false, 3),
        Resampling.of(node, "seg", true, 1),
        Resampling.of(node, "probabilities", false, 1),
        ArchitectureReader.read(node, patchSize.size()),
        node.text("previous_stage", null));
  }

  private static List<Normalization> normalizations(JsonNode node) throws MalformedFileException {
    List<JsonNode> schemes = node.get("normalization_schemes").elements();
    JsonNode masks = node.find("use_mask_for_norm");
    List<JsonNode> flags = masks == null ? List.of() : masks.elements();
    if (masks != null && flags.size() != schemes.size()) {
      throw masks.refused(
          "has " + flags.size() + " entries, normalization_schemes has " + schemes.size(),
          "check how the file was made");
    }
    List<Normalization> normalizations = new ArrayList<>();
    for (int channel = 0; channel < schemes.size(); channel++) {
      boolean useMask = masks != null && flags.get(channel).flag();
      normalizations.add(Normalization.of(schemes.get(channel), useMask));
    }
    return normalizations;
  }
}
