package org.cirr.nn.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.cirr.io.nnunet.DatasetJson;
import org.cirr.io.nnunet.LabelScheme;
import org.cirr.metrics.LabelSet;
import org.cirr.metrics.evaluate.Structure;

/** What {@code --labels} of the metrics means. */
final class LabelsOption {
  private LabelsOption() {}

  /** Whether the text names a file and not labels. */
  static boolean isFile(String text) {
    return text.endsWith(".json") || Files.isRegularFile(Path.of(text));
  }

  /**
   * The structures of {@code 1=liver,2+3=kidneys,4}, or of nnU-Net's {@code dataset.json}.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} naming the part that is wrong; {@link
   * IOException} for a file that cannot be read.
   */
  static List<Structure> parse(String text) throws IOException {
    if (isFile(text)) {
      return ofScheme(DatasetJson.read(Path.of(text)).labels());
    }
    List<Structure> structures = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String part : text.split(",", -1)) {
      Structure structure = parseOne(part.strip());
      if (!names.add(structure.name())) {
        throw new IllegalArgumentException(
            "--labels names '" + structure.name() + "' twice; give each structure its own name");
      }
      structures.add(structure);
    }
    return structures;
  }

  private static Structure parseOne(String part) {
    int equals = part.indexOf('=');
    String values = equals < 0 ? part : part.substring(0, equals);
    List<Integer> labels = new ArrayList<>();
    for (String value : values.split("\\+", -1)) {
      try {
        labels.add(Integer.parseInt(value.strip()));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "--labels takes dataset.json or value=name,..., such as 1=liver,2+3=kidneys; got '"
                + part
                + "'");
      }
    }
    String name = equals < 0 ? "label " + values.strip() : part.substring(equals + 1).strip();
    if (name.isEmpty()) {
      throw new IllegalArgumentException("--labels: the name after '" + values + "=' is missing");
    }
    return new Structure(name, LabelSet.of(labels));
  }

  private static List<Structure> ofScheme(LabelScheme scheme) {
    List<Structure> structures = new ArrayList<>();
    for (int i = 0; i < scheme.heads(); i++) {
      List<Integer> labels = scheme.regions().get(i);
      if (!labels.equals(List.of(0))) {
        structures.add(new Structure(scheme.names().get(i), LabelSet.of(labels)));
      }
    }
    return structures;
  }
}
