package org.cirr.metrics.numeric;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.cirr.testing.Shared;

/** A JSON file of numbers that other programs computed. */
public final class Golden {
  private final JsonObject root;

  private Golden(JsonObject root) {
    this.root = root;
  }

  /** A file of the shared folder, or a skipped test. */
  public static Golden shared(String name) throws IOException {
    String text = Files.readString(Shared.require("goldens/metrics/" + name));
    return new Golden(JsonParser.parseString(text).getAsJsonObject());
  }

  /** A part of oracle.json, which oracle.py beside it wrote. */
  public static Golden oracle(String part) throws IOException {
    try (InputStream in = Golden.class.getResourceAsStream("/org/cirr/metrics/oracle.json")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new Golden(JsonParser.parseString(text).getAsJsonObject().getAsJsonObject(part));
    }
  }

  /** The part under a key. */
  public Golden at(String key) {
    return new Golden(get(key).getAsJsonObject());
  }

  /** The parts of a list. */
  public Golden[] all(String key) {
    return stream(get(key)).map(e -> new Golden(e.getAsJsonObject())).toArray(Golden[]::new);
  }

  /** A number. */
  public double number(String key) {
    return get(key).getAsDouble();
  }

  /** A text. */
  public String text(String key) {
    return get(key).getAsString();
  }

  /** A list of numbers. */
  public double[] numbers(String key) {
    return numbers(get(key));
  }

  /** A list of whole numbers. */
  public int[] wholes(String key) {
    return Arrays.stream(numbers(key)).mapToInt(value -> (int) value).toArray();
  }

  /** A list of lists of numbers. */
  public double[][] table(String key) {
    return stream(get(key)).map(Golden::numbers).toArray(double[][]::new);
  }

  private JsonElement get(String key) {
    JsonElement element = root.get(key);
    if (element == null) {
      throw new AssertionError("no " + key + " among " + root.keySet());
    }
    return element;
  }

  private static Stream<JsonElement> stream(JsonElement array) {
    JsonArray list = array.getAsJsonArray();
    return StreamSupport.stream(list.spliterator(), false);
  }

  private static double[] numbers(JsonElement array) {
    return stream(array)
        .mapToDouble(
            e ->
                e.getAsJsonPrimitive().isBoolean()
                    ? (e.getAsBoolean() ? 1 : 0)
                    : Double.parseDouble(e.getAsString().replace("inf", "Infinity")))
        .toArray();
  }

  /** Compares within a tolerance relative to 1 and the value, whichever is larger. */
  public static void assertClose(double expected, double actual, double tolerance, String what) {
    assertEquals(expected, actual, tolerance * Math.max(1, Math.abs(expected)), what);
  }

  /** Compares within a tolerance relative to the value itself, for small p-values. */
  public static void assertRelative(double expected, double actual, double tolerance, String what) {
    assertEquals(expected, actual, tolerance * Math.abs(expected), what);
  }

  /** Compares value by value. */
  public static void assertAllClose(
      double[] expected, double[] actual, double tolerance, String what) {
    assertEquals(expected.length, actual.length, what + ": length");
    for (int i = 0; i < expected.length; i++) {
      assertClose(expected[i], actual[i], tolerance, what + "[" + i + "]");
    }
  }
}
