package org.cirr.nn.phantom;

/**
 * What a point of the phantom is made of, with its brightness in a T1-like and in a T2-like image
 * (1 is about the brightest), how grainy it is, and its label.
 */
enum Tissue {
  AIR(0, 0, 0, 0),
  SKIN(0.35, 0.3, 0.05, 0),
  FAT(1.0, 0.13, 0.07, 0),
  MUSCLE(0.4, 0.14, 0.1, 0),
  CORTICAL_BONE(0.12, 0.06, 0.05, 0),
  MARROW(0.6, 0.22, 0.1, 0),
  DISC(0.38, 0.3, 0.05, 0),
  CSF(0.14, 1.0, 0.03, 0),
  CORD(0.4, 0.4, 0.03, 0),
  LUNG(0.06, 0.05, 0.5, 0),
  HEART(0.42, 0.3, 0.2, 0),
  BLOOD(0.35, 0.2, 0.1, 0),
  LIVER(0.62, 0.3, 0.04, 1),
  LIVER_VESSEL(0.36, 0.66, 0.04, 1),
  RIGHT_CORTEX(0.5, 0.72, 0.05, 2),
  RIGHT_MEDULLA(0.38, 0.85, 0.05, 2),
  LEFT_CORTEX(0.5, 0.72, 0.05, 3),
  LEFT_MEDULLA(0.38, 0.85, 0.05, 3),
  SPLEEN(0.42, 0.68, 0.04, 4),
  URINE(0.15, 1.1, 0.03, 0),
  BILE(0.25, 1.15, 0.02, 0),
  PANCREAS(0.62, 0.42, 0.12, 0),
  PORTAL_VEIN(0.38, 0.55, 0.04, 0),
  STOMACH_WALL(0.42, 0.4, 0.08, 0),
  STOMACH_CONTENT(0.3, 0.85, 0.15, 0),
  BOWEL_WALL(0.42, 0.38, 0.08, 0),
  BOWEL_FLUID(0.25, 0.85, 0.12, 0),
  BOWEL_CONTENT(0.45, 0.38, 0.2, 0),
  GAS(0.03, 0.03, 0.1, 0),
  ASCITES(0.18, 1.05, 0.03, 0);

  private final double t1;
  private final double t2;
  private final double grain;
  private final int label;

  Tissue(double t1, double t2, double grain, int label) {
    this.t1 = t1;
    this.t2 = t2;
    this.grain = grain;
    this.label = label;
  }

  double brightness(PhantomContrast contrast) {
    return contrast == PhantomContrast.T1 ? t1 : t2;
  }

  /** The deviation of its brightness' logarithm: blood that flows is bright or dark. */
  double spread() {
    return this == BLOOD || this == HEART ? 0.5 : 0.12;
  }

  double grain() {
    return grain;
  }

  /** The label, CHAOS' numbers. */
  int label() {
    return label;
  }
}
