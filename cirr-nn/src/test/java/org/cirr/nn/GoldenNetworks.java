package org.cirr.nn;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.Shared;

/**
 * What PyTorch computed from weights and inputs that follow from their names: {@code
 * goldens/networks}. The fill rule is section 1 of its README.
 */
public final class GoldenNetworks {
  private GoldenNetworks() {}

  /** A manifest, or a skipped test. */
  public static JsonObject manifest(String name) {
    try {
      Path file = Shared.require("goldens/networks/" + name + ".json");
      return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    } catch (IOException broken) {
      throw new AssertionError(name, broken);
    }
  }

  /** The float32 tensors beside a manifest, as stored: channels first. */
  public static Map<String, Tensor> tensors(String name) {
    try {
      byte[] bytes =
          Files.readAllBytes(Shared.require("goldens/networks/" + name + ".safetensors"));
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      int header = (int) buffer.getLong();
      String json = new String(bytes, 8, header, StandardCharsets.UTF_8);
      Map<String, Tensor> tensors = new HashMap<>();
      for (var entry : JsonParser.parseString(json).getAsJsonObject().entrySet()) {
        JsonObject tensor = entry.getValue().getAsJsonObject();
        if (!entry.getKey().equals("__metadata__")
            && tensor.get("dtype").getAsString().equals("F32")) {
          Tensor values = Tensor.zeros(shape(tensor.get("shape")));
          int from = 8 + header + tensor.get("data_offsets").getAsJsonArray().get(0).getAsInt();
          for (int i = 0; i < values.array().length; i++) {
            values.array()[i] = buffer.getFloat(from + 4 * i);
          }
          tensors.put(entry.getKey(), values);
        }
      }
      return tensors;
    } catch (IOException broken) {
      throw new AssertionError(name, broken);
    }
  }

  /** The float64 tensors beside a manifest. */
  public static Map<String, double[]> doubles(String name) {
    try {
      byte[] bytes =
          Files.readAllBytes(Shared.require("goldens/networks/" + name + ".safetensors"));
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      int header = (int) buffer.getLong();
      String json = new String(bytes, 8, header, StandardCharsets.UTF_8);
      Map<String, double[]> tensors = new HashMap<>();
      for (var entry : JsonParser.parseString(json).getAsJsonObject().entrySet()) {
        JsonObject tensor = entry.getValue().getAsJsonObject();
        if (tensor.has("dtype") && tensor.get("dtype").getAsString().equals("F64")) {
          JsonArray offsets = tensor.getAsJsonArray("data_offsets");
          int from = 8 + header + offsets.get(0).getAsInt();
          double[] values = new double[(8 + header + offsets.get(1).getAsInt() - from) / 8];
          for (int i = 0; i < values.length; i++) {
            values[i] = buffer.getDouble(from + 8 * i);
          }
          tensors.put(entry.getKey(), values);
        }
      }
      return tensors;
    } catch (IOException broken) {
      throw new AssertionError(name, broken);
    }
  }

  /** A JSON list of extents. */
  public static Shape shape(JsonElement list) {
    JsonArray array = list.getAsJsonArray();
    int[] extents = new int[array.size()];
    java.util.Arrays.setAll(extents, axis -> array.get(axis).getAsInt());
    return Shape.of(extents);
  }

  /** {@code u · a + b} with u uniform in [−1, 1) from the key's hash and the flat index. */
  public static Tensor fill(String key, Shape shape, long seed, double a, double b) {
    Tensor tensor = Tensor.zeros(shape);
    long start = hash(key) + seed + 0x9e3779b97f4a7c15L;
    for (int i = 0; i < tensor.array().length; i++) {
      tensor.array()[i] = (float) (unit(start + i) * a + b);
    }
    return tensor;
  }

  /** A parameter of a network, filled by the first rule that its name and shape fit. */
  public static Tensor parameter(String key, Shape shape, long seed, double gain) {
    if (shape.rank() <= 1) {
      return fill(key, shape, seed, 0.1, key.endsWith("bias") ? 0 : 1);
    }
    double fanIn = (double) (shape.elements() / shape.dim(0));
    return fill(key, shape, seed, Math.sqrt(3 * gain / fanIn), 0);
  }

  private static long hash(String key) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 255)) * 0x100000001b3L;
    }
    return hash;
  }

  private static double unit(long z0) {
    long z1 = (z0 ^ z0 >>> 30) * 0xbf58476d1ce4e5b9L;
    long z2 = (z1 ^ z1 >>> 27) * 0x94d049bb133111ebL;
    return ((z2 ^ z2 >>> 31) >>> 40) * 0x1p-23 - 1;
  }

  /** From PyTorch's {@code [N, C, spatial…]} to {@code [N, spatial…, C]}. */
  public static Tensor channelsLast(Tensor tensor) {
    return moveAxis(tensor, 1, tensor.shape().rank() - 1);
  }

  /** From {@code [N, spatial…, C]} to PyTorch's {@code [N, C, spatial…]}. */
  public static Tensor channelsFirst(Tensor tensor) {
    return moveAxis(tensor, tensor.shape().rank() - 1, 1);
  }

  /** NumPy's {@code moveaxis}. */
  public static Tensor moveAxis(Tensor tensor, int from, int to) {
    int rank = tensor.shape().rank();
    java.util.List<Integer> order = new java.util.ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      if (axis != from) {
        order.add(axis);
      }
    }
    order.add(to, from);
    int[] extents = new int[rank];
    java.util.Arrays.setAll(extents, axis -> tensor.shape().dim(order.get(axis)));
    Tensor moved = Tensor.zeros(Shape.of(extents));
    int[] index = new int[rank];
    for (int i = 0; i < moved.array().length; i++) {
      int rest = i;
      for (int axis = rank - 1; axis >= 0; axis--) {
        index[order.get(axis)] = rest % extents[axis];
        rest /= extents[axis];
      }
      moved.array()[i] = tensor.get(index);
    }
    return moved;
  }
}
