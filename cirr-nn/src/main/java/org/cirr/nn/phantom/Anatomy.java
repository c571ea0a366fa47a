package org.cirr.nn.phantom;

import org.cirr.nn.random.Draws;

/**
 * A patient: which tissue lies where. Coordinates are mm, x to the patient's left, y to the back, z
 * to the head; the origin lies in front of the first lumbar vertebra.
 *
 * <p>Organs are ellipsoids, cut by each other and by the diaphragm; what is asked first wins. All
 * sizes vary with the seed. The caller bends the coordinates, so that nothing stays an ellipsoid.
 */
final class Anatomy {
  private static final double RIB_DISTANCE_MM = 26;
  private static final double VERTEBRA_MM = 34;

  private final double width;
  private final double depth;
  private final double fat;
  private final double wall;
  private final double ascites;
  private final double nodules;
  private final Ellipsoid rightLobe;
  private final Ellipsoid leftLobe;
  private final Ellipsoid caudate;
  private final Ellipsoid riedelLobe; // a tongue of the right lobe down to the flank, or null
  private final Ellipsoid spleen;
  private final Ellipsoid spleenHollow;
  private final Ellipsoid rightKidney;
  private final Ellipsoid leftKidney;
  private final Ellipsoid rightSinus;
  private final Ellipsoid leftSinus;
  private final Ellipsoid gallbladder;
  private final Ellipsoid stomach;
  private final Ellipsoid antrum;
  private final Ellipsoid heart;
  private final Ellipsoid pancreasHead;
  private final Ellipsoid pancreasBody;
  private final double stomachFill;
  private final double rightDome;
  private final double lowerEdge;
  private final double lowerSlope;
  private final double slice0;
  private final Vessels vessels;
  private final Fissures fissures;
  private final BowelLoops bowel;

  Anatomy(long seed, boolean cirrhotic, boolean obese) {
    Draws draws = Draws.of(seed, 1);
    Draws more = Draws.of(seed, 6); // of its own, so that all else stays as it is without
    Draws parts = Draws.of(seed, 7); // so are the antrum's and Riedel's lobe's
    double usualFat = draws.uniform(6, 24);
    fat = obese ? 16 + more.uniform(0.7, 1.3) * usualFat : usualFat;
    width = 136 + fat + draws.uniform(-4, 5); // fat is around the organs, not instead of them
    depth = 88 + 0.9 * fat + draws.uniform(-4, 6);
    wall = draws.uniform(9, 13);
    boolean fluid = draws.chance(0.5);
    double fluidDepth = draws.uniform(7, 16);
    ascites = cirrhotic && fluid ? fluidDepth : 0;
    double bumps = draws.uniform(2.2, 4);
    nodules = cirrhotic ? bumps : draws.uniform(0.2, 0.8);
    double size = draws.uniform(0.92, 1.08);
    double right = size * (cirrhotic ? draws.uniform(0.84, 0.93) : draws.uniform(0.96, 1.05));
    double left = size * (cirrhotic ? draws.uniform(1.1, 1.3) : draws.uniform(0.62, 1.1));
    double tail = size * (cirrhotic ? draws.uniform(1.25, 1.5) : draws.uniform(0.85, 1.1));
    rightLobe = Ellipsoid.near(draws, -70, 0, 32, 72, 83, 81, right, -6, 4);
    leftLobe = Ellipsoid.near(draws, 12, -44, 54, 66, 34, 31, left, 8, -6);
    caudate = Ellipsoid.near(draws, -9, 8, 48, 17, 15, 25, tail, 0, 0);
    double big = cirrhotic ? draws.uniform(1.15, 1.45) : draws.uniform(0.85, 1.08);
    spleen = Ellipsoid.near(draws, 98, 36, 44, 30, 44, 54, big, -10, 24);
    spleenHollow = Ellipsoid.near(draws, 46, 4, 40, 40, 46, 60, 1, 0, 20);
    double kidneys = draws.uniform(0.92, 1.08);
    double drop = draws.uniform(10, 26);
    rightKidney = Ellipsoid.near(draws, -62, 46, -drop, 31, 28, 55, kidneys, -10, 32);
    leftKidney = Ellipsoid.near(draws, 62, 45, 14 - drop, 31, 28, 56, kidneys, 10, -32);
    rightSinus = Ellipsoid.near(draws, -42, 38, -drop, 14, 9, 22, kidneys, -10, 32);
    leftSinus = Ellipsoid.near(draws, 42, 37, 14 - drop, 14, 9, 22, kidneys, 10, -32);
    double bile = draws.uniform(0.6, 1.8);
    double hanging = 14 * Math.max(0, bile - 1);
    gallbladder = Ellipsoid.near(draws, -50, -46 - hanging, 2 - hanging, 13, 15, 27, bile, 14, 0);
    double meal = draws.uniform(0.7, 1.4);
    stomach = Ellipsoid.near(draws, 52, -34, 38, 36, 36, 48, meal, 20, 0);
    antrum = Ellipsoid.near(parts, 14, -44, 12, 44, 18, 18, parts.uniform(0.5, 1.3), 10, -14);
    double tongue = parts.uniform(0.7, 1.25);
    Ellipsoid low = Ellipsoid.near(parts, -98, -6, -28, 22, 44, 56, tongue, 0, 0);
    riedelLobe = parts.chance(0.35) ? low : null;
    heart = Ellipsoid.near(draws, 28, -38, 146, 58, 46, 50, 1, 20, -20);
    pancreasHead = Ellipsoid.near(draws, -22, -4, -2, 15, 14, 22, 1, 0, 0);
    pancreasBody = Ellipsoid.near(draws, 24, 2, 16, 46, 11, 13, 1, -16, 22);
    stomachFill = draws.uniform(-45, 15);
    rightDome = draws.uniform(102, 114);
    lowerEdge = draws.uniform(-64, -30);
    lowerSlope = draws.uniform(0.38, 0.56);
    slice0 = draws.uniform(0, VERTEBRA_MM);
    vessels = Vessels.of(draws, cirrhotic ? 0.85 : 1, cirrhotic ? 1.25 : 1);
    fissures = new Fissures(Draws.of(seed, 8), obese ? 1.5 : 1);
    bowel = new BowelLoops(draws.nextLong(), obese ? more.uniform(0.08, 0.4) : 1);
  }

  /**
   * The tissue at a point.
   *
   * @param under {@link #depthUnderSkin} of the point, which hardly changes along z
   * @param bump a smooth random number of deviation 1 that makes nodules
   */
  Tissue at(double x, double y, double z, double under, double bump) {
    if (under < 0) {
      return Tissue.AIR;
    }
    if (under < 2) {
      return Tissue.SKIN;
    }
    Tissue back = spine(x, y, z);
    if (back != null) {
      return back;
    }
    double fatHere = fat * (0.95 + 0.2 * Math.min(1, Math.max(-1, y / 50)));
    double inside = under - fatHere - wall;
    if (under < fatHere) {
      return Tissue.FAT;
    }
    if (inside < 0) {
      return chestWall(x, y, z, inside);
    }
    double below = diaphragm(x, y) - z;
    if (below < 0) {
      return below > -2.5
          ? Tissue.MUSCLE
          : heart.level(x, y, z) < 0 ? heartTissue(x, y, z) : Tissue.LUNG;
    }
    return abdomen(x, y, z, inside, below, bump);
  }

  /** The way to the skin along a ray from the middle, mm; negative outside. */
  double depthUnderSkin(double x, double y, double z) {
    double waist = 1 - 0.05 * Math.min(1, Math.max(0, -z / 120));
    if (Math.abs(x) > width || Math.abs(y) > depth) {
      return -1;
    }
    double px = Math.abs(x) / (width * waist);
    double py = Math.abs(y) / (depth * (y > 0 ? 0.97 : 1));
    double sum = px * px * Math.sqrt(px) + py * py * Math.sqrt(py); // exponent 2.5: a rounded box
    double norm = Math.pow(sum, 0.4);
    double radius = Math.sqrt(x * x + y * y);
    return norm < 1e-9 ? depth : radius / norm - radius;
  }

  private Tissue spine(double x, double y, double z) {
    double ax = Math.abs(x);
    if (ax > 75 || y < 20) {
      return null;
    }
    double body = Math.sqrt(x * x / (23 * 23) + (y - 46) * (y - 46) / (17.0 * 17));
    if (body < 1) {
      double along = (z + slice0 + 10 * VERTEBRA_MM) % VERTEBRA_MM;
      return along < 8 ? Tissue.DISC : body > 0.92 ? Tissue.CORTICAL_BONE : Tissue.MARROW;
    }
    double canal = Math.hypot(x / 1.15, y - 71);
    if (canal < 8.5) {
      return z > 0 && canal < 4.5 ? Tissue.CORD : Tissue.CSF;
    }
    if (canal < 12
        || ax < 4 && y > 75 && y < 100 && (z + slice0 + 10 * VERTEBRA_MM) % VERTEBRA_MM > 12) {
      return canal < 10 ? Tissue.CORTICAL_BONE : Tissue.MARROW;
    }
    double muscle = Math.hypot((ax - 34) / 30, (y - 80) / 20);
    if (muscle < 1 && y < depth - fat * 0.7) {
      return Tissue.MUSCLE;
    }
    double crus = Math.hypot((ax - 24) / 8, (y - 38) / 14);
    double psoasWidth = Math.min(19, 6 + Math.max(0, 10 - z) * 0.16);
    double psoas = Math.hypot((ax - 36) / psoasWidth, (y - 50) / (psoasWidth * 1.15));
    return z < 25 && psoas < 1 || z >= 10 && crus < 1 ? Tissue.MUSCLE : null;
  }

  /** Muscle with ribs in it, which slope down to the front. */
  private Tissue chestWall(double x, double y, double z, double inside) {
    double rib = (z + 0.55 * (depth - y) + 0.2 * Math.abs(x) + 400) % RIB_DISTANCE_MM;
    boolean inWall = inside < -2 && inside > -wall + 1;
    if (inWall && rib < 9 && z > -45 + 0.5 * (depth - y)) {
      return rib < 1.5 || rib > 7.5 ? Tissue.CORTICAL_BONE : Tissue.MARROW;
    }
    return Tissue.MUSCLE;
  }

  private Tissue heartTissue(double x, double y, double z) {
    return heart.level(x, y, z) < -12 ? Tissue.BLOOD : Tissue.HEART;
  }

  /** The height of the diaphragm. */
  private double diaphragm(double x, double y) {
    double rx = (x + 68) / 74;
    double lx = (x - 70) / 74;
    double mx = x / 70;
    double ry = (y - 2) / 92;
    double my = (y + 25) / 75;
    double right = rightDome - 58 * rx * rx - 55 * ry * ry;
    double left = rightDome - 12 - 60 * lx * lx - 55 * ry * ry;
    double middle = rightDome - 16 - 45 * mx * mx - 55 * my * my;
    return -smoothLeast(-right, smoothLeast(-left, -middle, 12), 12);
  }

  private static double smoothLeast(double a, double b, double width) {
    double h = Math.max(0, width - Math.abs(a - b)) / width;
    return Math.min(a, b) - h * h * width / 4;
  }

  private Tissue abdomen(double x, double y, double z, double inside, double below, double bump) {
    double kidney = x < 0 ? rightKidney.level(x, y, z) : leftKidney.level(x, y, z);
    if (kidney < 0) {
      return kidneyTissue(x, y, z, kidney, bump);
    }
    Tissue trunk = trunk(x, y, z);
    if (trunk != null) {
      return trunk;
    }
    double gap = 3 + (z < 80 && y < 50 ? ascites * 0.7 : 0);
    double edge = Math.max(gap - inside, 3 - below);
    if (liver(x, y, z, kidney, edge, bump) < 0) {
      return vessels.contains(x, y, z) ? Tissue.LIVER_VESSEL : Tissue.LIVER;
    }
    double spleenLevel = Math.max(spleen.level(x, y, z), 6 - spleenHollow.level(x, y, z));
    if (Math.max(Math.max(spleenLevel, 4 - kidney), edge) < 0) {
      return Tissue.SPLEEN;
    }
    return betweenOrgans(x, y, z, inside, below, kidney, edge, bump);
  }

  private Tissue kidneyTissue(double x, double y, double z, double kidney, double bump) {
    double sinus = x < 0 ? rightSinus.level(x, y, z) : leftSinus.level(x, y, z);
    if (sinus < 0) {
      return sinus < -6 ? Tissue.URINE : Tissue.FAT;
    }
    boolean medulla = kidney < -6.5 && bump > -0.3;
    if (x < 0) {
      return medulla ? Tissue.RIGHT_MEDULLA : Tissue.RIGHT_CORTEX;
    }
    return medulla ? Tissue.LEFT_MEDULLA : Tissue.LEFT_CORTEX;
  }

  /** Aorta and inferior vena cava. */
  private Tissue trunk(double x, double y, double z) {
    if (Math.hypot(x - 13, y - 20) < 9.5) {
      return Tissue.BLOOD;
    }
    return fromCava(x, y) < 9 ? Tissue.BLOOD : null;
  }

  /** How far off the middle of the inferior vena cava, which is wider than deep. */
  private static double fromCava(double x, double y) {
    return Math.hypot((x + 20) / 1.25, y - 20);
  }

  /** About the distance to the surface of the liver's lobes before anything is cut from them. */
  private double lobes(double x, double y, double z) {
    // The lower surface rises from the right flank to the left, and to the back.
    double lower = lowerEdge + (x + 130) * lowerSlope + 0.22 * y;
    double right = Math.max(rightLobe.level(x, y, z), (lower - z) * 0.8);
    if (riedelLobe != null) {
      right = smoothLeast(right, riedelLobe.level(x, y, z), 10);
    }
    double both = smoothLeast(right, leftLobe.level(x, y, z), 14);
    return smoothLeast(both, caudate.level(x, y, z), 8);
  }

  /** About the distance to the liver's surface, negative inside. */
  private double liver(double x, double y, double z, double kidney, double edge, double bump) {
    double behind = Math.max(0, y - 46); // the liver lies in front of the kidney, not around it
    double level = Math.max(lobes(x, y, z) + nodules * bump, 4.5 + 0.8 * behind - kidney);
    level = Math.max(level, 1.5 - gallbladder.level(x, y, z));
    level = Math.max(level, bump - fissures.level(x, y, z));
    double cava = fromCava(x, y) - 10.5;
    // Edges towards wall and diaphragm are smooth but for small bumps of a cirrhotic surface.
    return Math.max(Math.max(level, -cava), edge + 0.35 * nodules * (bump + 1));
  }

  /** What is left of the abdomen once kidneys, large vessels, liver and spleen are taken. */
  private Tissue betweenOrgans(
      double x,
      double y,
      double z,
      double inside,
      double below,
      double kidney,
      double edge,
      double bump) {
    if (gallbladder.level(x, y, z) < 0) {
      return Tissue.BILE;
    }
    // The stem below the hilum; branches that grew out of the liver elsewhere are left out.
    if (vessels.contains(x, y, z) && x < 14 && y < 25 && z < 60) {
      return Tissue.PORTAL_VEIN;
    }
    if (fissures.level(x, y, z) < 0 && lobes(x, y, z) < 0) {
      return Tissue.FAT;
    }
    double bag = smoothLeast(stomach.level(x, y, z), antrum.level(x, y, z), 12);
    double stomachLevel = Math.max(bag, edge);
    if (stomachLevel < 0) {
      return stomachLevel > -3
          ? Tissue.STOMACH_WALL
          : y < -34 + stomachFill - 8 ? Tissue.GAS : Tissue.STOMACH_CONTENT;
    }
    if (pancreasHead.level(x, y, z) < 0 || pancreasBody.level(x, y, z) < 0) {
      return Tissue.PANCREAS;
    }
    // In the flanks and around the organs; the pool thins out towards the middle.
    double pool = ascites * (1.1 - z / 400) * Math.min(1, (Math.abs(x) - 15) / 40);
    if (ascites > 0 && y < 48 && z < 85 && inside < pool) {
      return Tissue.ASCITES;
    }
    if (below < 6) {
      return Tissue.MUSCLE;
    }
    if (y + 4 * bump > 36 || inside < 3 || kidney < 6) {
      return Tissue.FAT;
    }
    return bowel.at(x, y, z, bump);
  }
}
