package org.cirr.io.nifti;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteOrder;
import org.cirr.volume.Affine;
import org.cirr.volume.Spacing;
import org.junit.jupiter.api.Test;

class NiftiHeaderTest {
  private static final double[] SFORM = {2, 0, 0, 5, 0, 3, 0, 6, 0, 0, 4, 7};

  private static NiftiHeader header(NiftiBytes file) throws IOException {
    return NiftiVolume.readHeader(file.source(false));
  }

  private static NiftiBytes file() {
    return NiftiBytes.small().pixdim(1, 2, 3, 4);
  }

  private static Affine rows(double... r) {
    return Affine.ofRows(
        new double[] {r[0], r[1], r[2], r[3]},
        new double[] {r[4], r[5], r[6], r[7]},
        new double[] {r[8], r[9], r[10], r[11]});
  }

  @Test
  void theSformComesBeforeTheQformBeforePixdim() throws IOException {
    NiftiBytes file = file().sform(1, SFORM).qform(1, 0, 0, 0, 50, 60, 70);
    assertEquals(AffineSource.SFORM, header(file).affineSource());
    assertEquals(rows(SFORM), header(file).affine());
    file.sform(0);
    assertEquals(AffineSource.QFORM, header(file).affineSource());
    assertEquals(rows(2, 0, 0, 50, 0, 3, 0, 60, 0, 0, 4, 70), header(file).affine());
    file.qform(0, 0, 0, 0, 50, 60, 70);
    assertEquals(AffineSource.PIXDIM, header(file).affineSource());
    assertEquals(rows(-2, 0, 0, 1, 0, 3, 0, -1.5, 0, 0, 4, -2), header(file).affine());
    file.sform(-1).qform(-3, 0, 0, 0, 0, 0, 0); // negative codes count as 0
    assertEquals(AffineSource.PIXDIM, header(file).affineSource());
  }

  @Test
  void anSformThatCannotBeInvertedCountsAsAbsent() throws IOException {
    for (double bad : new double[] {0, Double.NaN, Double.POSITIVE_INFINITY}) {
      NiftiBytes file = file().sform(1, bad, 0, 0, 5, 0, 3, 0, 6, 0, 0, 4, 7);
      assertEquals(AffineSource.PIXDIM, header(file).affineSource(), "" + bad);
      file.qform(1, 0, 0, 0, 50, 60, 70);
      assertEquals(AffineSource.QFORM, header(file).affineSource(), "" + bad);
    }
  }

  @Test
  void qfacTurnsTheThirdAxisAndAnyOtherValueIsOne() throws IOException {
    for (double qfac : new double[] {-1, 1, 0, Double.NaN, 5}) {
      NiftiBytes file = file().pixdim(qfac).qform(1, 0, 0, 0, 0, 0, 0);
      assertEquals(
          rows(2, 0, 0, 0, 0, 3, 0, 0, 0, 0, qfac == -1 ? -4 : 4, 0), header(file).affine());
    }
  }

  @Test
  void aQuarterTurnIsReadAsTheStandardSays() throws IOException {
    double h = Math.sqrt(0.5); // a = d = √½: x runs to y
    NiftiBytes file =
        new NiftiBytes(2, ByteOrder.BIG_ENDIAN)
            .dims(1, 1, 1)
            .datatype(2, 8)
            .voxels(new byte[1])
            .pixdim(1, 2, 3, 4)
            .qform(1, 0, 0, h, 0, 0, 0);
    Affine expected = rows(0, -3, 0, 0, 2, 0, 0, 0, 0, 0, 4, 0);
    assertTrue(expected.equals(header(file).affine(), 1e-12), "" + header(file).affine());
  }

  @Test
  void aQuaternionSlightlyTooLongIsAHalfTurn() throws IOException {
    for (double d : new double[] {1, 1 + 1e-7, 1.001}) {
      Affine affine = header(file().qform(1, 0, 0, d, 0, 0, 0)).affine();
      assertTrue(rows(-2, 0, 0, 0, 0, -3, 0, 0, 0, 0, 4, 0).equals(affine, 1e-6), d + " " + affine);
    }
  }

  @Test
  void aQuaternionThatIsAHalfTurnUpToRoundingIsAnExactOne() throws IOException {
    // 1 - c² is 2e-7, below the 3 ulp of float32 that nibabel takes for rounding.
    Affine affine = header(file().qform(1, 0, Math.sqrt(1 - 2e-7), 0, 0, 0, 0)).affine();
    assertEquals(0, affine.matrix().m20());
    Affine turned = header(file().qform(1, 0, Math.sqrt(1 - 1e-6), 0, 0, 0, 0)).affine();
    assertTrue(Math.abs(turned.matrix().m20()) > 1e-3, "a real angle stays: " + turned);
  }

  @Test
  void aQuaternionThatIsNotFiniteCountsAsAbsent() throws IOException {
    NiftiBytes file = file().qform(1, Double.NaN, 0, 0, 0, 0, 0);
    assertEquals(AffineSource.PIXDIM, header(file).affineSource());
  }

  @Test
  void spacingIsPixdimWithoutSignAndZeroIsOne() throws IOException {
    NiftiHeader header = header(file().pixdim(1, -1.25f, 0, 7.7f).sform(1, SFORM));
    assertEquals(new Spacing((double) 7.7f, 1, 1.25), header.spacing());
    NiftiBytes flat =
        NiftiBytes.v1().dims(2, 2).datatype(2, 8).voxels(new byte[4]).pixdim(1, 2, 3, Double.NaN);
    assertEquals(new Spacing(1, 3, 2), header(flat).spacing());
  }

  @Test
  void aPixdimThatIsNotFiniteIsRefusedWhenItIsNeeded() throws IOException {
    NiftiBytes file = file().pixdim(1, 2, Double.NaN, 4).sform(1, SFORM);
    assertEquals(3, header(file).dims().size(), "the header itself can be read");
    assertEquals(
        "a.nii: the geometry cannot be used: pixdim[2] is NaN but must be a distance in mm; mend"
            + " the header",
        assertThrows(IOException.class, () -> NiftiVolume.read(file.source(false))).getMessage());
  }

  @Test
  void axesThatAreNotAtRightAnglesAreReadAndCanBeSeen() throws IOException {
    NiftiBytes file = file().sform(1, 2, 0.5, 0, 5, 0, 3, 0, 6, 0, 0, 4, 7);
    assertFalse(NiftiVolume.read(file.source(false)).geometry().affine().isOrthogonal());
  }

  @Test
  void onlyTheHeaderIsReadFromAHeader() throws IOException {
    NiftiBytes file = NiftiBytes.small().pair();
    byte[] bytes = file.bytes();
    NiftiHeader header = NiftiVolume.readHeader(NiftiBytes.source(bytes)); // there is no image
    assertTrue(header.pair());
    assertEquals("2×2×2 uint8", header.sizeText());
    assertEquals(8, header.voxels());
  }

  @Test
  void anAffineSurvivesItsQuaternion() throws IOException {
    Affine oblique = rows(-1.25, 0.01, -0.16, 1, 0.01, 1.25, 0.02, 2, -0.03, 0.02, 7.7, 3);
    for (int flips = 0; flips < 8; flips++) {
      org.joml.Matrix4d m = new org.joml.Matrix4d(oblique.matrix());
      m.scale((flips & 1) == 0 ? 1 : -1, (flips & 2) == 0 ? 1 : -1, (flips & 4) == 0 ? 1 : -1);
      NiftiAffine.Quaternion q = NiftiAffine.Quaternion.of(Affine.of(m));
      NiftiBytes file =
          new NiftiBytes(2, ByteOrder.LITTLE_ENDIAN)
              .dims(1, 1, 1)
              .datatype(2, 8)
              .voxels(new byte[1])
              .pixdim(q.qfac(), q.zooms()[0], q.zooms()[1], q.zooms()[2])
              .qform(1, q.bcd()[0], q.bcd()[1], q.bcd()[2], 1, 2, 3);
      Affine back = header(file).affine();
      // The oblique affine has a shear of about 0.06 mm, which a quaternion cannot hold.
      assertTrue(back.equals(Affine.of(m), 0.1), "flips " + flips + "\n" + back + "\n" + m);
    }
  }
}
