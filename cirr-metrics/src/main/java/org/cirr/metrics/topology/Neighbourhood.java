package org.cirr.metrics.topology;

/**
 * Whether a voxel can be taken away without changing the topology: whether it is simple.
 *
 * <p>The 26 neighbours are bits; bit {@code (dz + 1) · 9 + (dy + 1) · 3 + dx + 1}, the voxel itself
 * (bit 13) is not looked at.
 */
final class Neighbourhood {
  /*
   * A voxel is simple, with 26 neighbours for the mask and 6 for the background, when
   *
   *   - the mask's voxels among its 26 neighbours hang together (26-connected), and
   *   - the background's voxels among its 18 neighbours (those that share a face or an edge) that
   *     reach one of its six faces hang together (6-connected),
   *
   * both being exactly one part (Bertrand and Malandain 1994). Lee's Euler number table says the same.
   * Parts are grown on bits: all neighbours of a set at once.
   */
  private static final int CENTRE = 1 << 13;
  private static final int ALL = (1 << 27) - 1;
  private static final int[] CORNER_NEIGHBOURS = new int[27];
  private static final int[] FACE_NEIGHBOURS = new int[27];
  private static final int WITHIN_EDGES;
  private static final int FACES;

  static {
    int edges = 0;
    int faces = 0;
    for (int a = 0; a < 27; a++) {
      int steps = steps(a, 13);
      edges |= steps <= 2 ? 1 << a : 0;
      faces |= steps == 1 ? 1 << a : 0;
      for (int b = 0; b < 27; b++) {
        boolean near =
            Math.abs(a / 9 - b / 9) <= 1
                && Math.abs(a / 3 % 3 - b / 3 % 3) <= 1
                && Math.abs(a % 3 - b % 3) <= 1;
        CORNER_NEIGHBOURS[a] |= near ? 1 << b : 0;
        FACE_NEIGHBOURS[a] |= steps(a, b) <= 1 ? 1 << b : 0;
      }
    }
    WITHIN_EDGES = edges & ~CENTRE;
    FACES = faces;
  }

  private Neighbourhood() {}

  private static int steps(int a, int b) {
    return Math.abs(a / 9 - b / 9) + Math.abs(a / 3 % 3 - b / 3 % 3) + Math.abs(a % 3 - b % 3);
  }

  /** Whether the voxel with these neighbours in the mask is simple. */
  static boolean isSimple(int mask) {
    int inside = mask & ~CENTRE;
    if (inside == 0 || part(inside, inside & -inside, CORNER_NEIGHBOURS) != inside) {
      return false;
    }
    int outside = ~mask & ALL & WITHIN_EDGES;
    int faces = outside & FACES;
    return faces != 0 && (part(outside, faces & -faces, FACE_NEIGHBOURS) & faces) == faces;
  }

  /** Whether the voxel has exactly one neighbour: the end of a line. */
  static boolean isEnd(int mask) {
    return Integer.bitCount(mask & ~CENTRE) == 1;
  }

  /** What of a set hangs together with a seed. */
  private static int part(int set, int seed, int[] neighbours) {
    int part = seed;
    int fresh = seed;
    while (fresh != 0) {
      int reached = 0;
      for (int rest = fresh; rest != 0; rest &= rest - 1) {
        reached |= neighbours[Integer.numberOfTrailingZeros(rest)];
      }
      fresh = reached & set & ~part;
      part |= fresh;
    }
    return part;
  }
}
