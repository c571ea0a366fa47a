package org.cirr.metrics.radiomics.feature;

import java.util.Arrays;
import java.util.Map;
import org.cirr.metrics.radiomics.image.Roi;
import org.cirr.volume.Spacing;

/**
 * The size and form of a region that lies in one plane.
 *
 * <p>A is the area inside the marching squares outline, P its length, λ₁ ≥ λ₂ the variances of the
 * pixel centres along their principal axes.
 *
 * <p><b>Units</b>: mm and mm².
 *
 * <p><b>Source</b>: pyradiomics {@code shape2D}.
 */
public final class Shape2D {
  private final double surface;
  private final double perimeter;
  private final double pixelSurface;
  private final double diameter;
  private final double[] axes;

  private Shape2D(
      double surface, double perimeter, double pixelSurface, double diameter, double[] axes) {
    this.surface = surface;
    this.perimeter = perimeter;
    this.pixelSurface = pixelSurface;
    this.diameter = diameter;
    this.axes = axes;
  }

  /**
   * The shape of a region of one slice.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when the region has more than one slice
   * across the flat axis.
   *
   * @param flatAxis the array axis across the plane: 0 z, 1 y, 2 x
   */
  public static Shape2D of(Roi roi, int flatAxis) {
    int[] shape = roi.shape();
    if (shape[flatAxis] != 1) {
      throw new IllegalArgumentException(
          "shape2D needs a region of one slice, but this one has "
              + shape[flatAxis]
              + " along "
              + "zyx".charAt(flatAxis)
              + "; choose another 'force2Ddimension' or measure 'shape'");
    }
    int rowAxis = flatAxis == 0 ? 1 : 0;
    int columnAxis = flatAxis == 2 ? 1 : 2;
    double[] spacing = roi.spacing().toArray();
    double dv = spacing[rowAxis];
    double du = spacing[columnAxis];
    int height = shape[rowAxis];
    int width = shape[columnAxis];
    boolean[] inside = roi.inside(); // one extent is 1, so the order is that of the plane
    double[] outline = outline(inside, height, width, dv, du);
    double[] axes =
        PrincipalAxes.of(inside, new int[] {1, height, width}, new Spacing(1, dv, du), false);
    double largest =
        flatAxis == 0
            ? Diameters.of(inside, shape, roi.spacing()).slice()
            : flatAxis == 1
                ? Diameters.of(inside, shape, roi.spacing()).column()
                : Diameters.of(inside, shape, roi.spacing()).row();
    return new Shape2D(
        outline[0], outline[1], roi.voxels() * dv * du, largest, Arrays.copyOf(axes, 2));
  }

  /** The default features of a region of one slice. */
  public static Map<String, Double> features(Roi roi, int flatAxis) {
    return CATALOG.evaluate(of(roi, flatAxis));
  }

  /**
   * Area and length of the marching squares outline.
   *
   * <p>A square of four pixel centres with k of them inside adds, in units of the pixel: one corner
   * ⅛, two neighbours ½, three ⅞, four 1; two opposite corners are cut off apart, 2 · ⅛.
   */
  private static double[] outline(boolean[] inside, int height, int width, double dv, double du) {
    double diagonal = Math.sqrt(dv * dv + du * du) / 2;
    double area = 0;
    double length = 0;
    for (int y = -1; y < height; y++) {
      for (int x = -1; x < width; x++) {
        boolean a = at(inside, height, width, y, x);
        boolean b = at(inside, height, width, y, x + 1);
        boolean c = at(inside, height, width, y + 1, x);
        boolean d = at(inside, height, width, y + 1, x + 1);
        int corners = (a ? 1 : 0) + (b ? 1 : 0) + (c ? 1 : 0) + (d ? 1 : 0);
        boolean opposite = corners == 2 && a == d;
        switch (corners) {
          case 1, 3 -> length += diagonal;
          case 2 -> length += opposite ? 2 * diagonal : a == b ? du : dv;
          default -> {}
        }
        area +=
            switch (corners) {
              case 0 -> 0;
              case 1 -> 0.125;
              case 2 -> opposite ? 0.25 : 0.5;
              case 3 -> 0.875;
              default -> 1;
            };
      }
    }
    return new double[] {area * dv * du, length};
  }

  private static boolean at(boolean[] inside, int height, int width, int y, int x) {
    return y >= 0 && y < height && x >= 0 && x < width && inside[y * width + x];
  }

  private double sphericity() {
    return 2 * Math.sqrt(Math.PI * surface) / perimeter;
  }

  /** The features by name. */
  public static final FeatureCatalog<Shape2D> CATALOG = catalog();

  private static FeatureCatalog<Shape2D> catalog() {
    FeatureCatalog.Builder<Shape2D> b = new FeatureCatalog.Builder<>();
    b.add("MeshSurface", "", "A", s -> s.surface);
    b.add("PixelSurface", "", "number of pixels · pixel area", s -> s.pixelSurface);
    b.add("Perimeter", "", "P", s -> s.perimeter);
    b.add("PerimeterSurfaceRatio", "", "P/A", s -> s.perimeter / s.surface);
    b.add("Sphericity", "", "2 √(π A)/P", Shape2D::sphericity);
    b.deprecated("SphericalDisproportion", "", "P/(2 √(π A))", s -> 1 / s.sphericity());
    b.add(
        "MaximumDiameter",
        "",
        "the largest distance between two vertices of the outline",
        s -> s.diameter);
    b.add("MajorAxisLength", "", "4 √λ₁", s -> 4 * Math.sqrt(s.axes[0]));
    b.add("MinorAxisLength", "", "4 √λ₂", s -> 4 * Math.sqrt(s.axes[1]));
    b.add("Elongation", "", "√(λ₂/λ₁)", s -> Math.sqrt(s.axes[1] / s.axes[0]));
    return b.build();
  }
}
