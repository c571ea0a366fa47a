package org.cirr.io.nrrd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.cirr.io.bytes.ByteSource;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.Shared;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NrrdVolumeTest {
  private static final String SMALL = "dimension: 3\nsizes: 3 2 1\n";
  private static final float[] VALUES = {0, 1, 2, 3, 4, 5};

  @TempDir Path folder;
  private final Map<String, byte[]> siblings = new HashMap<>();

  private ByteSource source(String header, byte[] values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(("NRRD0005\n" + header).getBytes(StandardCharsets.UTF_8));
    out.writeBytes(values);
    return ByteSource.of(Path.of("a.nrrd"), out.toByteArray(), siblings);
  }

  private static byte[] shorts(ByteOrder order) {
    ByteBuffer buffer = ByteBuffer.allocate(12).order(order);
    for (float value : VALUES) {
      buffer.putShort((short) value);
    }
    return buffer.array();
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    return out.toByteArray();
  }

  private static byte[] join(byte[] a, byte[] b) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(a);
    out.writeBytes(b);
    return out.toByteArray();
  }

  private static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      text.append(String.format("%02X", b)).append(text.length() % 7 == 0 ? "\n" : "");
    }
    return text.toString();
  }

  @Test
  void everyEncodingAndByteOrderGivesTheSameValues() throws IOException {
    for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
      String endian = order == ByteOrder.BIG_ENDIAN ? "endian: big\n" : "endian: little\n";
      byte[] raw = shorts(order);
      Map<String, byte[]> cases =
          Map.of(
              "raw", raw,
              "gzip", gzip(raw),
              "gz", gzip(raw),
              "hex", hex(raw).getBytes(),
              "ascii", "0 1,2\n3\t4 5".getBytes(),
              "txt", "0 1 2 3 4 5\n".getBytes());
      for (var entry : cases.entrySet()) {
        String header = "type: int16\n" + SMALL + endian + "encoding: " + entry.getKey() + "\n";
        Volume attached = NrrdVolume.read(source(header + "\n", entry.getValue()));
        assertArrayEquals(VALUES, attached.tensor().array(), header);
        assertEquals(Shape.of(1, 2, 3), attached.shape());
        siblings.put("b.data", entry.getValue());
        Volume detached = NrrdVolume.read(source(header + "data file: b.data\n", new byte[0]));
        assertArrayEquals(VALUES, detached.tensor().array(), header);
      }
    }
  }

  @Test
  void everyTypeIsRead() throws IOException {
    Map<String, Integer> types =
        Map.of(
            "signed char",
            1,
            "uchar",
            1,
            "short",
            2,
            "unsigned short int",
            2,
            "int",
            4,
            "uint32_t",
            4,
            "long long",
            8,
            "uint64",
            8,
            "float",
            4,
            "double",
            8);
    for (var entry : types.entrySet()) {
      String type = entry.getKey();
      ByteBuffer buffer = ByteBuffer.allocate(6 * entry.getValue()).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < 6; i++) {
        switch (type) {
          case "float" -> buffer.putFloat(i);
          case "double" -> buffer.putDouble(i);
          default -> buffer.put(i * entry.getValue(), (byte) i);
        }
      }
      String header = "type: " + type + "\n" + SMALL + "endian: little\nencoding: raw\n\n";
      assertArrayEquals(
          VALUES, NrrdVolume.read(source(header, buffer.array())).tensor().array(), type);
    }
  }

  @Test
  void linesAndBytesAreSkipped() throws IOException {
    String head = "type: int16\n" + SMALL + "endian: little\n";
    byte[] raw = shorts(ByteOrder.LITTLE_ENDIAN);
    byte[] lines = "one\ntwo\n".getBytes();
    byte[] three = {9, 9, 9};
    record Case(String fields, byte[] data) {}
    for (Case c :
        List.of(
            new Case("encoding: raw\nline skip: 2\n", join(lines, raw)),
            new Case("encoding: raw\nlineskip: 2\nbyteskip: 3\n", join(lines, join(three, raw))),
            new Case("encoding: raw\nbyte skip: -1\n", join(three, raw)),
            new Case("encoding: gzip\nline skip: 2\n", join(lines, gzip(raw))),
            new Case("encoding: gzip\nbyte skip: 3\n", gzip(join(three, raw))),
            new Case("encoding: gzip\nbyte skip: -1\n", gzip(join(three, raw))))) {
      assertArrayEquals(
          VALUES,
          NrrdVolume.read(source(head + c.fields + "\n", c.data)).tensor().array(),
          c.fields);
      siblings.put("d", c.data);
      assertArrayEquals(
          VALUES,
          NrrdVolume.read(source(head + c.fields + "data file: d\n", new byte[0])).tensor().array(),
          c.fields);
    }
  }

  @Test
  void rawDetachedDataThatLooksLikeGzipIsNotUnpacked() throws IOException {
    siblings.put("d", new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0});
    String header = "type: uint8\n" + SMALL + "encoding: raw\ndata file: d\n";
    assertEquals(0x8b, NrrdVolume.read(source(header, new byte[0])).get(0, 0, 1));
  }

  @Test
  void valuesMaySpreadOverSeveralFiles() throws IOException {
    for (int i = 1; i <= 3; i++) {
      siblings.put("part" + i, new byte[] {(byte) (2 * i - 2), (byte) (2 * i - 1)});
      siblings.put("s00" + i + ".raw", siblings.get("part" + i));
    }
    String head = "type: uint8\n" + SMALL + "encoding: raw\n";
    for (String data :
        List.of(
            "LIST\npart1\npart2\npart3\n",
            "LIST 2\npart1\npart2\npart3",
            "part%d 1 3 1\n",
            "s%03d.raw 1 3 1 2\n")) {
      Volume volume = NrrdVolume.read(source(head + "data file: " + data, new byte[0]));
      assertArrayEquals(VALUES, volume.tensor().array(), data);
    }
    siblings.put("LISTing.raw", new byte[] {0, 1, 2, 3, 4, 5});
    Volume single = NrrdVolume.read(source(head + "data file: LISTing.raw\n", new byte[0]));
    assertArrayEquals(VALUES, single.tensor().array(), "a name that starts with LIST");
    assertEquals(
        "a.nrrd: data file names 4 files, which cannot share 6 values evenly; mend the list of"
            + " files",
        refusal(head + "data file: part%d 1 4 1\n"));
  }

  @Test
  void axesThatAreNotSpaceCountFrames() throws IOException {
    byte[] values = {0, 1, 2, 3, 4, 5};
    String first = "type: uint8\ndimension: 4\nsizes: 2 3 1 1\nkinds: list domain domain domain\n";
    List<Volume> frames = NrrdVolume.readFrames(source(first + "encoding: raw\n\n", values));
    assertEquals(2, frames.size());
    assertArrayEquals(new float[] {1, 3, 5}, frames.get(1).tensor().array());
    String last =
        "type: uint8\ndimension: 4\nsizes: 3 1 1 2\nspace: RAS\n"
            + "space directions: (2,0,0) (0,3,0) (0,0,4) none\n";
    frames = NrrdVolume.readFrames(source(last + "encoding: raw\n\n", values));
    assertArrayEquals(new float[] {3, 4, 5}, frames.get(1).tensor().array());
    assertEquals(new Spacing(4, 3, 2), frames.get(1).geometry().spacing());
    String none = "type: uint8\ndimension: 4\nsizes: 3 1 1 2\nencoding: raw\n\n";
    assertEquals(2, NrrdVolume.readFrames(source(none, values)).size());
    assertEquals(
        "a.nrrd: sizes says 3×1×1×2 uint8, but one 3D image is needed and these are 2; split"
            + " the file, or choose one in Java with NrrdVolume.readFrames",
        assertThrows(IOException.class, () -> NrrdVolume.read(source(none, values))).getMessage());
  }

  @Test
  void spacesAreTurnedToRas() throws IOException {
    Map<String, double[]> signs =
        Map.of(
            "right-anterior-superior", new double[] {1, 1},
            "LAS", new double[] {-1, 1},
            "left-posterior-superior", new double[] {-1, -1},
            "scanner-xyz", new double[] {-1, -1});
    for (var entry : signs.entrySet()) {
      double x = entry.getValue()[0];
      double y = entry.getValue()[1];
      String header =
          "type: uint8\n"
              + SMALL
              + "space: "
              + entry.getKey()
              + "\nspace directions: (0,2,0) (3,0,0) (0,0,4)\nspace origin: (5,6,7)\n"
              + "encoding: raw\n\n";
      Affine expected =
          Affine.ofRows(
              new double[] {0, 3 * x, 0, 5 * x},
              new double[] {2 * y, 0, 0, 6 * y},
              new double[] {0, 0, 4, 7});
      Geometry geometry = NrrdVolume.read(source(header, new byte[6])).geometry();
      assertEquals(expected, geometry.affine(), entry.getKey());
      assertEquals(new Spacing(4, 3, 2), geometry.spacing());
    }
  }

  @Test
  void withoutDirectionsTheSpacingsCountInLps() throws IOException {
    String header = "type: uint8\n" + SMALL + "spacings: 1.5 2 nan\nencoding: raw\n\n";
    Geometry geometry = NrrdVolume.read(source(header, new byte[6])).geometry();
    assertEquals(new Spacing(1, 2, 1.5), geometry.spacing());
    assertEquals("LPS", geometry.orientation().toString());
  }

  @Test
  void oneAndTwoAxesAreARowAndASlice() throws IOException {
    Volume row = NrrdVolume.read(Shared.require("data/pynrrd/test1d_ascii.nrrd"));
    assertEquals(Shape.of(1, 1, 27), row.shape());
    assertEquals(1.0458, row.geometry().spacing().x());
    Volume slice = NrrdVolume.read(Shared.require("data/pynrrd/test2d_ascii.nrrd"));
    assertEquals(Shape.of(1, 9, 3), slice.shape());
    assertEquals(2, slice.geometry().spacing().y());
    String oblique =
        "type: uint8\ndimension: 2\nsizes: 3 2\nspace: RAS\nspace directions: (0,2,0) (0,0,3)\n"
            + "encoding: raw\n\n";
    Affine affine = NrrdVolume.read(source(oblique, new byte[6])).geometry().affine();
    assertEquals(1, affine.matrix().m20(), "the missing axis is at right angles to the others");
  }

  @Test
  void customFieldsAreKept() throws IOException {
    NrrdHeader header = NrrdVolume.readHeader(Shared.require("data/pynrrd/test_customFields.nrrd"));
    assertEquals("24", header.keyValues().get("int"));
    assertEquals("words are split by space in list", header.keyValues().get("string list"));
    assertEquals("(1.2,0.3,0) (0,1.5,0) (0,-0.55,1.6)", header.keyValues().get("double matrix"));
    assertEquals(10, header.keyValues().size());
    assertEquals("ASCII", header.fields().get("encoding"));
    assertEquals(3, header.version());
  }

  @Test
  void headersThatCannotBeAreRefused() throws IOException {
    String mend = "; mend the header or export the file again";
    String ok = "type: uint8\n" + SMALL;
    Map<String, String> cases = new HashMap<>();
    cases.put(SMALL + "encoding: raw\n\n", "the field 'type' is missing" + mend);
    cases.put(
        "type: block\n" + SMALL,
        "type is 'block'; cirr reads 8 to 64-bit integers, float and double; save it with one of"
            + " these");
    cases.put(
        ok + "encoding: bzip2\n\n",
        "encoding is 'bzip2'; cirr reads raw, gzip, text and hex; save it with gzip, for example:"
            + " unu save -f nrrd -e gzip -i IN -o OUT");
    cases.put(
        "type: short\n" + SMALL + "encoding: raw\n\n", "the field 'endian' is missing" + mend);
    cases.put(
        "type: short\nendian: middle\n" + SMALL + "encoding: raw\n\n",
        "endian is 'middle' but must be little or big" + mend);
    cases.put(
        "type: uint8\ndimension: 2\nsizes: 3 2 1\nencoding: raw\n\n",
        "sizes has 3 entries but dimension is 2 (1 to 16)" + mend);
    cases.put(
        "type: uint8\ndimension: 2\nsizes: 3 -2\nencoding: raw\n\n",
        "sizes is '3 -2'; every size must be 1 or more and all values take less than 2^63 bytes"
            + mend);
    cases.put(
        "type: uint8\ndimension: 2\nsizes: 3 x\nencoding: raw\n\n",
        "sizes holds 'x', which is no whole number" + mend);
    cases.put(ok + "type: uint8\n", "the field 'type' is there twice" + mend);
    cases.put(ok + "nonsense\n\n", "the line 'nonsense' is neither a field nor a comment" + mend);
    cases.put(
        ok + "kinds: domain\nencoding: raw\n\n", "kinds has 1 entries but dimension is 3" + mend);
    cases.put(
        ok + "spacings: 1 2 z\nencoding: raw\n\n", "spacings holds 'z', which is no number" + mend);
    cases.put(
        ok + "space directions: (1,0,0) (0,1) none\nencoding: raw\n\n",
        "space directions is '(1,0,0) (0,1) none' but must hold 3 vectors of one length (up to 3),"
            + " or none, with at least one vector"
            + mend);
    cases.put(
        ok + "space directions: 1 2 3\nencoding: raw\n\n",
        "space directions is '1 2 3' but must be vectors like (1,0,0)" + mend);
    cases.put(
        ok + "space: left-posterior-superior-time\nencoding: raw\n\n",
        "space is 'left-posterior-superior-time', which has four dimensions; leave out time");
    cases.put(
        ok + "encoding: raw\nline skip: 7\n\n",
        "line skip is 7 but the data have only 0 lines; mend the header");
    cases.put(
        ok + "encoding: raw\nbyte skip: 7\n\n",
        "byte skip is 7 but the file ends before; mend the header");
    cases.put(ok + "encoding: gzip\n\n", "encoding is gzip but the data are not; mend the header");
    cases.put(
        ok + "encoding: raw\ndata file: x.raw\n",
        "data file 'x.raw' is not there; put it beside the header");
    for (String escape : List.of("/etc/passwd", "../x.raw", "C:\\x.raw", "a/../../x", "\\\\h\\x")) {
      cases.put(
          ok + "encoding: raw\ndata file: " + escape + "\n",
          "data file is '"
              + escape
              + "', outside the header's folder; put the data file beside the header and name it"
              + " without a folder");
    }
    for (var entry : cases.entrySet()) {
      assertEquals("a.nrrd: " + entry.getValue(), refusal(entry.getKey()), entry.getKey());
    }
  }

  @Test
  void dataThatAreTooShortAreRefusedWithBothSizes() throws IOException {
    String head = "NRRD0005\ntype: uint8\n" + SMALL;
    String raw = "type: uint8\n" + SMALL + "encoding: raw\n\n";
    int start = head.length() + "encoding: raw\n\n".length();
    String tail = "; the file is truncated or its header wrong: copy or export it again";
    assertEquals(
        "a.nrrd: the header promises 3×2×1 uint8 = 6 bytes from byte "
            + start
            + ", but the file holds only "
            + (start + 5)
            + " bytes"
            + tail,
        assertThrows(IOException.class, () -> NrrdVolume.read(source(raw, new byte[5])))
            .getMessage());
    String text = "type: uint8\n" + SMALL + "encoding: text\n\n";
    assertEquals(
        "a.nrrd: the header promises 3×2×1 uint8, but the file holds only 3 values" + tail,
        assertThrows(
                IOException.class, () -> NrrdVolume.read(source(text, "1 2 3      ".getBytes())))
            .getMessage());
    assertEquals(
        "a.nrrd: value 2 is 'two', which is no number; export the file again",
        assertThrows(
                IOException.class, () -> NrrdVolume.read(source(text, "1 two 3 4 5 6".getBytes())))
            .getMessage());
    byte[] packed = gzip(new byte[6]);
    byte[] cut = java.util.Arrays.copyOf(packed, packed.length - 4);
    String message =
        assertThrows(
                IOException.class, () -> NrrdVolume.read(source(raw.replace("raw", "gzip"), cut)))
            .getMessage();
    assertTrue(message.contains("break off after"), message);
    ByteSource twice =
        ByteSource.of(Path.of("a.nrrd"), gzip((head + "encoding: gzip\n\n").getBytes()), Map.of());
    assertEquals(
        "a.nrrd: the file is packed by gzip twice; unpack it once by gunzip",
        assertThrows(IOException.class, () -> NrrdVolume.read(twice)).getMessage());
    ByteSource other = ByteSource.of(Path.of("a.nrrd"), "PNG and so on".getBytes(), Map.of());
    assertEquals(
        "a.nrrd: the first line is not NRRD0001 to NRRD0005; name a .nrrd or .nhdr file, or read"
            + " other formats with ImageFile",
        assertThrows(IOException.class, () -> NrrdVolume.read(other)).getMessage());
  }

  @Test
  void volumesAndLabelsComeBackAsTheyWereWritten() throws IOException {
    Affine affine =
        Affine.ofRows(
            new double[] {-1.25, 0.1, 0, 192.65},
            new double[] {0.1, 1.25, 0.3, -200.66},
            new double[] {0, -0.25, 7.7, -77.09});
    Shape shape = Shape.of(2, 3, 5);
    float[] values = new float[30];
    for (int i = 0; i < 30; i++) {
      values[i] = i * 0.1f;
    }
    Volume volume = Volume.of(Tensor.of(shape, values), affine);
    LabelMap bytes = LabelMap.zeros(volume.geometry(), 255);
    LabelMap words = LabelMap.zeros(volume.geometry(), 65535);
    bytes.set(7, 255);
    words.set(7, 65535);
    for (String name : List.of("v.nrrd", "v.nhdr")) {
      Path path = folder.resolve(name);
      NrrdVolume.write(volume, path);
      Volume back = NrrdVolume.read(path);
      assertArrayEquals(values, back.tensor().array());
      assertEquals(affine, back.geometry().affine());
      NrrdVolume.write(bytes, path);
      assertEquals(255, NrrdVolume.readLabels(path).get(7));
      NrrdVolume.write(words, path);
      assertEquals(65535, NrrdVolume.readLabels(path).get(7));
    }
    assertTrue(Files.exists(folder.resolve("v.raw.gz")));
    assertEquals(
        folder.resolve("v.nii") + ": an NRRD file's name must end in .nrrd or .nhdr; rename it",
        assertThrows(IOException.class, () -> NrrdVolume.write(volume, folder.resolve("v.nii")))
            .getMessage());
  }

  private String refusal(String header) {
    String ended = header.endsWith("\n\n") ? header : header + "\n";
    return assertThrows(IOException.class, () -> NrrdVolume.readFrames(source(ended, new byte[6])))
        .getMessage();
  }
}
