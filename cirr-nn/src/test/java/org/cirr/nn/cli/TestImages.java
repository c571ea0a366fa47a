package org.cirr.nn.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.cirr.io.image.ImageFile;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.volume.Affine;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;

/** Small images: the upper half of the slices is 1, the rest 0. */
final class TestImages {
  static final Spacing SPACING = new Spacing(4, 2.5, 2);

  private TestImages() {}

  static Volume volume(Shape shape, Affine affine) {
    float[] values = new float[shape.arrayLength()];
    java.util.Arrays.fill(values, values.length / 2, values.length, 1);
    return Volume.of(Tensor.of(shape, values), affine);
  }

  /** 4 x 5 x 7 voxels of 20 mm³; 70 of them are liver to {@link FakeModel}. */
  static Volume volume() {
    return volume(Shape.of(4, 5, 7), Affine.ofSpacing(SPACING));
  }

  static Path write(Path folder, String name) throws IOException {
    return write(folder, name, volume());
  }

  static Path write(Path folder, String name, Volume volume) throws IOException {
    Path file = folder.resolve(name);
    ImageFile.write(volume, file);
    return file;
  }
}
