package org.cirr.nn.cli;

import java.util.ArrayList;
import java.util.List;

/** Comma-separated values, RFC 4180: quoted cells may hold commas, quotes and line breaks. */
final class CsvText {
  private CsvText() {}

  /** The rows of a text; empty lines are left out. */
  static List<List<String>> parse(String text) {
    List<List<String>> rows = new ArrayList<>();
    List<String> row = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    String rest = text.startsWith("\uFEFF") ? text.substring(1) : text;
    for (int i = 0; i <= rest.length(); i++) {
      char c = i < rest.length() ? rest.charAt(i) : '\n';
      if (quoted && i < rest.length()) {
        if (c == '"' && i + 1 < rest.length() && rest.charAt(i + 1) == '"') {
          cell.append('"');
          i++;
        } else if (c == '"') {
          quoted = false;
        } else {
          cell.append(c);
        }
      } else if (c == '"' && cell.length() == 0) {
        quoted = true;
      } else if (c == ',' || c == '\n') {
        row.add(cell.toString().strip());
        cell.setLength(0);
        if (c == '\n') {
          if (row.size() > 1 || !row.get(0).isEmpty()) {
            rows.add(row);
          }
          row = new ArrayList<>();
        }
      } else if (c != '\r') {
        cell.append(c);
      }
    }
    return rows;
  }

  /** One line of cells, quoted where needed, without the line break. */
  static String line(Iterable<String> cells) {
    StringBuilder line = new StringBuilder();
    for (String cell : cells) {
      line.append(line.length() > 0 ? "," : "");
      boolean quote = cell.matches("(?s).*[\",\\r\\n].*");
      line.append(quote ? '"' + cell.replace("\"", "\"\"") + '"' : cell);
    }
    return line.toString();
  }
}
