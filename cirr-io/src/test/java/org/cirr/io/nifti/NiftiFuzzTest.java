package org.cirr.io.nifti;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cirr.fuzz.FuzzRun;
import org.cirr.io.bytes.ByteSource;
import org.junit.jupiter.api.Test;

/** Mutated files through every entry of the reader; see {@link FuzzRun} for what is asserted. */
class NiftiFuzzTest {
  private static List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (int version = 1; version <= 2; version++) {
      for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
        NiftiBytes file =
            new NiftiBytes(version, order)
                .dims(3, 5, 7)
                .datatype(4, 16)
                .scale(0.5, 3)
                .sform(1, -2, 0, 0, 5, 0, 2, 0, 6, 0, 0, 3, 7)
                .qform(1, 0, 1, 0, 5, 6, 7)
                .voxels(new byte[2 * 3 * 5 * 7]);
        seeds.add(file.bytes());
        seeds.add(NiftiBytes.gzip(file.bytes()));
        byte[] extension = new byte[32];
        extension[order == ByteOrder.LITTLE_ENDIAN ? 0 : 3] = 32;
        seeds.add(file.extensions(extension).bytes());
        seeds.add(file.dims(3, 5, 1, 7).bytes());
      }
    }
    seeds.add(NiftiBytes.small().pair().bytes());
    return seeds;
  }

  /** The mutated file as {@code .nii}, and as the header of a pair whose image is good. */
  private static ByteSource source(byte[] file) {
    return ByteSource.of(Path.of("f.hdr"), file, Map.of("f.img", new byte[64]));
  }

  @Test
  void mutatedFilesAreReadOrRefused() {
    FuzzRun.of("nifti", seeds(), NiftiFuzzTest::readAsVolume).run();
  }

  @Test
  void mutatedFilesAreReadOrRefusedAsLabelsAndImages() {
    FuzzRun.of("nifti-image", seeds(), NiftiFuzzTest::readAsAll).memory(1 << 20, 256).run();
  }

  private static void readAsVolume(byte[] file) throws IOException {
    NiftiVolume.readFrames(source(file));
  }

  private static void readAsAll(byte[] file) throws IOException {
    NiftiImage image = NiftiImage.read(source(file));
    image.component(0);
    NiftiVolume.readHeader(source(file));
    NiftiVolume.readFrames(source(file));
    if (image.header().frames() == 1) {
      NiftiVolume.readLabels(source(file));
    }
  }
}
