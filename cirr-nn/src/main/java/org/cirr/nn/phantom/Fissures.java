package org.cirr.nn.phantom;

import org.cirr.nn.random.Draws;

/**
 * Where fat reaches into the liver from below: the hilum with the portal vein, the fissure of the
 * round ligament between the left lobe's parts, and that of the venous ligament before the caudate
 * lobe. They are wide in some patients and all but closed in others.
 */
final class Fissures {
  private final Ellipsoid hilum;
  private final Ellipsoid round;
  private final Ellipsoid venous;

  /**
   * @param wider 1, or more in a patient with much fat
   */
  Fissures(Draws draws, double wider) {
    double width = wider * draws.uniform(0.45, 1.25);
    double roundWidth = wider * draws.uniform(0.3, 1.3);
    double venousWidth = wider * draws.uniform(0.3, 1.1);
    hilum = Ellipsoid.near(draws, -17, -13, 24, 26 * Math.sqrt(width), 12 * width, 22, 1, 6, 20);
    round = Ellipsoid.near(draws, 6, -48, 22, 5 * roundWidth, 36, 38, 1, 6, 0);
    venous = Ellipsoid.near(draws, 14, -9, 44, 32, 4 * venousWidth, 24, 1, 0, -14);
  }

  /** About the distance to the nearest of them in mm, negative inside. */
  double level(double x, double y, double z) {
    if (x < -60 || x > 60 || z < -40 || z > 90 || y > 30) {
      return 10; // far from all, and soon said
    }
    return Math.min(hilum.level(x, y, z), Math.min(round.level(x, y, z), venous.level(x, y, z)));
  }
}
