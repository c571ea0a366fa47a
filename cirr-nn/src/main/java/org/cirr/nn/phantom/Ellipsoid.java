package org.cirr.nn.phantom;

import org.cirr.nn.random.Draws;

/**
 * An ellipsoid in patient coordinates (mm; x to the left, y to the back, z to the head), turned
 * about two axes.
 */
final class Ellipsoid {
  private final double cx;
  private final double cy;
  private final double cz;
  private final double ax;
  private final double ay;
  private final double az;
  private final double cosXz;
  private final double sinXz;
  private final double cosXy;
  private final double sinXy;

  /**
   * @param centre x, y, z
   * @param axes the half axes
   * @param tiltXz degrees in the coronal plane, positive: the upper end leans to the left
   * @param tiltXy degrees in the axial plane, positive: the right end turns to the back
   */
  Ellipsoid(double[] centre, double[] axes, double tiltXz, double tiltXy) {
    cx = centre[0];
    cy = centre[1];
    cz = centre[2];
    ax = axes[0];
    ay = axes[1];
    az = axes[2];
    cosXz = Math.cos(Math.toRadians(tiltXz));
    sinXz = Math.sin(Math.toRadians(tiltXz));
    cosXy = Math.cos(Math.toRadians(tiltXy));
    sinXy = Math.sin(Math.toRadians(tiltXy));
  }

  /** An ellipsoid near the given one: moved by some mm, its axes changed by some percent. */
  static Ellipsoid near(
      Draws draws,
      double x,
      double y,
      double z,
      double ax,
      double ay,
      double az,
      double size,
      double tiltXz,
      double tiltXy) {
    double[] c = {x, y, z};
    double[] a = {ax, ay, az};
    for (int i = 0; i < 3; i++) {
      c[i] += draws.normal(0, 2.5);
      a[i] = a[i] * size * Math.exp(draws.normal(0, 0.05));
    }
    return new Ellipsoid(c, a, tiltXz + draws.normal(0, 4), tiltXy + draws.normal(0, 4));
  }

  /** About the distance to the surface in mm, negative inside. */
  double level(double x, double y, double z) {
    double dx = x - cx;
    double dy = y - cy;
    double dz = z - cz;
    double ux = dx * cosXy - dy * sinXy;
    double uy = dx * sinXy + dy * cosXy;
    double vx = ux * cosXz - dz * sinXz;
    double vz = ux * sinXz + dz * cosXz;
    double px = vx / ax;
    double py = uy / ay;
    double pz = vz / az;
    double norm = Math.sqrt(px * px + py * py + pz * pz);
    if (norm < 1e-6) {
      return -Math.min(ax, Math.min(ay, az));
    }
    double gx = px / ax;
    double gy = py / ay;
    double gz = pz / az;
    return norm * (norm - 1) / Math.sqrt(gx * gx + gy * gy + gz * gz);
  }
}
