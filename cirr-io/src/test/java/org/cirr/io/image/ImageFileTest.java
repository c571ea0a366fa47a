package org.cirr.io.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.volume.Affine;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFileTest {
  @TempDir Path folder;

  private static final Volume VOLUME =
      Volume.of(
          Tensor.of(Shape.of(1, 2, 3), 1, 2, 3, 4, 5, 6), Affine.ofSpacing(new Spacing(3, 2, 1)));

  @Test
  void theFormatIsToldByContentNotByName() throws IOException {
    for (String name : List.of("v.nii", "v.nii.gz", "v.nrrd")) {
      ImageFile.write(VOLUME, folder.resolve(name));
      Path misnamed = folder.resolve(name + ".dat");
      Files.move(folder.resolve(name), misnamed);
      Volume back = ImageFile.read(misnamed);
      assertArrayEquals(VOLUME.tensor().array(), back.tensor().array(), name);
      assertEquals(VOLUME.geometry(), back.geometry(), name);
      assertEquals(1, ImageFile.readFrames(misnamed).size());
    }
    LabelMap labels = LabelMap.zeros(VOLUME.geometry(), 5);
    labels.set(4, 5);
    for (String name : List.of("l.nii.gz", "l.nhdr")) {
      ImageFile.write(labels, folder.resolve(name));
      assertEquals(5, ImageFile.readLabels(folder.resolve(name)).get(4), name);
    }
  }

  @Test
  void otherFormatsAreNamedWithARemedy() throws IOException {
    Map<String, String> cases =
        Map.of(
            "ObjectType = Image\nNDims = 3\n",
            "is MetaImage, not NIfTI or NRRD; save it as .nii.gz or .nrrd, for example in 3D"
                + " Slicer",
            "\u0089PNG\r\n",
            "is a picture, not NIfTI or NRRD; save the volume as .nii.gz with its spacing",
            "II*\0....",
            "is TIFF, not NIfTI or NRRD; save the volume as .nii.gz with its spacing",
            "PK\3\4....",
            "is a zip archive, not NIfTI or NRRD; unpack it and name the image inside",
            "\u0093NUMPY....",
            "is a NumPy array, not NIfTI or NRRD; save it as .nii.gz with its spacing",
            "",
            "is an empty file, not NIfTI or NRRD; copy or export it again",
            "hello",
            "is no image format that cirr knows, not NIfTI or NRRD; convert it to .nii.gz or"
                + " .nrrd");
    Path path = folder.resolve("x.dat");
    for (var entry : cases.entrySet()) {
      Files.write(path, entry.getKey().getBytes(StandardCharsets.ISO_8859_1));
      assertEquals(
          path + ": the file " + entry.getValue(),
          assertThrows(IOException.class, () -> ImageFile.read(path)).getMessage());
    }
    assertEquals(
        folder.resolve("none.nii") + ": there is no such file; check the name",
        assertThrows(IOException.class, () -> ImageFile.describe(folder.resolve("none.nii")))
            .getMessage());
  }

  @Test
  void aDescriptionShowsFramesAndSkewedAxes() throws IOException {
    Affine skewed =
        Affine.ofRows(
            new double[] {1, 0.5, 0, 0}, new double[] {0, 1, 0, 0}, new double[] {0, 0, 1, 0});
    Path path = folder.resolve("s.nrrd");
    ImageFile.write(Volume.of(VOLUME.tensor(), skewed), path);
    assertEquals(
        String.join(
            System.lineSeparator(),
            "NRRD, 3 × 2 × 1 voxels of float32",
            "spacing 1.0 × 1.118034 × 1.0 mm (x y z), orientation RAS from space directions, axes"
                + " not at right angles"),
        ImageFile.describe(path).toString());
  }
}
