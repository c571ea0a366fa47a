package org.cirr.nn.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cirr.io.file.AtomicFile;
import org.cirr.nn.pseudolabel.StructureQuality;

/**
 * What is known of a case whose mask was predicted: kept as CSV beside the mask, so that it is not
 * predicted again.
 *
 * @param inputs name, size and time of every image, as a text
 * @param structures the measures
 * @param warnings what was said about the case
 */
record PredictedCase(
    List<String> inputs, List<StructureQuality> structures, List<String> warnings) {
  private static final int CELLS = 9;

  /** Name, bytes and milliseconds of each file. */
  static List<String> inputs(List<Path> files) throws IOException {
    List<String> texts = new ArrayList<>();
    for (Path file : files) {
      texts.add(
          file.toAbsolutePath().normalize()
              + " "
              + Files.size(file)
              + " "
              + Files.getLastModifiedTime(file).toMillis());
    }
    return texts;
  }

  /** Writes the file whole or not at all. */
  void write(Path file) throws IOException {
    StringBuilder text = new StringBuilder();
    inputs.forEach(input -> text.append(CsvText.line(List.of("input", input))).append('\n'));
    for (StructureQuality one : structures) {
      List<String> cells =
          List.of(
              "structure",
              Integer.toString(one.value()),
              one.name(),
              Long.toString(one.voxels()),
              Double.toString(one.ml()),
              Double.toString(one.confidence()),
              Double.toString(one.agreement()),
              Integer.toString(one.components()),
              Double.toString(one.largest()));
      text.append(CsvText.line(cells)).append('\n');
    }
    warnings.forEach(
        warning -> text.append(CsvText.line(List.of("warning", warning))).append('\n'));
    AtomicFile.write(file, out -> out.write(text.toString().getBytes(StandardCharsets.UTF_8)));
  }

  /** Reads the file back; null where it is not there, or is not what {@link #write} wrote. */
  static PredictedCase read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return null;
    }
    List<String> inputs = new ArrayList<>();
    List<StructureQuality> structures = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    // Not readString, which throws on bytes that are no UTF-8: a damaged file is predicted again.
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    for (List<String> row : CsvText.parse(text)) {
      if (row.size() == 2 && row.get(0).equals("input")) {
        inputs.add(row.get(1));
      } else if (row.size() == 2 && row.get(0).equals("warning")) {
        warnings.add(row.get(1));
      } else {
        StructureQuality structure = structure(row);
        if (structure == null) {
          return null;
        }
        structures.add(structure);
      }
    }
    return new PredictedCase(inputs, structures, warnings);
  }

  private static StructureQuality structure(List<String> row) {
    if (row.size() != CELLS || !row.get(0).equals("structure")) {
      return null;
    }
    try {
      return new StructureQuality(
          Integer.parseInt(row.get(1)),
          row.get(2),
          Long.parseLong(row.get(3)),
          Double.parseDouble(row.get(4)),
          Double.parseDouble(row.get(5)),
          Double.parseDouble(row.get(6)),
          Integer.parseInt(row.get(7)),
          Double.parseDouble(row.get(8)));
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
