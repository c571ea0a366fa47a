package org.cirr.metrics.radiomics.feature;

import java.util.Map;
import org.cirr.metrics.radiomics.image.Roi;
import org.cirr.volume.Spacing;

/**
 * The size and form of a region in 3D, from its mask alone.
 *
 * <p>V and A are volume and area of the marching cubes mesh, λ₁ ≥ λ₂ ≥ λ₃ the variances of the
 * voxel centres along their principal axes.
 *
 * <p><b>Units</b>: mm, mm² and mm³.
 *
 * <p><b>Source</b>: pyradiomics {@code shape}; IBSI HCUG.
 */
public final class Shape3D {
  private final boolean[] inside;
  private final int[] shape;
  private final Spacing spacing;
  private final Mesh mesh;
  private final double[] axes;
  private final double voxelVolume;
  private Diameters diameters; // made when asked for; a source belongs to one thread

  private Shape3D(boolean[] inside, int[] shape, Spacing spacing, boolean bessel) {
    this.inside = inside;
    this.shape = shape;
    this.spacing = spacing;
    mesh = Mesh.of(inside, shape, spacing);
    axes = PrincipalAxes.of(inside, shape, spacing, bessel);
    long voxels = 0;
    for (boolean in : inside) {
      voxels += in ? 1 : 0;
    }
    voxelVolume = voxels * spacing.voxelVolume();
  }

  /** The shape of a region, as pyradiomics measures it. */
  public static Shape3D of(Roi roi) {
    return of(roi.inside(), roi.shape(), roi.spacing());
  }

  /** The shape of a mask {@code [z, y, x]}, as pyradiomics measures it. */
  public static Shape3D of(boolean[] inside, int[] shape, Spacing spacing) {
    return new Shape3D(inside, shape, spacing, false);
  }

  /** The shape of a mask as IBSI measures it: the covariance is divided by N − 1. */
  static Shape3D ofIbsi(boolean[] inside, int[] shape, Spacing spacing) {
    return new Shape3D(inside, shape, spacing, true);
  }

  double volume() {
    return mesh.volume();
  }

  double area() {
    return mesh.area();
  }

  /** The semi-axes 2√λ of the ellipsoid with the mask's variances, in mm, descending. */
  double[] semiAxes() {
    return new double[] {2 * Math.sqrt(axes[0]), 2 * Math.sqrt(axes[1]), 2 * Math.sqrt(axes[2])};
  }

  /** The default features of a region. */
  public static Map<String, Double> features(Roi roi) {
    return CATALOG.evaluate(of(roi));
  }

  private double axis(int rank) {
    return 4 * Math.sqrt(axes[rank]); // NaN for a negative variance, as in pyradiomics
  }

  private Diameters diameters() {
    if (diameters == null) {
      diameters = Diameters.of(inside, shape, spacing);
    }
    return diameters;
  }

  private double sphericity() {
    return Math.cbrt(36 * Math.PI * mesh.volume() * mesh.volume()) / mesh.area();
  }

  /** The features by name. */
  public static final FeatureCatalog<Shape3D> CATALOG = catalog();

  private static FeatureCatalog<Shape3D> catalog() {
    FeatureCatalog.Builder<Shape3D> b = new FeatureCatalog.Builder<>();
    b.add("MeshVolume", "RNU0", "V", s -> s.mesh.volume());
    b.add("VoxelVolume", "YEKZ", "number of voxels · voxel volume", s -> s.voxelVolume);
    b.add("SurfaceArea", "C0JK", "A", s -> s.mesh.area());
    b.add("SurfaceVolumeRatio", "2PR5", "A/V", s -> s.mesh.area() / s.mesh.volume());
    b.add("Sphericity", "QCFX", "(36 π V²)^⅓/A", Shape3D::sphericity);
    b.deprecated(
        "Compactness1",
        "SKGS",
        "V/(√π A^1.5)",
        s -> s.mesh.volume() / (Math.sqrt(Math.PI) * Math.pow(s.mesh.area(), 1.5)));
    b.deprecated(
        "Compactness2",
        "BQWJ",
        "36 π V²/A³",
        s -> 36 * Math.PI * s.mesh.volume() * s.mesh.volume() / Math.pow(s.mesh.area(), 3));
    b.deprecated("SphericalDisproportion", "KRCK", "A/(36 π V²)^⅓", s -> 1 / s.sphericity());
    b.add(
        "Maximum3DDiameter",
        "L0JK",
        "the largest distance between two vertices of the mesh",
        s -> s.diameters().all());
    b.add(
        "Maximum2DDiameterSlice",
        "",
        "the same for vertices with equal z",
        s -> s.diameters().slice());
    b.add(
        "Maximum2DDiameterColumn",
        "",
        "the same for vertices with equal y",
        s -> s.diameters().column());
    b.add(
        "Maximum2DDiameterRow", "", "the same for vertices with equal x", s -> s.diameters().row());
    b.add("MajorAxisLength", "TDIC", "4 √λ₁", s -> s.axis(0));
    b.add("MinorAxisLength", "P9VJ", "4 √λ₂", s -> s.axis(1));
    b.add("LeastAxisLength", "7J51", "4 √λ₃", s -> s.axis(2));
    b.add("Elongation", "Q3CK", "√(λ₂/λ₁)", s -> Math.sqrt(s.axes[1] / s.axes[0]));
    b.add("Flatness", "N17B", "√(λ₃/λ₁)", s -> Math.sqrt(s.axes[2] / s.axes[0]));
    return b.build();
  }
}
