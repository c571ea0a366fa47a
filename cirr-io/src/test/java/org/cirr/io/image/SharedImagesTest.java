package org.cirr.io.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.cirr.testing.Shared;
import org.cirr.volume.Affine;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The files of nibabel, nifti-rs, pynrrd and others, against numbers that expected.py computed with
 * NumPy alone, and against facts that these projects' own tests state.
 */
class SharedImagesTest {
  @TestFactory
  Stream<DynamicTest> everyGoodFileHoldsTheValuesThatNumpyFinds() throws IOException {
    return lines().map(line -> dynamicTest(line.split("\\|")[0], () -> check(line.split("\\|"))));
  }

  private static Stream<String> lines() throws IOException {
    try (InputStream in = SharedImagesTest.class.getResourceAsStream("expected.tsv")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines();
    }
  }

  private static void check(String[] expected) throws IOException {
    List<Volume> frames = ImageFile.readFrames(Shared.require("data/" + expected[0]));
    String[] extents = expected[1].split("x");
    CRC32 crc = new CRC32();
    double sum = 0;
    int length = (int) frames.get(0).shape().elements();
    for (Volume frame : frames) {
      for (int axis = 0; axis < 3; axis++) {
        int extent = axis < extents.length ? Integer.parseInt(extents[axis]) : 1;
        assertEquals(extent, frame.shape().dim(2 - axis), "extent of axis " + axis);
      }
      ByteBuffer bytes = ByteBuffer.allocate(4 * length);
      for (float value : frame.tensor().array()) {
        sum += value;
        bytes.putFloat(Float.isNaN(value) ? Float.NaN : value);
      }
      crc.update(bytes.array());
    }
    long total = (long) length * frames.size();
    String[] voxels = expected[4].split(" ");
    long[] at = {0, total / 3, total / 2, total - 1};
    for (int i = 0; i < 4; i++) {
      float value = frames.get((int) (at[i] / length)).tensor().array()[(int) (at[i] % length)];
      assertEquals((float) number(voxels[i]), value, "voxel " + at[i]);
    }
    if (expected[3].equals("nan")) {
      assertTrue(Double.isNaN(sum), "NaN voxels pass through");
    } else {
      assertEquals(number(expected[3]), sum, Math.abs(sum) * 1e-12 + 1e-300, "sum");
    }
    assertEquals(expected[2], String.format("%08x", crc.getValue()), "CRC-32");
  }

  private static double number(String text) {
    return text.equals("nan") ? Double.NaN : Double.parseDouble(text);
  }

  @Test
  void chaosScansHaveTheirSpacingFromPixdimAndTheirAffineFromTheSform() throws IOException {
    Volume scan = ImageFile.read(Shared.require("data/chaos-t2/image_21.nii.gz"));
    assertEquals(1.25, scan.geometry().spacing().x());
    assertEquals(1.25, scan.geometry().spacing().y());
    assertEquals((double) 7.7f, scan.geometry().spacing().z());
    Affine affine = scan.geometry().affine();
    assertEquals((double) 234.61642456054688f, affine.matrix().m30());
    assertEquals((double) -0.16452807188034058f, affine.matrix().m20());
    assertEquals("LAS", scan.geometry().orientation().toString());
    assertTrue(affine.isOrthogonal());
  }

  @Test
  void everyChaosScanAgreesWithItsLabels() throws IOException {
    try (Stream<Path> files = Files.list(Shared.require("data/chaos-t2"))) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().startsWith("image_")).toList()) {
        Volume scan = ImageFile.read(file);
        assertEquals(new Spacing((double) 7.7f, 1.25, 1.25), scan.geometry().spacing());
        Path label = file.resolveSibling(file.getFileName().toString().replace("image", "label"));
        assertEquals(scan.geometry(), ImageFile.readLabels(label).geometry(), label.toString());
      }
    }
  }

  @Test
  void chaosLabelsAreReadFromFloat64() throws IOException {
    LabelMap labels = ImageFile.readLabels(Shared.require("data/chaos-t2/label_21.nii.gz"));
    long[] counts = labels.counts();
    assertEquals(5, counts.length);
    assertEquals(
        188212, counts[1] + 2 * counts[2] + 3 * counts[3] + 4 * counts[4], "sum in expected.tsv");
    assertEquals(1, labels.bytesPerLabel());
  }

  @Test
  void example4dHasTheAffineThatNibabelPrints() throws IOException {
    Volume first = ImageFile.readFrames(Shared.require("data/nibabel/example4d.nii.gz")).get(0);
    double[][] rows = {
      {-2, 0, 0, 117.86}, {0, 1.97, -0.36, -35.72}, {0, 0.32, 2.17, -7.25}, // nibabel's manual
    };
    for (int row = 0; row < 3; row++) {
      for (int column = 0; column < 4; column++) {
        assertEquals(rows[row][column], first.geometry().affine().matrix().get(column, row), 0.005);
      }
    }
  }

  @Test
  void aFileWithoutCodesGetsNibabelsBaseAffine() throws IOException {
    Volume volume = ImageFile.read(Shared.require("data/nifti-rs/minimal.nii.gz"));
    Affine expected =
        Affine.ofRows(
            new double[] {-3, 0, 0, 94.5},
            new double[] {0, 3, 0, -94.5},
            new double[] {0, 0, 3, -13.5});
    assertEquals(expected, volume.geometry().affine());
  }

  @Test
  void aQuaternionWithQfacIsRead() throws IOException {
    Volume volume = ImageFile.read(Shared.require("data/nifti-rs/zstat1.nii.gz"));
    Affine expected =
        Affine.ofRows(
            new double[] {-4, 0, 0, 0}, new double[] {0, 4, 0, 0}, new double[] {0, 0, 6, 0});
    assertTrue(expected.equals(volume.geometry().affine(), 1e-12), "" + volume.geometry());
  }

  @Test
  void nrrdInLpsSpaceIsTurnedToRas() throws IOException {
    Volume volume = ImageFile.read(Shared.require("data/pyradiomics/brain1_image.nrrd"));
    Affine expected =
        Affine.ofRows(
            new double[] {-0.78124999999999989, 0, 0, 99.609374999999986},
            new double[] {0, 0.78124999999999989, 0, -99.609374999999986},
            new double[] {0, 0, 6.4999999999999982, -77.999999999999957});
    assertEquals(expected, volume.geometry().affine());
    assertEquals(6.4999999999999982, volume.geometry().spacing().z());
  }

  @Test
  void everyOtherFileIsRefusedWithAReason() {
    assertRefused("nibabel/0.dcm", "is DICOM, not NIfTI or NRRD; convert the series");
    assertRefused("nibabel/analyze.hdr", "is Analyze 7.5, not NIfTI or NRRD");
    assertRefused("nibabel/test.mgz", "is FreeSurfer MGH");
    assertRefused("nibabel/small.mnc", "is MINC");
    assertRefused("nibabel/minc1_1_scale.mnc", "is MINC");
    assertRefused("nibabel/T1.PAR", "is Philips PAR/REC");
    assertRefused("nibabel/scaled+tlrc.HEAD", "is AFNI");
    assertRefused("nibabel/simple.trk", "is a file of streamlines");
    assertRefused("nibabel/simple.tck", "is a file of streamlines");
    assertRefused("nibabel/tinypet.v", "is no image format that cirr knows");
    assertRefused("nibabel/nifti1.hdr", "its image is missing: there is neither nifti1.img nor");
    assertRefused("nibabel/nifti2.hdr", "its image is missing");
    assertRefused("nifti-rs/avg152T1_LR_nifti.hdr.gz", "its image is missing");
    assertRefused("nifti-rs/rgb/3D.nii", "datatype is rgb24, so a voxel is 3 numbers");
    assertRefused("nifti-rs/rgba/4D.nii", "one 3D image is needed and these are 2; split the");
    assertRefused("nifti-rs/complex/complex32.nii", "take magnitude(), or component(0) and (1)");
    assertRefused("nibabel/functional.nii", "17×21×3×20 int16, but one 3D image is needed");
    assertRefused("pynrrd/BallBinary30x30x30_bz2.nrrd", "encoding is 'bzip2'; cirr reads raw");
    assertRefused(
        "pynrrd/BallBinary30x30x30_byteskip_minus_five.nhdr",
        "byteskip is -5 but must be -1 or more");
  }

  @Test
  void theCrashesOfNiftiRsAreRefusedWithAReason() throws IOException {
    Path folder = Shared.require("data/nifti-rs/fuzz_artifacts");
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        IOException e = assertThrows(IOException.class, () -> ImageFile.read(file));
        assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
        assertTrue(e.getMessage().contains("; "), e.getMessage());
      }
    }
  }

  private static void assertRefused(String file, String text) {
    Path path = Shared.require("data/" + file);
    IOException e = assertThrows(IOException.class, () -> ImageFile.read(path), file);
    assertTrue(e.getMessage().contains(text), e.getMessage());
    assertTrue(e.getMessage().contains(path.getFileName().toString()), e.getMessage());
  }

  @Test
  void everyFileOfNibabelIsReadOrRefusedInWords() throws IOException {
    try (Stream<Path> files = Files.list(Shared.require("data/nibabel"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        try {
          ImageFile.readFrames(file);
        } catch (IOException e) {
          assertTrue(e.getMessage().contains("; "), e.getMessage());
        }
      }
    }
  }

  @Test
  void describeTellsFormatSizeSpacingAndOrientation() throws IOException {
    assertEquals(
        String.join(
            System.lineSeparator(),
            "NIfTI-1, 256 × 256 × 37 voxels of float64",
            "spacing 1.25 × 1.25 × 7.7 mm (x y z), orientation LAS from sform"),
        ImageFile.describe(Shared.require("data/chaos-t2/image_1.nii.gz")).toString());
    assertEquals(
        String.join(
            System.lineSeparator(),
            "NRRD, detached, 30 × 30 × 30 voxels of int16",
            "spacing 1.0 × 1.0 × 1.0 mm (x y z), orientation LPS from space directions"),
        ImageFile.describe(Shared.require("data/pynrrd/BallBinary30x30x30.nhdr")).toString());
  }
}
