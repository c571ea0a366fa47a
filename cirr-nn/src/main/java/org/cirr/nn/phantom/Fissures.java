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
    hilum = near(draws, -17, -13, 24, 26 * Math.sqrt(width), 12 * width, 22, 6, 20);
    round = near(draws, 6, -48, 22, 5 * roundWidth, 36, 38, 6, 0);
    venous = near(draws, 14, -9, 44, 32, 4 * venousWidth, 24, 0, -14);
  }

  private static Ellipsoid near(
      Draws draws,
      double x,
      double y,
      double z,
      double ax,
      double ay,
      double az,
      double tiltXz,
      double tiltXy) {
    return Ellipsoid.near(
        draws, new double[] {x, y, z}, new double[] {ax, ay, az}, 1, tiltXz, tiltXy);
  }

  /** About the distance to the nearest of them in mm, negative inside. */
  double level(double x, double y, double z) {
    if (x < -60 || x > 60 || z < -40 || z > 90 || y > 30) {
      return 10; // far from all, and soon said
    }
    return Math.min(hilum.level(x, y, z), Math.min(round.level(x, y, z), venous.level(x, y, z)));
  }
}
