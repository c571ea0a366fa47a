package org.cirr.metrics.evaluate;

import java.util.List;

/**
 * What was measured of one case.
 *
 * @param name the case
 * @param structures one entry per structure
 */
public record CaseScores(String name, List<StructureScores> structures) {
  /** Copies the list. */
  public CaseScores {
    structures = List.copyOf(structures);
  }
}
