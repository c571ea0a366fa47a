package org.cirr.io.bytes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.nifti.NiftiVolume;
import org.cirr.io.nrrd.NrrdVolume;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of very many frames of one voxel. */
class FramesTest {
  private static final int WIDE = 32767;
  private static final int MANY = 33;
  private static final String REFUSAL =
      " says 1081311 frames, at most 1048576 are read; cut the file into parts";

  @TempDir Path folder;

  @Test
  void niftiFramesWithoutEndAreRefused() throws IOException {
    Path file = folder.resolve("many.nii");
    ByteBuffer bytes = ByteBuffer.allocate(352 + WIDE * MANY).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(0, 348);
    short[] dim = {5, 1, 1, 1, WIDE, MANY, 1, 1};
    for (int i = 0; i < dim.length; i++) {
      bytes.putShort(40 + 2 * i, dim[i]);
      bytes.putFloat(76 + 4 * i, 1);
    }
    bytes.putShort(70, (short) 2).putShort(72, (short) 8).putFloat(108, 352);
    bytes.putInt(344, 0x00312b6e); // n+1
    Files.write(file, bytes.array());
    assertEquals(
        file + ": dim" + REFUSAL,
        assertThrows(MalformedFileException.class, () -> NiftiVolume.readFrames(file))
            .getMessage());
  }

  @Test
  void nrrdFramesWithoutEndAreRefused() throws IOException {
    Path file = folder.resolve("many.nrrd");
    String head =
        "NRRD0004\ntype: uchar\ndimension: 4\nsizes: "
            + WIDE * MANY
            + " 1 1 1\nspace: left-posterior-superior\n"
            + "space directions: none (1,0,0) (0,1,0) (0,0,1)\nencoding: raw\n\n";
    byte[] text = head.getBytes(StandardCharsets.US_ASCII);
    Files.write(file, ByteBuffer.allocate(text.length + WIDE * MANY).put(text).array());
    assertEquals(
        file + ": sizes" + REFUSAL,
        assertThrows(MalformedFileException.class, () -> NrrdVolume.readFrames(file)).getMessage());
  }
}
