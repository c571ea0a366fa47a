package org.cirr.nn;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cirr.io.npy.NpyArray;
import org.cirr.tensor.Half;
import org.cirr.testing.Shared;

/** Single functions of nnU-Net on small arrays: {@code goldens/nnunet/units}. */
public final class GoldenUnits {
  private static final String FOLDER = "goldens/nnunet/";

  private GoldenUnits() {}

  /** A file under {@code goldens/nnunet}, or a skipped test. */
  public static Path path(String relative) {
    return Shared.require(FOLDER + relative);
  }

  /** An array under {@code goldens/nnunet/units}. */
  public static NpyArray unit(String file) {
    return array("units/" + file);
  }

  /** An array under {@code goldens/nnunet}. */
  public static NpyArray array(String relative) {
    try {
      return NpyArray.read(path(relative));
    } catch (IOException broken) {
      throw new AssertionError(relative, broken);
    }
  }

  /** A JSON file under {@code goldens/nnunet}. */
  public static JsonElement json(String relative) {
    try {
      return JsonParser.parseString(Files.readString(path(relative)));
    } catch (IOException broken) {
      throw new AssertionError(relative, broken);
    }
  }

  /** The entries of {@code index.json} of one function. */
  public static List<JsonObject> entries(String function) {
    List<JsonObject> entries = new ArrayList<>();
    for (JsonElement entry : json("units/index.json").getAsJsonArray()) {
      if (entry.getAsJsonObject().get("function").getAsString().equals(function)) {
        entries.add(entry.getAsJsonObject());
      }
    }
    return entries;
  }

  /** The values as floats, exact for float32 and narrower types. */
  public static float[] floats(NpyArray array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.doubleAt(i);
    }
    return values;
  }

  /** One of several channels along the first axis. */
  public static float[] channel(NpyArray array, int channel) {
    float[] all = floats(array);
    int length = all.length / array.shape().dim(0);
    return java.util.Arrays.copyOfRange(all, channel * length, (channel + 1) * length);
  }

  /** The bits of half-precision values that are stored as floats. */
  public static short[] halfBits(float[] values) {
    short[] bits = new short[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Half.fromFloat(values[i]);
    }
    return bits;
  }

  /** A JSON list of whole numbers. */
  public static int[] ints(JsonElement list) {
    JsonArray array = list.getAsJsonArray();
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).getAsInt();
    }
    return values;
  }

  /** A JSON list of numbers. */
  public static double[] doubles(JsonElement list) {
    JsonArray array = list.getAsJsonArray();
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).getAsDouble();
    }
    return values;
  }
}
