package org.cirr.io.nifti;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.cirr.testing.Shared;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.joml.Matrix4dc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The geometry that nnU-Net (by nibabel) read from the golden scans, and the masks it wrote. */
class NnunetParityTest {
  /** Quaternion fields, which nibabel takes from an eigenvector: a few float32 ulp. */
  private static final float QUATERNION = 1e-6f;

  @TempDir Path folder;

  private static List<Path> goldens(String pattern) throws IOException {
    try (Stream<Path> files = Files.walk(Shared.require("goldens/nnunet/cases"))) {
      List<Path> found = files.filter(p -> p.getFileName().toString().matches(pattern)).toList();
      assertFalse(found.isEmpty(), pattern);
      return found;
    }
  }

  private static Path scanOf(Path caseFolder) {
    return Shared.require("goldens/nnunet/inputs/" + caseFolder.getFileName() + "_0000.nii.gz");
  }

  @Test
  void spacingAndAffineAreTheNumbersThatNibabelGave() throws IOException {
    for (Path stages : goldens("stages\\.json")) {
      JsonObject properties =
          JsonParser.parseString(Files.readString(stages))
              .getAsJsonObject()
              .getAsJsonObject("properties");
      NiftiHeader header = NiftiVolume.readHeader(scanOf(stages.getParent().getParent()));
      JsonArray spacing = properties.getAsJsonArray("spacing");
      assertArrayEquals(
          new double[] {
            spacing.get(0).getAsDouble(), spacing.get(1).getAsDouble(), spacing.get(2).getAsDouble()
          },
          header.spacing().toArray(),
          stages.toString());
      JsonArray affine =
          properties.getAsJsonObject("nibabel_stuff").getAsJsonArray("original_affine");
      Matrix4dc own = header.affine().matrix();
      for (int row = 0; row < 3; row++) {
        for (int column = 0; column < 4; column++) {
          assertEquals(
              affine.get(row).getAsJsonArray().get(column).getAsDouble(),
              own.get(column, row),
              stages.toString());
        }
      }
    }
  }

  @Test
  void masksInTheScansGeometryAreWrittenAsNnunetWritesThem() throws IOException {
    for (Path mask : goldens("mask.*\\.nii\\.gz")) {
      Path input = scanOf(mask.getParent());
      Geometry scan = NiftiVolume.geometry(input, NiftiVolume.readHeader(input));
      LabelMap theirs = NiftiVolume.readLabels(mask);
      LabelMap labels = LabelMap.zeros(scan, 0xff);
      for (int i = 0; i < labels.length(); i++) {
        labels.set(i, theirs.get(i));
      }
      Path ours = folder.resolve("ours.nii");
      NiftiVolume.write(labels, ours);
      byte[] expected;
      try (InputStream in = new GZIPInputStream(Files.newInputStream(mask))) {
        expected = in.readAllBytes();
      }
      byte[] got = Files.readAllBytes(ours);
      for (int at : new int[] {256, 260, 264}) {
        assertEquals(real(expected, at), real(got, at), QUATERNION, mask + " byte " + at);
        System.arraycopy(expected, at, got, at, 4);
      }
      assertEquals(-1, Arrays.mismatch(expected, got), "first byte that differs in " + mask);
    }
  }

  private static float real(byte[] header, int at) {
    return ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getFloat(at);
  }
}
