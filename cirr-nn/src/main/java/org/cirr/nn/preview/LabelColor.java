package org.cirr.nn.preview;

import java.awt.Color;

/** Colours that stand out on grey and from each other. */
final class LabelColor {
  private static final int[] FIRST = {
    0xff6a4d, 0x4db8ff, 0x35d98a, 0xffd84a, 0xff7ad9, 0xa98bff, 0x3fe0e0, 0xffa64d, 0xb6e34a,
    0xf5b5a8
  };
  private static final double GOLDEN_RATIO = 0.618034;

  private LabelColor() {}

  /** The colour of a label from 1 on. */
  static Color of(int label) {
    if (label <= FIRST.length) {
      return new Color(FIRST[label - 1]);
    }
    float hue = (float) (label * GOLDEN_RATIO % 1);
    return Color.getHSBColor(hue, label % 2 == 0 ? 0.55f : 0.75f, 1f);
  }
}
