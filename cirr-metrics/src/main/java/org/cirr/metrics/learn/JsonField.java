package org.cirr.metrics.learn;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * One value of a classifier's JSON with its place, so that it is refused with file, place, value
 * and what was expected.
 */
final class JsonField {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_SHOWN = 80;
  private static final String REMEDY = "write the file again with ClassifierFile.write";

  private final String file;
  private final String path;
  private final JsonElement element;

  private JsonField(String file, String path, JsonElement element) {
    this.file = file;
    this.path = path;
    this.element = element;
  }

  /** Parses a text; the root must be an object. */
  static JsonField parse(String file, String text) throws MalformedClassifierException {
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      reader.setNestingLimit(MAX_DEPTH);
      JsonElement root = new Gson().getAdapter(JsonElement.class).read(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new JsonParseException("there is more after the end");
      }
      JsonField field = new JsonField(file, "JSON", root);
      if (!root.isJsonObject()) {
        throw field.wrong("an object");
      }
      return new JsonField(file, "", root);
    } catch (MalformedClassifierException e) {
      throw e;
    } catch (IOException | JsonParseException | IllegalStateException e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new MalformedClassifierException(file, "JSON", "is not valid: " + reason, REMEDY, e);
    }
  }

  /** A value that must be there. */
  JsonField get(String key) throws MalformedClassifierException {
    String place = path.isEmpty() ? key : path + "." + key;
    if (!element.isJsonObject()) {
      throw wrong("an object");
    }
    JsonElement child = element.getAsJsonObject().get(key);
    if (child == null || child.isJsonNull()) {
      throw new MalformedClassifierException(file, place, "is missing", REMEDY);
    }
    return new JsonField(file, place, child);
  }

  /** The elements of a list. */
  List<JsonField> elements() throws MalformedClassifierException {
    if (!element.isJsonArray()) {
      throw wrong("a list");
    }
    List<JsonField> elements = new ArrayList<>();
    for (JsonElement child : element.getAsJsonArray()) {
      elements.add(new JsonField(file, path + "[" + elements.size() + "]", child));
    }
    return elements;
  }

  /** The elements of a list of known length. */
  List<JsonField> elements(int length) throws MalformedClassifierException {
    List<JsonField> elements = elements();
    if (elements.size() != length) {
      throw refused("has " + elements.size() + " elements, expected " + length);
    }
    return elements;
  }

  String text() throws MalformedClassifierException {
    if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isString()) {
      throw wrong("a text");
    }
    return element.getAsString();
  }

  /** One of the names of an enumeration, in lower case. */
  <E extends Enum<E>> E oneOf(E[] values) throws MalformedClassifierException {
    String text = text();
    for (E value : values) {
      if (value.name().toLowerCase(Locale.ROOT).equals(text)) {
        return value;
      }
    }
    throw wrong("one of " + Arrays.toString(values).toLowerCase(Locale.ROOT));
  }

  /** A finite number. */
  double number() throws MalformedClassifierException {
    if (element.isJsonPrimitive() && element.getAsJsonPrimitive().isNumber()) {
      double value = Double.parseDouble(element.getAsString());
      if (Double.isFinite(value)) {
        return value;
      }
    }
    throw wrong("a finite number");
  }

  /** A finite number above 0. */
  double positive() throws MalformedClassifierException {
    double value = number();
    if (!(value > 0)) {
      throw wrong("a number above 0");
    }
    return value;
  }

  /** A whole number between two bounds, both included. */
  int whole(int least, int most) throws MalformedClassifierException {
    double value = number();
    if (value != Math.rint(value) || value < least || value > most) {
      throw wrong("a whole number from " + least + " to " + most);
    }
    return (int) value;
  }

  /** A list of whole numbers between two bounds. */
  int[] wholes(int least, int most) throws MalformedClassifierException {
    List<JsonField> elements = elements();
    int[] values = new int[elements.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = elements.get(i).whole(least, most);
    }
    return values;
  }

  /** A list of finite numbers. */
  double[] numbers(int length) throws MalformedClassifierException {
    List<JsonField> elements = elements(length);
    double[] values = new double[length];
    for (int i = 0; i < length; i++) {
      values[i] = elements.get(i).number();
    }
    return values;
  }

  /** A list of lists of finite numbers. */
  double[][] table(int rows, int columns) throws MalformedClassifierException {
    List<JsonField> elements = elements(rows);
    double[][] values = new double[rows][];
    for (int i = 0; i < rows; i++) {
      values[i] = elements.get(i).numbers(columns);
    }
    return values;
  }

  /** The refusal of this value for its type or range. */
  MalformedClassifierException wrong(String expected) {
    return refused("is " + shown() + ", expected " + expected);
  }

  /** The refusal of this value. */
  MalformedClassifierException refused(String problem) {
    return new MalformedClassifierException(file, path, problem, REMEDY);
  }

  private String shown() {
    if (element.isJsonObject()) {
      return "an object";
    }
    if (element.isJsonArray() && element.getAsJsonArray().size() > 8) {
      return "a list of " + element.getAsJsonArray().size();
    }
    String text = element.toString();
    return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text;
  }
}
