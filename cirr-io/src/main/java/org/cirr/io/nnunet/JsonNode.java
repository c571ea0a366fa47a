package org.cirr.io.nnunet;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.SeekableBytes;

/**
 * One value of a JSON file together with its place, so that a value of the wrong type is refused
 * with file, place, value and what was expected.
 *
 * <p><b>Edge cases</b>: NaN and Infinity are accepted as numbers, because Python writes them;
 * unknown keys are nobody's business; an explicit null counts as absent.
 */
final class JsonNode {
  private static final int MAX_BYTES = 1 << 26;
  private static final int MAX_DEPTH = 64;
  private static final int MAX_SHOWN = 80;

  private final Path file;
  private final String path; // such as configurations.3d_fullres.patch_size[0]
  private final JsonElement element;

  private JsonNode(Path file, String path, JsonElement element) {
    this.file = file;
    this.path = path;
    this.element = element;
  }

  /** Parses a file; the root must be an object. */
  static JsonNode read(SeekableBytes source) throws IOException {
    JsonNode root = readAny(source);
    if (!root.element.isJsonObject()) {
      throw new MalformedFileException(
          source.path(),
          "JSON",
          "is " + shown(root.element) + ", expected an object",
          "check the file");
    }
    return root;
  }

  /** Parses a file whose root may be anything. */
  static JsonNode readAny(SeekableBytes source) throws IOException {
    if (source.size() > MAX_BYTES) {
      throw new MalformedFileException(
          source.path(),
          "JSON",
          "has " + source.size() + " bytes, at most " + MAX_BYTES + " are read",
          "check that the file is what it claims to be");
    }
    String text;
    try {
      ByteBuffer bytes = ByteBuffer.wrap(source.read(0, (int) source.size()));
      text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedFileException(
          source.path(), "JSON", "is not UTF-8 text", "save the file as UTF-8", e);
    }
    JsonElement root = parse(source.path(), text.startsWith("\ufeff") ? text.substring(1) : text);
    return new JsonNode(source.path(), "", root);
  }

  private static JsonElement parse(Path file, String text) throws IOException {
    // Strict JSON knows no NaN; the lenient dialect that does is used only where it is needed.
    boolean notANumber = text.contains("NaN") || text.contains("Infinity");
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(notANumber ? Strictness.LENIENT : Strictness.STRICT);
      reader.setNestingLimit(MAX_DEPTH);
      JsonElement root = new Gson().getAdapter(JsonElement.class).read(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new JsonParseException("there is more after the end");
      }
      return root;
    } catch (IOException | JsonParseException | IllegalStateException e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new MalformedFileException(
          file, "JSON", "is not valid: " + reason, "the file is damaged; copy it again", e);
    }
  }

  boolean isList() {
    return element.isJsonArray();
  }

  /** A value that must be there. */
  JsonNode get(String key) throws MalformedFileException {
    JsonNode child = find(key);
    if (child == null) {
      throw new MalformedFileException(
          file, place(key), "is missing", "check that the file is complete");
    }
    return child;
  }

  /** A value, or null when it is absent or an explicit null. */
  JsonNode find(String key) throws MalformedFileException {
    if (!element.isJsonObject()) {
      throw wrong("an object");
    }
    JsonElement child = element.getAsJsonObject().get(key);
    return child == null || child.isJsonNull() ? null : new JsonNode(file, place(key), child);
  }

  /** The first of several names that is there, or null. */
  JsonNode findAny(String... keys) throws MalformedFileException {
    for (String key : keys) {
      JsonNode child = find(key);
      if (child != null) {
        return child;
      }
    }
    return null;
  }

  private String place(String key) {
    String cut = key.length() > MAX_SHOWN ? key.substring(0, MAX_SHOWN) + "..." : key;
    return path.isEmpty() ? cut : path + "." + cut;
  }

  /** The keys of an object, in the file's order. */
  List<String> keys() throws MalformedFileException {
    if (!element.isJsonObject()) {
      throw wrong("an object");
    }
    return List.copyOf(element.getAsJsonObject().keySet());
  }

  /** The elements of a list. */
  List<JsonNode> elements() throws MalformedFileException {
    if (!element.isJsonArray()) {
      throw wrong("a list");
    }
    List<JsonNode> elements = new ArrayList<>();
    for (JsonElement child : element.getAsJsonArray()) {
      elements.add(
          new JsonNode(
              file, path + "[" + elements.size() + "]", child == null ? JsonNull.INSTANCE : child));
    }
    return elements;
  }

  String text() throws MalformedFileException {
    if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isString()) {
      throw wrong("a text");
    }
    return element.getAsString();
  }

  /** The text under a key, or the default when it is absent. */
  String text(String key, String absent) throws MalformedFileException {
    JsonNode child = find(key);
    return child == null ? absent : child.text();
  }

  boolean flag() throws MalformedFileException {
    if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isBoolean()) {
      throw wrong("true or false");
    }
    return element.getAsBoolean();
  }

  /** The truth value under a key, or the default when it is absent. */
  boolean flag(String key, boolean absent) throws MalformedFileException {
    JsonNode child = find(key);
    return child == null ? absent : child.flag();
  }

  double number() throws MalformedFileException {
    if (element.isJsonPrimitive() && !element.getAsJsonPrimitive().isBoolean()) {
      String text = element.getAsString();
      boolean special = text.equals("NaN") || text.equals("Infinity") || text.equals("-Infinity");
      if (special || element.getAsJsonPrimitive().isNumber()) {
        try {
          return Double.parseDouble(text);
        } catch (NumberFormatException e) {
          throw wrong("a number");
        }
      }
    }
    throw wrong("a number");
  }

  /** A number that is whole; 2.0 is. */
  int whole() throws MalformedFileException {
    double value = element.isJsonPrimitive() ? number() : Double.NaN;
    if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
      throw wrong("a whole number");
    }
    return (int) value;
  }

  /** A whole number between two bounds, both included. */
  int whole(int least, int most) throws MalformedFileException {
    int value = whole();
    if (value < least || value > most) {
      throw wrong("a whole number from " + least + " to " + most);
    }
    return value;
  }

  /** A list of whole numbers between two bounds. */
  List<Integer> wholes(int least, int most) throws MalformedFileException {
    List<Integer> values = new ArrayList<>();
    for (JsonNode child : elements()) {
      values.add(child.whole(least, most));
    }
    return List.copyOf(values);
  }

  /** This object with the missing keys taken from another one; whole values, no deep merge. */
  JsonNode over(JsonNode parent) {
    JsonObject merged = new JsonObject();
    parent.element.getAsJsonObject().entrySet().forEach(e -> merged.add(e.getKey(), e.getValue()));
    element.getAsJsonObject().entrySet().forEach(e -> merged.add(e.getKey(), e.getValue()));
    return new JsonNode(file, path, merged);
  }

  /** The refusal of this value. */
  MalformedFileException wrong(String expected) {
    return refused(
        "is " + shown(element) + ", expected " + expected, "check how the file was made");
  }

  /** The refusal of this value with an own problem and remedy. */
  MalformedFileException refused(String problem, String remedy) {
    return new MalformedFileException(file, path.isEmpty() ? "JSON" : path, problem, remedy);
  }

  private static String shown(JsonElement element) {
    if (element.isJsonObject()) {
      return "an object";
    }
    if (element.isJsonArray() && element.getAsJsonArray().size() > 8) {
      return "a list of " + element.getAsJsonArray().size();
    }
    String text = element.toString();
    return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text;
  }

  @Override
  public String toString() {
    return shown(element);
  }
}
