package org.cirr.io.nrrd;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.cirr.fuzz.FuzzRun;
import org.cirr.io.bytes.ByteSource;
import org.junit.jupiter.api.Test;

/** Mutated files through the reader; see {@link FuzzRun} for what is asserted. */
class NrrdFuzzTest {
  private static final String HEAD =
      "NRRD0004\n# a comment\ntype: short\ndimension: 3\nsizes: 3 5 7\nendian: big\n";

  private static List<byte[]> seeds() throws IOException {
    String space =
        "space: left-posterior-superior\nspace directions: (1,0,0) (0,1.5,0) (0,0,2)\n"
            + "space origin: (1,2,3)\nkinds: domain domain domain\nmy key:=my value\n";
    byte[] values = new byte[210];
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(values);
    }
    return List.of(
        file(HEAD + space + "encoding: raw\n\n", values),
        file(HEAD + space + "encoding: raw\nbyte skip: -1\n\n", values),
        file(HEAD + space + "encoding: gzip\n\n", packed.toByteArray()),
        file(HEAD + "spacings: 1 2 nan\nencoding: ascii\n\n", "1 2 3 ".repeat(35).getBytes()),
        file(HEAD + "kinds: list domain domain\nencoding: hex\n\n", "00ff".repeat(105).getBytes()),
        file(HEAD + space + "encoding: raw\ndata file: good.raw\n", new byte[0]),
        file(HEAD + space + "encoding: raw\ndata file: good%d.raw 1 7 1\n", new byte[0]),
        file(HEAD + "encoding: raw\ndata file: LIST\ngood1.raw\ngood1.raw\n", new byte[0]));
  }

  private static byte[] file(String header, byte[] values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(values);
    return out.toByteArray();
  }

  @Test
  void mutatedFilesAreReadOrRefused() throws IOException {
    Map<String, byte[]> others =
        Map.of(
            "good.raw",
            new byte[210],
            "good1.raw",
            new byte[30],
            "good2.raw",
            new byte[30],
            "good3.raw",
            new byte[30],
            "good4.raw",
            new byte[30],
            "good5.raw",
            new byte[30],
            "good6.raw",
            new byte[30],
            "good7.raw",
            new byte[30]);
    List<byte[]> seeds = seeds().subList(0, 7);
    FuzzRun.of(
            "nrrd",
            seeds,
            bytes -> NrrdVolume.readFrames(ByteSource.of(Path.of("f.nhdr"), bytes, others)))
        .run();
  }
}
