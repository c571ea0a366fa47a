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
    if (tensors.containsKey("__metadata__")) {
      throw new IllegalArgumentException("no tensor may be called __metadata__; rename it");
    }
    byte[] header = header(tensors, metadata);
    AtomicFile.write(
        file,
        out -> {
          out.write(
              ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
          out.write(header);
          for (Tensor tensor : tensors.values()) {
            FloatBytes.write(tensor.array(), out);
          }
        });
  }

  private static byte[] header(Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
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
        json.name(entry.getKey()).beginObject().name("dtype").value("F32").name("shape");
        json.beginArray();
        for (int extent : entry.getValue().shape().toArray()) {
          json.value(extent);
        }
        json.endArray().name("data_offsets").beginArray().value(offset);
        offset += 4 * entry.getValue().shape().elements();
        json.value(offset).endArray().endObject();
      }
      json.endObject();
    }
    int length = text.toString().getBytes(StandardCharsets.UTF_8).length;
    text.append(" ".repeat((8 - length % 8) % 8)); // so that the values are aligned
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
