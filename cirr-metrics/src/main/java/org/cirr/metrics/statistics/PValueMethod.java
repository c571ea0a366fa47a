package org.cirr.metrics.statistics;

/** How a rank test finds its p-value. */
public enum PValueMethod {
  /** Exact for small samples without ties (and zeros), otherwise normal without continuity. */
  AUTO,
  /** From the distribution of the statistic over all arrangements; refuses ties. */
  EXACT,
  /** Normal approximation, corrected for ties. */
  NORMAL,
  /** Normal approximation, corrected for ties and for continuity. */
  NORMAL_CONTINUITY
}
