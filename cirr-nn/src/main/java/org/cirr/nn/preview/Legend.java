package org.cirr.nn.preview;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.cirr.volume.LabelMap;

/** The labels that are in a mask, with colour and volume, in columns; and those that are not. */
final class Legend {
  private static final int ROW_HEIGHT = 26;
  private static final int COLUMN_WIDTH = 290;
  private static final int TOP = 12;
  private static final int MAX_ABSENT = 12;
  private static final double MM3_PER_ML = 1000;

  private record Entry(int label, String text) {}

  private final List<Entry> entries;
  private final String absent; // null when all labels are there
  private final int columns;

  private Legend(List<Entry> entries, String absent, int columns) {
    this.entries = entries;
    this.absent = absent;
    this.columns = columns;
  }

  static Legend of(LabelMap mask, Map<Integer, String> names, int width) {
    long[] counts = mask.counts();
    double voxelMl = mask.geometry().spacing().voxelVolume() / MM3_PER_ML;
    Map<Integer, String> all = new TreeMap<>(names);
    for (int label = 1; label < counts.length; label++) {
      if (counts[label] > 0) {
        all.putIfAbsent(label, "label " + label);
      }
    }
    List<Entry> entries = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    all.forEach(
        (label, name) -> {
          if (label != 0 && label < counts.length && counts[label] > 0) {
            entries.add(new Entry(label, text(name, counts[label] * voxelMl)));
          } else if (label != 0) {
            missing.add(name);
          }
        });
    return new Legend(entries, absent(missing), Math.max(1, width / COLUMN_WIDTH));
  }

  private static String text(String name, double ml) {
    return String.format(Locale.ROOT, ml < 10 ? "%s  %.1f ml" : "%s  %.0f ml", name, ml);
  }

  private static String absent(List<String> missing) {
    if (missing.isEmpty()) {
      return null;
    }
    return missing.size() <= MAX_ABSENT
        ? "not found: " + String.join(", ", missing)
        : "not found: " + missing.size() + " labels";
  }

  private int rows() {
    return (entries.size() + columns - 1) / columns;
  }

  int height() {
    return TOP + (rows() + (absent == null ? 0 : 1)) * ROW_HEIGHT;
  }

  void draw(Graphics2D pen, int left, int top) {
    pen.setFont(Preview.font(Font.PLAIN, 16));
    for (int index = 0; index < entries.size(); index++) {
      int x = left + index % columns * COLUMN_WIDTH;
      int y = top + TOP + index / columns * ROW_HEIGHT;
      pen.setColor(LabelColor.of(entries.get(index).label()));
      pen.fillRoundRect(x, y + 2, 15, 15, 5, 5);
      pen.setColor(new Color(0xe8ebef));
      pen.drawString(entries.get(index).text(), x + 24, y + 15);
    }
    if (absent != null) {
      pen.setFont(Preview.font(Font.PLAIN, 14));
      pen.setColor(new Color(0x9aa3ad));
      pen.drawString(absent, left, top + TOP + rows() * ROW_HEIGHT + 14);
    }
  }
}
