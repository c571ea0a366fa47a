package org.cirr.io.checkpoint;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.cirr.io.file.AtomicFile;
import org.cirr.tensor.Half;
import org.cirr.tensor.Tensor;

/** Writes safetensors; {@link Checkpoint} reads them. */
public final class SafetensorsFile {
  private SafetensorsFile() {}

  /**
   * Writes tensors as F32, in the map's order.
   *
   * @param metadata texts to go with them, such as {@code format=pt}; may be empty
   */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    write(file, tensors, metadata, ElementType.FLOAT32);
  }

  /**
   * Writes tensors as F32 or F16, in the map's order; to half precision they are rounded to the
   * nearest.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for another type, and naming the tensor and
   * the value that half precision would make infinite.
   *
   * @param metadata texts to go with them, such as {@code format=pt}; may be empty
   */
  public static void write(
      Path file, Map<String, Tensor> tensors, Map<String, String> metadata, ElementType type)
      throws IOException {
    if (tensors.containsKey("__metadata__")) {
      throw new IllegalArgumentException("no tensor may be called __metadata__; rename it");
    }
    boolean half = type == ElementType.FLOAT16;
    if (!half && type != ElementType.FLOAT32) {
      throw new IllegalArgumentException(
          "safetensors are written as FLOAT32 or FLOAT16, got " + type);
    }
    if (half) {
      tensors.forEach(SafetensorsFile::requireHalf);
    }
    byte[] header = header(tensors, metadata, type);
    AtomicFile.write(
        file,
        out -> {
          out.write(
              ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
          out.write(header);
          for (Tensor tensor : tensors.values()) {
            if (half) {
              FloatBytes.writeHalf(tensor.array(), out);
            } else {
              FloatBytes.write(tensor.array(), out);
            }
          }
        });
  }

  private static void requireHalf(String name, Tensor tensor) {
    for (float value : tensor.array()) {
      if (Float.isFinite(value) && !Float.isFinite(Half.round(value))) {
        throw new IllegalArgumentException(
            "tensor "
                + name
                + " has the value "
                + value
                + ", but half precision ends at 65504; write it in full precision");
      }
    }
  }

  private static byte[] header(
      Map<String, Tensor> tensors, Map<String, String> metadata, ElementType type)
      throws IOException {
    String dtype = type == ElementType.FLOAT16 ? "F16" : "F32";
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.beginObject();
      if (!metadata.isEmpty()) {
        json.name("__metadata__").beginObject();
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.name(entry.getKey()).value(entry.getValue());
        }
        json.endObject();
      }
      long offset = 0;
      for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
        json.name(entry.getKey()).beginObject().name("dtype").value(dtype).name("shape");
        json.beginArray();
        for (int extent : entry.getValue().shape().toArray()) {
          json.value(extent);
        }
        json.endArray().name("data_offsets").beginArray().value(offset);
        offset += type.bytes() * entry.getValue().shape().elements();
        json.value(offset).endArray().endObject();
      }
      json.endObject();
    }
    int length = text.toString().getBytes(StandardCharsets.UTF_8).length;
    text.append(" ".repeat((8 - length % 8) % 8)); // so that the values are aligned
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
