package org.cirr.nn.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A case of {@code cirr radiomics}.
 *
 * @param number from 1
 * @param columns what the batch's table says about it, copied to the output; begins with Image and
 *     Mask
 * @param label the label of this case; null for that of the settings
 */
record RadiomicsCase(
    int number, Map<String, String> columns, Path image, Path mask, Integer label) {

  static RadiomicsCase single(Path image, Path mask) {
    Map<String, String> columns = new LinkedHashMap<>();
    columns.put("Image", image.toString());
    columns.put("Mask", mask.toString());
    return new RadiomicsCase(1, columns, image, mask, null);
  }

  private static String text(Path table) throws IOException {
    try {
      return Files.readString(table);
    } catch (CharacterCodingException e) {
      throw new IOException(table + ": is no UTF-8 text; save it as CSV in UTF-8", e);
    }
  }

  /**
   * The cases of a table with the columns Image and Mask, and perhaps Label; paths are relative to
   * the table's folder.
   *
   * <p><b>Errors</b>: {@link IOException} naming table, line and column.
   */
  static List<RadiomicsCase> ofTable(Path table) throws IOException {
    List<List<String>> rows = CsvText.parse(text(table));
    if (rows.size() < 2) {
      throw new IOException(
          table
              + ": has no cases; the first line names the columns Image and Mask, then one line per"
              + " case");
    }
    List<String> head = rows.get(0);
    if (!head.contains("Image") || !head.contains("Mask")) {
      throw new IOException(
          table + ": needs the columns Image and Mask, but has " + String.join(", ", head));
    }
    Path folder = table.toAbsolutePath().getParent();
    List<RadiomicsCase> cases = new ArrayList<>();
    for (int i = 1; i < rows.size(); i++) {
      List<String> row = rows.get(i);
      if (row.size() != head.size()) {
        throw new IOException(
            table
                + ": row "
                + (i + 1)
                + " has "
                + row.size()
                + " cells, but there are "
                + head.size()
                + " columns");
      }
      Map<String, String> columns = new LinkedHashMap<>();
      for (int c = 0; c < head.size(); c++) {
        columns.put(head.get(c), row.get(c));
      }
      String label = columns.getOrDefault("Label", "");
      if (!label.isEmpty() && !label.matches("[1-9][0-9]{0,4}")) {
        throw new IOException(
            table + ": row " + (i + 1) + " has the Label '" + label + "'; labels are 1 to 65535");
      }
      cases.add(
          new RadiomicsCase(
              i,
              columns,
              folder.resolve(columns.get("Image")),
              folder.resolve(columns.get("Mask")),
              label.isEmpty() ? null : Integer.valueOf(label)));
    }
    return cases;
  }
}
