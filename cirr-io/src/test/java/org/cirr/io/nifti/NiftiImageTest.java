package org.cirr.io.nifti;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cirr.tensor.Shape;
import org.cirr.testing.Shared;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NiftiImageTest {
  @TempDir Path folder;

  private static byte[] extension(ByteOrder order, int size, int code) {
    return ByteBuffer.allocate(32).order(order).putInt(size).putInt(code).put((byte) 'x').array();
  }

  @Test
  void aRoundTripKeepsEveryByte() throws IOException {
    for (int version = 1; version <= 2; version++) {
      for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
        NiftiBytes file =
            new NiftiBytes(version, order)
                .dims(3, 2, 1, 2, 2)
                .datatype(4, 16)
                .scale(0.5, 3)
                .sform(1, 2, 0, 0, 5, 0, 3, 0, 6, 0, 0, 4, 7)
                .extensions(extension(order, 32, 6))
                .voxels(new byte[48]);
        file.header.put(version == 1 ? 148 : 240, "a description".getBytes());
        file.voxels[5] = 77;
        byte[] bytes = file.bytes();
        for (String name : List.of("a.nii", "b.nii.gz")) {
          Path path = folder.resolve(name);
          NiftiImage image = NiftiImage.read(NiftiBytes.source(bytes));
          image.write(path);
          if (name.endsWith("nii")) {
            assertArrayEquals(bytes, Files.readAllBytes(path));
          }
          NiftiImage back = NiftiImage.read(path);
          assertEquals(image.header(), back.header());
          assertEquals("a description", back.header().description());
          assertEquals(1, back.extensions().size());
          assertEquals(6, back.extensions().get(0).code());
          assertEquals(image.extensions(), back.extensions());
          assertArrayEquals(image.rawBytes(), back.rawBytes());
        }
        NiftiImage.read(NiftiBytes.source(bytes)).write(folder.resolve("c.img.gz"));
        NiftiImage pair = NiftiImage.read(folder.resolve("c.hdr.gz"));
        assertTrue(pair.header().pair());
        assertArrayEquals(file.voxels, pair.rawBytes());
        pair.write(folder.resolve("d.nii"));
        assertArrayEquals(bytes, Files.readAllBytes(folder.resolve("d.nii")), "there and back");
      }
    }
  }

  @Test
  void tensorsHaveTheFileAxesInReverse() throws IOException {
    NiftiBytes file =
        NiftiBytes.v1().dims(3, 2, 1, 2, 5).datatype(2, 8).scale(2, 1).voxels(new byte[60]);
    file.voxels[1] = 10;
    NiftiImage image = NiftiImage.read(file.source(true));
    assertEquals(Shape.of(5, 2, 1, 2, 3), image.values().shape());
    assertEquals(21, image.values().get(0, 0, 0, 0, 1));
  }

  @Test
  void complexAndColourVoxelsComeByComponent() throws IOException {
    byte[] complex =
        ByteBuffer.allocate(16)
            .order(ByteOrder.BIG_ENDIAN)
            .putFloat(3)
            .putFloat(-4)
            .putFloat(0)
            .putFloat(2)
            .array();
    NiftiBytes file =
        new NiftiBytes(1, ByteOrder.BIG_ENDIAN).dims(2).datatype(32, 64).voxels(complex);
    NiftiImage image = NiftiImage.read(file.source(false));
    assertArrayEquals(new float[] {3, 0}, image.component(0).array());
    assertArrayEquals(new float[] {-4, 2}, image.component(1).array());
    assertArrayEquals(new float[] {5, 2}, image.magnitude().array());
    assertEquals(
        "complex64 voxels are 2 numbers each; take component(i) or magnitude()",
        assertThrows(IllegalArgumentException.class, image::values).getMessage());
    assertEquals(
        "complex64 voxels have components 0 to 1, got 2",
        assertThrows(IllegalArgumentException.class, () -> image.component(2)).getMessage());
    NiftiImage rgb =
        NiftiImage.read(
            NiftiBytes.v1()
                .dims(2)
                .datatype(128, 24)
                .scale(9, 9)
                .voxels(new byte[] {1, 2, 3, 4, 5, -1})
                .source(false));
    assertArrayEquals(new float[] {3, 255}, rgb.component(2).array());
    assertEquals(
        "rgb24 voxels are not complex; take values() or component(i)",
        assertThrows(IllegalArgumentException.class, rgb::magnitude).getMessage());
  }

  @Test
  void extensionsThatLieAreRefusedButTheVolumeCanBeRead() throws IOException {
    ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    for (int size : new int[] {-16, 8, 33, 48, Integer.MAX_VALUE}) {
      NiftiBytes file = NiftiBytes.small().extensions(extension(order, size, 6));
      assertEquals(
          "a.nii: extension 1 states a size of "
              + size
              + " bytes, which must be a multiple of 16 and end before the voxels; read the image"
              + " without its extensions by NiftiVolume, or export it again",
          refusal(file.bytes()));
      assertEquals(7, NiftiVolume.read(file.source(false)).get(1, 1, 1));
    }
    byte[] cut = NiftiBytes.small().extensions(extension(order, 32, 6)).bytes();
    assertEquals(
        "a.nii: extension 1 states a size of 32 bytes, but only 18 are there; read the image"
            + " without its extensions by NiftiVolume, or export it again",
        refusal(NiftiBytes.cut(cut, 370)));
    assertEquals(
        "a.nii: extension 1 is cut off by the end of the file; read the image without its"
            + " extensions by NiftiVolume, or export it again",
        refusal(NiftiBytes.cut(cut, 356)));
  }

  @Test
  void newExtensionsArePaddedAndMoveTheVoxels() throws IOException {
    NiftiImage image = NiftiImage.read(NiftiBytes.small().source(false));
    NiftiExtension comment =
        new NiftiExtension(6, "a comment of cirr".getBytes(StandardCharsets.UTF_8));
    assertEquals(24, comment.data().length);
    image.withExtensions(List.of(comment)).write(folder.resolve("e.nii"));
    NiftiImage back = NiftiImage.read(folder.resolve("e.nii"));
    assertEquals(List.of(comment), back.extensions());
    assertEquals(384, back.header().voxOffset());
    assertArrayEquals(image.rawBytes(), back.rawBytes());
  }

  @Test
  void theExtensionsOfNibabelsExampleAreItsComments() throws IOException {
    NiftiImage image = NiftiImage.read(Shared.require("data/nibabel/example4d.nii.gz"));
    assertEquals(2, image.extensions().size());
    for (int i = 0; i < 2; i++) {
      assertEquals(6, image.extensions().get(i).code());
      String text = new String(image.extensions().get(i).data(), StandardCharsets.UTF_8);
      assertEquals(i == 0 ? "extcomment1" : "extlongcomment2", text.replace("\0", ""));
    }
  }

  @Test
  void colourAndComplexFilesOfNiftiRsAreReadByComponent() throws IOException {
    NiftiImage rgb = NiftiImage.read(Shared.require("data/nifti-rs/rgb/4D.nii"));
    assertEquals(Shape.of(2, 3, 3, 3), rgb.component(0).shape());
    NiftiImage complex = NiftiImage.read(Shared.require("data/nifti-rs/complex/complex64.nii"));
    assertEquals(NiftiDatatype.COMPLEX128, complex.header().datatype());
    assertArrayEquals(new float[] {1, 3, 0, 2, 0, 0, 0, 0, 0}, complex.component(0).array());
    assertArrayEquals(complex.component(0).array(), complex.component(1).array());
    assertEquals((float) Math.sqrt(18), complex.magnitude().array()[1]);
    assertEquals(55, rgb.component(1).get(1, 0, 0, 0));
    assertEquals(0, rgb.component(2).get(1, 0, 0, 0));
  }

  private static String refusal(byte[] file) {
    return assertThrows(IOException.class, () -> NiftiImage.read(NiftiBytes.source(file)))
        .getMessage();
  }
}
