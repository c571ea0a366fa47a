package org.cirr.nn.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cirr.nn.plan.RawDataset;
import org.cirr.nn.pseudolabel.KeepRules;
import org.cirr.nn.pseudolabel.LabelledVolumes;
import org.cirr.nn.pseudolabel.VolumeRange;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of {@code cirr pseudo-label} that become {@link KeepRules}. */
final class PseudoLabelRules {
  private static final String NUMBER = "([0-9]{1,9}(?:\\.[0-9]{1,9})?)";
  private static final Pattern VOLUME = Pattern.compile("(.+)=" + NUMBER + "-" + NUMBER);

  @Option(
      names = "--judge",
      split = ",",
      paramLabel = "LABEL",
      description = {
        "The structures that a mask is judged by, as in liver,spleen. Default: all of the model."
      })
  private List<String> judge = List.of();

  @Option(
      names = "--min-confidence",
      paramLabel = "P",
      defaultValue = "0.9",
      description = {
        "The least mean probability of a structure's voxels, 0 to 1. Default: ${DEFAULT-VALUE}."
      })
  private double minConfidence;

  @Option(
      names = "--min-agreement",
      paramLabel = "DICE",
      defaultValue = "0.9",
      description = {
        "The least Dice of a structure between the mask and those of --agreement, 0 to 1. Default:"
            + " ${DEFAULT-VALUE}."
      })
  private double minAgreement;

  @Option(
      names = "--min-largest",
      paramLabel = "SHARE",
      defaultValue = "0.9",
      description = {
        "The least share of a structure's voxels in its largest component, 0 to 1; 0 for vessels"
            + " and lesions. Default: ${DEFAULT-VALUE}."
      })
  private double minLargest;

  @Option(
      names = "--max-components",
      paramLabel = "N",
      description = "The most components of a structure. Default: any number.")
  private Integer maxComponents;

  @Option(
      names = "--allow-missing",
      description = "A structure may have no voxel. Default: the mask is rejected.")
  private boolean allowMissing;

  @Option(
      names = "--volume-ml",
      split = ",",
      paramLabel = "LABEL=MIN-MAX",
      description = {
        "The volumes that structures may have, as in liver=600-4000. Default: with --labelled what"
            + " --volume-factor says, else any."
      })
  private List<String> volumes = List.of();

  @Option(
      names = "--volume-factor",
      paramLabel = "F",
      defaultValue = "1.5",
      description = {
        "With --labelled: a structure may be F times smaller than the smallest and F times larger"
            + " than the largest labelled one; 0 for any volume. Default: ${DEFAULT-VALUE}."
      })
  private double volumeFactor;

  /** The structures that are judged, value to name. */
  Map<Integer, String> judged(CommandLine line, Map<Integer, String> names) {
    Map<Integer, String> judged = new TreeMap<>(names);
    judged.remove(0);
    if (judge.isEmpty()) {
      return judged;
    }
    List<String> asked = judge.stream().map(String::strip).toList();
    for (String name : asked) {
      if (!judged.containsValue(name)) {
        throw wrong(line, "--judge", name, judged);
      }
    }
    judged.values().retainAll(asked);
    return judged;
  }

  /**
   * The rules.
   *
   * @param labelled null for none
   */
  KeepRules rules(CommandLine line, Map<Integer, String> judged, RawDataset labelled)
      throws IOException {
    KeepRules rules;
    try {
      rules =
          new KeepRules(
              minConfidence,
              minAgreement,
              minLargest,
              maxComponents == null ? Integer.MAX_VALUE : maxComponents,
              allowMissing,
              Map.of());
      if (volumeFactor != 0 && !(volumeFactor >= 1 && volumeFactor <= 1000)) {
        throw new IllegalArgumentException(
            "--volume-factor is 0, or from 1 to 1000, got " + volumeFactor);
      }
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(line, wrong.getMessage(), wrong);
    }
    Map<Integer, VolumeRange> asked = asked(line, judged);
    Map<Integer, VolumeRange> ranges = new TreeMap<>();
    if (labelled != null && volumeFactor != 0) {
      ranges.putAll(LabelledVolumes.of(labelled.cases(), judged, volumeFactor));
    }
    ranges.putAll(asked);
    return new KeepRules(
        rules.minConfidence(),
        rules.minAgreement(),
        rules.minLargest(),
        rules.maxComponents(),
        rules.allowMissing(),
        ranges);
  }

  private Map<Integer, VolumeRange> asked(CommandLine line, Map<Integer, String> judged) {
    Map<Integer, VolumeRange> asked = new TreeMap<>();
    for (String text : volumes) {
      Matcher matcher = VOLUME.matcher(text.strip());
      if (!matcher.matches()) {
        throw new ParameterException(
            line, "--volume-ml takes ranges such as liver=600-4000, got '" + text + "'");
      }
      List<Integer> values = new ArrayList<>();
      judged.forEach(
          (value, name) -> {
            if (name.equals(matcher.group(1))) {
              values.add(value);
            }
          });
      if (values.isEmpty()) {
        throw wrong(line, "--volume-ml", matcher.group(1), judged);
      }
      try {
        VolumeRange range =
            new VolumeRange(
                Double.parseDouble(matcher.group(2)), Double.parseDouble(matcher.group(3)));
        values.forEach(value -> asked.put(value, range));
      } catch (IllegalArgumentException wrong) {
        throw new ParameterException(line, "--volume-ml: " + wrong.getMessage(), wrong);
      }
    }
    return asked;
  }

  private static ParameterException wrong(
      CommandLine line, String option, String name, Map<Integer, String> names) {
    return new ParameterException(
        line,
        option
            + ": '"
            + name
            + "' is none of the structures that are judged, "
            + String.join(", ", names.values()));
  }
}
