package org.cirr.io.nifti;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.cirr.io.bytes.ByteSource;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NiftiVolumeTest {
  private static final Affine OBLIQUE =
      Affine.ofRows(
          new double[] {-1.25, 0.1f, 0, 192.65f},
          new double[] {0.1f, 1.25, 0.3f, -200.66f},
          new double[] {0, -0.25, 7.7f, -77.09f});

  @TempDir Path folder;

  /** Datatype code, bytes, and what is stored beside what it means. */
  private record Case(int code, int bytes, long[] stored, float[] meant) {}

  private static List<Case> cases() {
    return List.of(
        new Case(2, 1, new long[] {0, 255}, new float[] {0, 255}),
        new Case(256, 1, new long[] {-128, 127}, new float[] {-128, 127}),
        new Case(512, 2, new long[] {0, 65535}, new float[] {0, 65535}),
        new Case(4, 2, new long[] {-32768, 32767}, new float[] {-32768, 32767}),
        new Case(768, 4, new long[] {1, 0xffffffffL}, new float[] {1, 4294967295f}),
        new Case(8, 4, new long[] {-7, Integer.MIN_VALUE}, new float[] {-7, -2147483648f}),
        new Case(1280, 8, new long[] {5, -1}, new float[] {5, 18446744073709551615f}),
        new Case(1024, 8, new long[] {5, Long.MIN_VALUE}, new float[] {5, -9223372036854775808f}),
        new Case(
            16,
            4,
            new long[] {Float.floatToIntBits(1.1f), Float.floatToIntBits(Float.NaN)},
            new float[] {1.1f, Float.NaN}),
        new Case(
            64,
            8,
            new long[] {
              Double.doubleToLongBits(1.1), Double.doubleToLongBits(Double.NEGATIVE_INFINITY)
            },
            new float[] {1.1f, Float.NEGATIVE_INFINITY}));
  }

  private static byte[] encode(Case c, ByteOrder order) {
    ByteBuffer buffer = ByteBuffer.allocate(2 * c.bytes).order(order);
    for (long value : c.stored) {
      switch (c.bytes) {
        case 1 -> buffer.put((byte) value);
        case 2 -> buffer.putShort((short) value);
        case 4 -> buffer.putInt((int) value);
        default -> buffer.putLong(value);
      }
    }
    return buffer.array();
  }

  @Test
  void everyDatatypeIsReadInBothOrdersVersionsLayoutsAndPackings() throws IOException {
    for (Case c : cases()) {
      for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
        for (int variant = 0; variant < 8; variant++) {
          NiftiBytes file =
              new NiftiBytes(1 + (variant & 1), order)
                  .dims(2, 1, 1)
                  .datatype(c.code, 8 * c.bytes)
                  .voxels(encode(c, order));
          if ((variant & 2) != 0) {
            file.pair();
          }
          String what = c + " " + order + " variant " + variant;
          Volume volume = NiftiVolume.read(file.source((variant & 4) != 0));
          assertArrayEquals(c.meant, volume.tensor().array(), what);
          NiftiImage image = NiftiImage.read(file.source((variant & 4) != 0));
          assertArrayEquals(c.meant, image.values().array(), what);
          assertArrayEquals(file.voxels, image.rawBytes(), what);
        }
      }
    }
  }

  @Test
  void uint64IsRoundedToTheNearestDouble() throws IOException {
    // 2^63 + 2^10 + 1 lies just above the middle of two doubles, 2^11 apart.
    Case c = new Case(1280, 8, new long[] {0, Long.MIN_VALUE + 1025}, null);
    NiftiBytes file =
        NiftiBytes.v1()
            .dims(2)
            .datatype(1280, 64)
            .scale(1, -0x1p63)
            .voxels(encode(c, ByteOrder.LITTLE_ENDIAN));
    assertEquals(2048f, NiftiVolume.read(file.source(false)).get(0, 0, 1));
  }

  @Test
  void valuesAreScaledInDoubleAndRoundedOnce() throws IOException {
    float slope = 1 / 3f;
    float inter = 0.1f;
    NiftiBytes file = NiftiBytes.small().scale(slope, inter);
    Volume volume = NiftiVolume.read(file.source(false));
    boolean differs = false;
    for (int i = 0; i < 8; i++) {
      assertEquals((float) ((double) slope * i + (double) inter), volume.tensor().array()[i]);
      differs |= volume.tensor().array()[i] != slope * i + inter;
    }
    assertTrue(differs, "the values must tell double arithmetic from float");
  }

  @Test
  void slopeZeroOrNotFiniteMeansUnscaled() throws IOException {
    for (double slope : new double[] {0, Double.NaN, Double.POSITIVE_INFINITY}) {
      NiftiBytes file = NiftiBytes.small().scale(slope, 7);
      assertEquals(5f, NiftiVolume.read(file.source(false)).get(1, 0, 1), "slope " + slope);
    }
    assertRefused(
        NiftiBytes.small().scale(2, Double.NaN).bytes(),
        "a.nii: scl_inter is NaN beside a valid scl_slope of 2.0; set scl_inter to 0, or scl_slope"
            + " to 0 for unscaled values");
  }

  @Test
  void negativeZeroKeepsItsSign() throws IOException {
    NiftiBytes file = NiftiBytes.v1().dims(1).datatype(16, 32).voxels(new byte[] {0, 0, 0, -128});
    assertEquals(
        Float.floatToIntBits(-0f),
        Float.floatToIntBits(NiftiVolume.read(file.source(false)).get(0, 0, 0)));
  }

  @Test
  void theLastFileAxisIsTheFirstArrayAxis() throws IOException {
    byte[] voxels = new byte[3 * 5 * 7];
    for (int i = 0; i < voxels.length; i++) {
      voxels[i] = (byte) i;
    }
    Volume volume =
        NiftiVolume.read(NiftiBytes.v1().dims(3, 5, 7).datatype(2, 8).voxels(voxels).source(false));
    assertEquals(Shape.of(7, 5, 3), volume.shape());
    assertEquals(2 + 3 * (4 + 5 * 6), volume.get(6, 4, 2));
    assertEquals(1, volume.get(0, 0, 1));
  }

  @Test
  void twoDimensionsAreOneSliceAndTrailingOnesAreDropped() throws IOException {
    byte[] voxels = new byte[15];
    for (long[] dims : new long[][] {{3, 5}, {3, 5, 1, 1}, {3, 5, 1, 1, 1, 1, 1}, {15}}) {
      NiftiBytes file = NiftiBytes.v1().dims(dims).datatype(2, 8).voxels(voxels);
      Shape expected = dims.length == 1 ? Shape.of(1, 1, 15) : Shape.of(1, 5, 3);
      assertEquals(expected, NiftiVolume.read(file.source(false)).shape());
    }
  }

  @Test
  void framesOfFiveDimensionsComeInFileOrder() throws IOException {
    byte[] voxels = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    NiftiBytes file = NiftiBytes.v1().dims(2, 1, 1, 3, 2).datatype(2, 8).voxels(voxels);
    List<Volume> frames = NiftiVolume.readFrames(file.source(true));
    assertEquals(6, frames.size());
    assertArrayEquals(new float[] {6, 7}, frames.get(3).tensor().array());
    assertEquals(
        "a.nii: dim says 2×1×1×3×2 uint8, but one 3D image is needed and these are 6; split"
            + " the file, or choose one in Java with NiftiVolume.readFrames",
        assertThrows(IOException.class, () -> NiftiVolume.read(file.source(false))).getMessage());
    assertThrows(IOException.class, () -> NiftiVolume.readLabels(file.source(false)));
  }

  @Test
  void eitherFileOfAPairMayBeNamed() throws IOException {
    NiftiBytes pair = NiftiBytes.small().pair();
    for (String[] names :
        new String[][] {{"a.hdr", "a.img"}, {"b.HDR", "b.IMG.gz"}, {"c.hdr.gz", "c.img"}}) {
      for (String name : names) {
        boolean packed = name.endsWith(".gz");
        byte[] content = name.toLowerCase().contains("hdr") ? pair.bytes() : pair.voxels;
        Files.write(folder.resolve(name), packed ? NiftiBytes.gzip(content) : content);
      }
      for (String name : names) {
        if (!name.equals("b.IMG.gz")) { // its header would be sought as b.HDR.gz or b.HDR
          assertEquals(7, NiftiVolume.read(folder.resolve(name)).get(1, 1, 1), name);
        }
      }
    }
    Files.delete(folder.resolve("a.hdr"));
    assertEquals(
        folder.resolve("a.img")
            + ": its header is missing: there is neither a.hdr nor a.hdr.gz beside it; put both"
            + " files of the pair into one folder",
        assertThrows(IOException.class, () -> NiftiVolume.read(folder.resolve("a.img")))
            .getMessage());
  }

  @Test
  void gzipIsRecognisedByItsBytesAndMayHaveMembersAndATail() throws IOException {
    byte[] plain = NiftiBytes.small().bytes();
    byte[] one = NiftiBytes.gzip(Arrays.copyOf(plain, 100));
    byte[] two = NiftiBytes.gzip(Arrays.copyOfRange(plain, 100, plain.length));
    byte[] both = Arrays.copyOf(one, one.length + two.length + 5);
    System.arraycopy(two, 0, both, one.length, two.length);
    Arrays.fill(both, one.length + two.length, both.length, (byte) 'x');
    assertEquals(7, NiftiVolume.read(NiftiBytes.source(both)).get(1, 1, 1));
  }

  // ---- refusals -------------------------------------------------------------------------------

  @Test
  void aTruncatedOrCorruptGzipIsRefused() {
    byte[] packed = NiftiBytes.gzip(NiftiBytes.small().bytes());
    for (int length = 2; length < packed.length; length++) {
      byte[] cut = NiftiBytes.cut(packed, length);
      String message = refusal(() -> NiftiVolume.read(NiftiBytes.source(cut)));
      assertTrue(message.contains("break off after "), length + ": " + message);
      assertTrue(message.endsWith("so the file is truncated; copy or export it again"), message);
    }
    byte[] wrong = packed.clone();
    wrong[packed.length - 6] ^= 1; // the check sum
    String message = refusal(() -> NiftiVolume.read(NiftiBytes.source(wrong)));
    assertEquals(
        "a.nii: its gzip data are corrupt after 360 unpacked bytes (Corrupt GZIP trailer); copy or"
            + " export it again",
        message);
  }

  @Test
  void aHeaderThatPromisesTooMuchIsRefusedWithBothSizes() {
    NiftiBytes file = NiftiBytes.small().dims(512, 512, 300).datatype(4, 16);
    assertRefused(
        file.bytes(),
        "a.nii: the header promises 512×512×300 int16 = 157286400 bytes from byte 352, but the file"
            + " holds only 360 bytes; the file is truncated or its header wrong: copy or export it"
            + " again");
    byte[] packed = NiftiBytes.gzip(file.bytes());
    assertRefused(
        packed,
        "a.nii: the header promises 512×512×300 int16 = 157286400 bytes from byte 352, but the file"
            + " can unpack to at most "
            + packed.length * 1032L
            + " bytes; the file is truncated or its header wrong: copy or export it again");
    file.dims(10, 10, 10);
    assertRefused(
        NiftiBytes.gzip(file.bytes()),
        "a.nii: the header promises 10×10×10 int16 = 2000 bytes from byte 352, but the file"
            + " unpacks to only 360 bytes; the file is truncated or its header wrong: copy or"
            + " export it again");
  }

  @Test
  void headersThatCannotBeAreRefused() {
    String again = "; copy or export the file again";
    assertRefused(new byte[0], "a.nii: the file is empty" + again);
    assertRefused(
        "hello, this is no image at all".getBytes(),
        "a.nii: sizeof_hdr is neither 348 nor 540, so this is not NIfTI; name a .nii, .nii.gz or"
            + " .hdr file, or read other formats with ImageFile");
    assertRefused(
        NiftiBytes.cut(NiftiBytes.small().bytes(), 100),
        "a.nii: the header takes 348 bytes, but the file holds only 100" + again);
    assertRefused(
        NiftiBytes.small().dim(0, 9).bytes(),
        "a.nii: dim[0] is 9 but an image has 1 to 7 axes" + again);
    assertRefused(
        NiftiBytes.small().dim(2, 0).bytes(), "a.nii: dim[2] is 0 but must be 1 or more" + again);
    assertRefused(
        NiftiBytes.small().dim(3, -5).bytes(), "a.nii: dim[3] is -5 but must be 1 or more" + again);
    assertRefused(
        new NiftiBytes(2, ByteOrder.BIG_ENDIAN).dims(1L << 40, 1L << 40).bytes(),
        "a.nii: dim asks for more than 2^59 voxels: [1099511627776], 1099511627776" + again);
    assertRefused(
        NiftiBytes.small().bytes(12),
        "a.nii: vox_offset is 12.0 but the voxels can start at byte 352 or later" + again);
    assertRefused(
        NiftiBytes.small().bytes(Double.NaN),
        "a.nii: vox_offset is NaN but the voxels can start at byte 352 or later" + again);
    assertRefused(
        NiftiBytes.small().bytes(1e9),
        "a.nii: vox_offset is 1000000000 but the file holds only 360 bytes; the file is truncated"
            + " or its header wrong: copy or export it again");
    byte[] text = new NiftiBytes(2, ByteOrder.LITTLE_ENDIAN).dims(1).datatype(2, 8).bytes();
    text[8] = '\n';
    assertRefused(
        text,
        "a.nii: magic has changed line ends: the file was transferred as text; transfer it again as"
            + " binary");
    text[4] = 'x';
    assertRefused(text, "a.nii: magic is neither n+2 nor ni2, so this is not NIfTI-2" + again);
    byte[] analyze = NiftiBytes.small().bytes();
    analyze[344] = 0;
    assertRefused(
        analyze,
        "a.nii: magic is neither n+1 nor ni1: this is an Analyze 7.5 image, which does not say left"
            + " from right; convert it to NIfTI with a program that knows its origin (such as"
            + " nibabel or FSL)");
  }

  @Test
  void datatypesThatCannotBeReadSaySo() {
    String can =
        "; cirr reads 8 to 64-bit integers, float32, float64, complex and RGB(A); convert the"
            + " voxels to float32";
    assertRefused(
        NiftiBytes.small().datatype(1536, 128).bytes(), "a.nii: datatype is 1536 (float128)" + can);
    assertRefused(
        NiftiBytes.small().datatype(1, 1).bytes(),
        "a.nii: datatype is 1 (one bit per voxel)" + can);
    assertRefused(
        NiftiBytes.small().datatype(2048, 256).bytes(),
        "a.nii: datatype is 2048 (complex256)" + can);
    assertRefused(
        NiftiBytes.small().datatype(77, 8).bytes(),
        "a.nii: datatype is 77, which no NIfTI datatype has" + can);
    assertRefused(
        NiftiBytes.small().datatype(32, 64).bytes(),
        "a.nii: datatype is complex64, so a voxel is 2 numbers and not one; read it with NiftiImage"
            + " and take magnitude(), or component(0) and (1) for the real and imaginary part");
    assertRefused(
        NiftiBytes.small().datatype(128, 24).bytes(),
        "a.nii: datatype is rgb24, so a voxel is 3 numbers and not one; read it with NiftiImage and"
            + " take component(0), (1), (2) for red, green, blue");
  }

  @Test
  void aVolumeLargerThanAnArrayIsRefusedWithItsSize() {
    NiftiHeader header;
    try {
      header =
          NiftiHeaderBytes.parse(
              Path.of("a.nii"),
              Arrays.copyOf(NiftiBytes.v1().dims(2048, 2048, 1024).datatype(2, 8).bytes(), 348));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    String message = refusal(() -> NiftiVolume.geometry(Path.of("a.nii"), header));
    assertTrue(message.contains("4,294,967,296 elements (16.0 GiB)"), message);
  }

  @Test
  void filesThatAreNotThereAreNamed() throws IOException {
    Path missing = folder.resolve("x.nii");
    assertEquals(
        missing + ": there is no such file; check the name",
        refusal(() -> NiftiVolume.read(missing)));
    assertEquals(
        folder + ": is a folder; name an image file", refusal(() -> NiftiVolume.read(folder)));
  }

  // ---- labels ---------------------------------------------------------------------------------

  @Test
  void labelsOfTwoBytesAreReadAndTheFirstBadVoxelIsNamed() throws IOException {
    ByteBuffer voxels = ByteBuffer.allocate(4 * 18000).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 18000; i++) {
      voxels.putFloat(4 * i, i < 5000 ? i % 7 : i);
    }
    NiftiBytes file = NiftiBytes.v1().dims(20, 30, 30).datatype(16, 32).voxels(voxels.array());
    for (boolean packed : new boolean[] {false, true}) {
      LabelMap labels = NiftiVolume.readLabels(file.source(packed));
      assertEquals(2, labels.bytesPerLabel());
      assertEquals(4999 % 7, labels.get(4999));
      assertEquals(5999, labels.get(9, 29, 19));
      assertEquals(17999, labels.get(29, 29, 19), "several chunks above 255");
    }
    for (float bad : new float[] {0.5f, -1, 65536, Float.NaN, Float.POSITIVE_INFINITY}) {
      voxels.putFloat(4 * 5003, bad);
      String shown = bad == 0.5f || Float.isNaN(bad) ? "" + bad : String.format("%.0f", bad);
      assertEquals(
          "a.nii: voxel (x 3, y 10, z 8) holds "
              + shown
              + ", but a label is a whole number from 0 to 65535; read it as a volume, or round the"
              + " labels where the file was made",
          refusal(() -> NiftiVolume.readLabels(file.source(false))));
    }
  }

  // ---- writing --------------------------------------------------------------------------------

  @Test
  void aWrittenVolumeComesBackWithItsGeometry() throws IOException {
    Geometry geometry =
        new Geometry(Shape.of(3, 5, 7), OBLIQUE, new Spacing((double) 7.7f, 1.25, 1.25));
    float[] values = new float[105];
    for (int i = 0; i < values.length; i++) {
      values[i] = i == 3 ? Float.NaN : i * 1.1f;
    }
    Volume volume = Volume.of(Tensor.of(geometry.shape(), values), geometry);
    for (String name : List.of("v.nii", "v.nii.gz", "V.NII.GZ")) {
      NiftiVolume.write(volume, folder.resolve(name));
      Volume back = NiftiVolume.read(folder.resolve(name));
      assertArrayEquals(values, back.tensor().array(), name);
      assertEquals(OBLIQUE, back.geometry().affine(), "float32 entries survive");
      assertEquals(geometry.spacing(), back.geometry().spacing());
      NiftiHeader header = NiftiVolume.readHeader(folder.resolve(name));
      assertEquals(2, header.xyztUnits());
      assertEquals(AffineSource.SFORM, header.affineSource());
    }
    assertEquals(0x1f, Files.readAllBytes(folder.resolve("v.nii.gz"))[0]);
    assertEquals(352 + 4 * 105, Files.size(folder.resolve("v.nii")));
    assertEquals(
        folder.resolve("v.mha") + ": a NIfTI file's name must end in .nii or .nii.gz; rename it",
        refusal(() -> NiftiVolume.write(volume, folder.resolve("v.mha"))));
  }

  @Test
  void anExtentAbove32767IsWrittenAsNifti2() throws IOException {
    Geometry geometry = Geometry.of(Shape.of(1, 1, 40000), OBLIQUE);
    LabelMap labels = LabelMap.zeros(geometry, 3);
    labels.set(39999, 3);
    NiftiVolume.write(labels, folder.resolve("long.nii.gz"));
    assertEquals(2, NiftiVolume.readHeader(folder.resolve("long.nii.gz")).version());
    LabelMap back = NiftiVolume.readLabels(folder.resolve("long.nii.gz"));
    assertEquals(3, back.get(39999));
    assertEquals(OBLIQUE, back.geometry().affine());
  }

  @Test
  void labelsAreBytesBelow255AndShortsFromThere() throws IOException {
    Geometry geometry = Geometry.of(Shape.of(1, 1, 2), OBLIQUE);
    for (int largest : new int[] {1, 254, 255, 256, 65535}) {
      LabelMap labels = LabelMap.zeros(geometry, largest);
      labels.set(1, largest);
      Path path = folder.resolve("l" + largest + ".nii");
      NiftiVolume.write(labels, path);
      assertEquals(
          largest < 255 ? NiftiDatatype.UINT8 : NiftiDatatype.UINT16,
          NiftiVolume.readHeader(path).datatype());
      assertEquals(largest, NiftiVolume.readLabels(path).get(1));
    }
  }

  @Test
  void anUnwritableTargetIsNamedAndLeavesNothing() {
    Volume volume = Volume.of(Tensor.zeros(Shape.of(1, 1, 1)), OBLIQUE);
    Path target = folder.resolve("no/such/x.nii");
    assertEquals(
        target + ": its folder does not exist; create " + target.getParent(),
        refusal(() -> NiftiVolume.write(volume, target)));
  }

  // ---------------------------------------------------------------------------------------------

  private interface Action {
    void run() throws IOException;
  }

  private static String refusal(Action action) {
    return assertThrows(IOException.class, action::run).getMessage();
  }

  private static void assertRefused(byte[] file, String message) {
    ByteSource source = ByteSource.of(Path.of("a.nii"), file, Map.of());
    assertEquals(message, refusal(() -> NiftiVolume.read(source)));
  }
}
