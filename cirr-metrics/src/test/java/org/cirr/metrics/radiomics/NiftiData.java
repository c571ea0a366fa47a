package org.cirr.metrics.radiomics;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.zip.GZIPInputStream;
import org.cirr.metrics.radiomics.image.Raster;
import org.cirr.testing.Shared;
import org.cirr.volume.Spacing;

/** IBSI's phantoms: gzipped little-endian NIfTI-1, of which size, spacing and values are read. */
public final class NiftiData {
  private NiftiData() {}

  public static Raster read(String file) throws IOException {
    byte[] packed = Files.readAllBytes(Shared.require("data/ibsi/" + file));
    ByteBuffer data =
        ByteBuffer.wrap(new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    int[] shape = {data.getShort(46), data.getShort(44), data.getShort(42)};
    Spacing spacing = new Spacing(data.getFloat(88), data.getFloat(84), data.getFloat(80));
    int type = data.getShort(70);
    int start = (int) data.getFloat(108);
    double slope = data.getFloat(112);
    double intercept = data.getFloat(116);
    boolean scaled = slope != 0 && !Double.isNaN(slope);
    double[] values = new double[shape[0] * shape[1] * shape[2]];
    for (int i = 0; i < values.length; i++) {
      double stored =
          switch (type) {
            case 2 -> data.get(start + i) & 0xff;
            case 4 -> data.getShort(start + 2 * i);
            case 8 -> data.getInt(start + 4 * i);
            case 16 -> data.getFloat(start + 4 * i);
            case 64 -> data.getDouble(start + 8 * i);
            case 512 -> data.getShort(start + 2 * i) & 0xffff;
            default -> throw new IOException("NIfTI type " + type);
          };
      values[i] = scaled ? stored * slope + intercept : stored;
    }
    return Raster.of(shape, values, spacing);
  }

  public static boolean[] mask(String file) throws IOException {
    double[] values = read(file).values();
    boolean[] inside = new boolean[values.length];
    for (int i = 0; i < inside.length; i++) {
      inside[i] = values[i] > 0;
    }
    return inside;
  }
}
