package org.cirr.nn.preview;

import java.util.ArrayList;
import java.util.List;

/**
 * Where the planes stand: in a row, or the first beside the others in a column when they are drawn
 * clearly larger that way (thin slabs).
 *
 * @param scale pixels per millimetre, the same for all planes
 * @param width of all planes together, in pixels
 * @param height of all planes with their captions, in pixels
 */
record Layout(double scale, int width, int height, List<Place> places) {
  static final int CAPTION_HEIGHT = 30;

  private static final int ROW_WIDTH = 1440;
  private static final int ROW_HEIGHT = 640;
  private static final int COLUMN_WIDTH = 1400;
  private static final int COLUMN_HEIGHT = 820;
  private static final int SINGLE = 860;
  private static final int GAP = 14;
  private static final double CLEARLY = 1.2;

  /** A plane and its upper left corner. */
  record Place(Plane plane, int left, int top) {}

  static Layout of(List<Plane> planes) {
    if (planes.size() == 1) {
      Plane plane = planes.get(0);
      return row(planes, SINGLE / Math.max(plane.widthMm(), plane.heightMm()));
    }
    double rowScale = rowScale(planes);
    double columnScale = columnScale(planes);
    return columnScale > CLEARLY * rowScale ? column(planes, columnScale) : row(planes, rowScale);
  }

  private static double rowScale(List<Plane> planes) {
    double width = planes.stream().mapToDouble(Plane::widthMm).sum();
    double height = planes.stream().mapToDouble(Plane::heightMm).max().orElseThrow();
    return Math.min((ROW_WIDTH - (planes.size() - 1) * GAP) / width, ROW_HEIGHT / height);
  }

  private static double columnScale(List<Plane> planes) {
    List<Plane> others = planes.subList(1, planes.size());
    double width =
        planes.get(0).widthMm() + others.stream().mapToDouble(Plane::widthMm).max().orElseThrow();
    double height =
        Math.max(planes.get(0).heightMm(), others.stream().mapToDouble(Plane::heightMm).sum());
    int captions = (others.size() - 1) * CAPTION_HEIGHT;
    return Math.min((COLUMN_WIDTH - GAP) / width, (COLUMN_HEIGHT - captions) / height);
  }

  private static Layout row(List<Plane> planes, double scale) {
    List<Place> places = new ArrayList<>();
    int left = 0;
    int height = 0;
    for (Plane plane : planes) {
      places.add(new Place(plane, left, 0));
      left += plane.widthPixels(scale) + GAP;
      height = Math.max(height, plane.heightPixels(scale));
    }
    return new Layout(scale, left - GAP, height + CAPTION_HEIGHT, places);
  }

  private static Layout column(List<Plane> planes, double scale) {
    List<Place> places = new ArrayList<>();
    places.add(new Place(planes.get(0), 0, 0));
    int left = planes.get(0).widthPixels(scale) + GAP;
    int top = 0;
    int width = 0;
    for (Plane plane : planes.subList(1, planes.size())) {
      places.add(new Place(plane, left, top));
      top += plane.heightPixels(scale) + CAPTION_HEIGHT;
      width = Math.max(width, plane.widthPixels(scale));
    }
    int first = planes.get(0).heightPixels(scale) + CAPTION_HEIGHT;
    return new Layout(scale, left + width, Math.max(top, first), places);
  }
}
