package org.cirr.io.checkpoint;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.SeekableBytes;
import org.cirr.tensor.Shape;

/**
 * The safetensors format: the header's length in 8 bytes, a JSON header, the values.
 *
 * <p><b>Source</b>: the format description of huggingface/safetensors 0.4: little-endian, C order,
 * header of at most 100 MB.
 */
final class Safetensors implements Storages {
  private static final long MAX_HEADER_BYTES = 100_000_000;
  private static final int MAX_RANK = 64;
  private static final int MOST_SHOWN = 200; // of a name or another text in a message
  private static final String REMEDY = "the file is damaged or truncated; copy it again";

  private final SeekableBytes source;
  private final long dataStart;
  private final Map<String, TensorRef> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private Safetensors(SeekableBytes source, long dataStart) {
    this.source = source;
    this.dataStart = dataStart;
  }

  /** Whether the bytes can be safetensors: the JSON header starts after the length. */
  static boolean looksRight(SeekableBytes source) throws IOException {
    return source.size() >= 10 && source.read(8, 1)[0] == '{';
  }

  static Safetensors open(SeekableBytes source) throws IOException {
    long length = ByteBuffer.wrap(source.read(0, 8)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 2 || length > MAX_HEADER_BYTES || length > source.size() - 8) {
      throw new MalformedFileException(
          source.path(),
          "safetensors header",
          "claims " + length + " bytes of a file of " + source.size() + " (at most 100 MB)",
          REMEDY);
    }
    Safetensors file = new Safetensors(source, 8 + length);
    String header = new String(source.read(8, (int) length), StandardCharsets.UTF_8);
    try (JsonReader json = new JsonReader(new StringReader(header.stripTrailing()))) {
      json.setStrictness(Strictness.STRICT);
      json.setNestingLimit(16);
      file.readHeader(json);
    } catch (MalformedJsonException
        | EOFException
        | IllegalStateException
        | NumberFormatException e) {
      throw new MalformedFileException(
          source.path(), "safetensors header", "is not the expected JSON", REMEDY, e);
    }
    return file;
  }

  private void readHeader(JsonReader json) throws IOException {
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      if (name.equals("__metadata__")) {
        json.beginObject();
        while (json.hasNext()) {
          metadata.put(json.nextName(), json.nextString());
        }
        json.endObject();
      } else if (tensors.put(name, readTensor(json, name)) != null) {
        throw wrong(name, "is described twice");
      }
    }
    json.endObject();
    if (json.peek() != JsonToken.END_DOCUMENT) {
      throw new MalformedJsonException("text after the header");
    }
  }

  private TensorRef readTensor(JsonReader json, String name) throws IOException {
    String dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    json.beginObject();
    while (json.hasNext()) {
      switch (json.nextName()) {
        case "dtype" -> dtype = json.nextString();
        case "shape" -> shape = readNumbers(json, name);
        case "data_offsets" -> offsets = readNumbers(json, name);
        default -> json.skipValue();
      }
    }
    json.endObject();
    if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
      throw wrong(name, "lacks its dtype, shape or two data_offsets");
    }
    ElementType type = ElementType.ofSafetensors(dtype);
    if (type == null) {
      throw new MalformedFileException(
          source.path(),
          "tensor " + shown(name),
          "has the dtype " + shown(dtype) + ", which is not read",
          "save it as F32, F16 or BF16");
    }
    int[] extents = new int[shape.size()];
    for (int axis = 0; axis < extents.length; axis++) {
      long extent = shape.get(axis);
      if (extent < 0 || extent > Integer.MAX_VALUE) {
        throw wrong(name, "has the shape " + shape);
      }
      extents[axis] = (int) extent;
    }
    Shape checked = Shape.of(extents);
    long start = offsets.get(0);
    long end = offsets.get(1);
    long data = source.size() - dataStart;
    boolean inside = start >= 0 && start <= end && end <= data;
    long elements = checked.elements();
    if (!inside || elements > data || elements * type.bytes() != end - start) {
      throw wrong(
          name,
          "of shape "
              + checked
              + " and dtype "
              + dtype
              + " cannot lie in bytes "
              + offsets
              + " of "
              + data);
    }
    return new TensorRef(type, checked, TensorRef.rowMajor(checked), start, "");
  }

  private List<Long> readNumbers(JsonReader json, String name) throws IOException {
    List<Long> numbers = new ArrayList<>();
    json.beginArray();
    while (json.hasNext()) {
      if (numbers.size() == MAX_RANK) {
        throw wrong(name, "has more than " + MAX_RANK + " extents");
      }
      numbers.add(json.nextLong());
    }
    json.endArray();
    return numbers;
  }

  private MalformedFileException wrong(String name, String problem) {
    return new MalformedFileException(source.path(), "tensor " + shown(name), problem, REMEDY);
  }

  private static String shown(String text) {
    return text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "..." : text;
  }

  Map<String, TensorRef> tensors() {
    return tensors;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public Path path() {
    return source.path();
  }

  @Override
  public ByteOrder order() {
    return ByteOrder.LITTLE_ENDIAN;
  }

  @Override
  public long bytes(String storage) {
    return source.size() - dataStart;
  }

  @Override
  public InputStream stream(String storage, long position) throws IOException {
    return source.stream(dataStart + position, source.size() - dataStart - position);
  }
}
