package org.cirr.io.nifti;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.cirr.volume.Volume;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What reading takes: the volume and a buffer, or, for a header that lies, what is there. */
class NiftiMemoryTest {
  /** Buffers of every kind, and what the class library takes on the way. */
  private static final long BUFFERS = 1 << 19;

  private static final int VOXELS = 128 * 128 * 64;

  @TempDir Path folder;

  private static long allocatedBy(Action action) throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    action.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private interface Action {
    void run() throws IOException;
  }

  private static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new Random(11).nextBytes(bytes);
    return bytes;
  }

  private static NiftiBytes doubles(byte[] voxels) {
    return NiftiBytes.v1().dims(128, 128, 64).datatype(64, 64).voxels(voxels);
  }

  @Test
  void aVolumeIsReadWithoutHoldingItsRawBytes() throws IOException {
    byte[] plain = doubles(noise(8 * VOXELS)).bytes();
    byte[] packed = NiftiBytes.gzip(plain);
    for (byte[] bytes : new byte[][] {plain, packed}) {
      Path path = folder.resolve("v.nii");
      Files.write(path, bytes);
      NiftiVolume.read(path); // loads classes
      Volume[] volume = new Volume[1];
      long taken = allocatedBy(() -> volume[0] = NiftiVolume.read(path));
      assertEquals(VOXELS, volume[0].tensor().array().length);
      assertTrue(taken < 4L * VOXELS + BUFFERS, taken + " bytes for " + 4L * VOXELS);
    }
  }

  @Test
  void aPackedFileOfZerosDoublesItsArrayAsItGoes() throws IOException {
    byte[] packed = NiftiBytes.gzip(doubles(new byte[8 * VOXELS]).bytes());
    assertTrue(packed.length < 8 * VOXELS / 500, packed.length + " bytes");
    NiftiVolume.read(NiftiBytes.source(packed));
    long taken = allocatedBy(() -> NiftiVolume.read(NiftiBytes.source(packed)));
    assertTrue(taken < 3 * 4L * VOXELS + BUFFERS, taken + " bytes for " + 4L * VOXELS);
  }

  @Test
  void aHeaderThatLiesInAGzipTakesNoMoreThanIsThere() throws IOException {
    byte[] packed = NiftiBytes.gzip(doubles(noise(300_000)).dims(512, 512, 70).bytes());
    for (int round = 0; round < 2; round++) {
      long taken =
          allocatedBy(
              () ->
                  assertThrows(
                      IOException.class, () -> NiftiVolume.read(NiftiBytes.source(packed))));
      long promised = 4L * 512 * 512 * 70;
      assertTrue(taken < promised / 8 && taken < (1 << 20) + 64L * packed.length, taken + " bytes");
    }
  }

  @Test
  void readingAHeaderDoesNotDependOnTheFilesSize() throws IOException {
    Path path = folder.resolve("h.nii.gz");
    Files.write(path, NiftiBytes.gzip(doubles(noise(8 * VOXELS)).bytes()));
    NiftiVolume.readHeader(path);
    long taken = allocatedBy(() -> NiftiVolume.readHeader(path));
    assertTrue(taken < BUFFERS, taken + " bytes");
  }
}
