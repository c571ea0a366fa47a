package org.cirr.metrics.learn;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Locale;

/** An object that is written as JSON, member by member. */
final class JsonText {
  private final JsonObject object = new JsonObject();

  JsonObject object() {
    return object;
  }

  JsonText put(String key, String value) {
    object.addProperty(key, value);
    return this;
  }

  JsonText put(String key, Enum<?> value) {
    return put(key, value.name().toLowerCase(Locale.ROOT));
  }

  JsonText put(String key, double value) {
    object.addProperty(key, value);
    return this;
  }

  JsonText put(String key, int value) {
    object.addProperty(key, value);
    return this;
  }

  JsonText put(String key, JsonText value) {
    object.add(key, value.object);
    return this;
  }

  JsonText put(String key, List<JsonText> values) {
    JsonArray array = new JsonArray(values.size());
    values.forEach(value -> array.add(value.object));
    object.add(key, array);
    return this;
  }

  JsonText put(String key, int[] values) {
    JsonArray array = new JsonArray(values.length);
    for (int value : values) {
      array.add(new JsonPrimitive(value));
    }
    object.add(key, array);
    return this;
  }

  JsonText put(String key, double[] values) {
    object.add(key, array(values));
    return this;
  }

  JsonText put(String key, double[][] rows) {
    JsonArray array = new JsonArray(rows.length);
    for (double[] row : rows) {
      array.add(array(row));
    }
    object.add(key, array);
    return this;
  }

  private static JsonArray array(double[] values) {
    JsonArray array = new JsonArray(values.length);
    for (double value : values) {
      array.add(new JsonPrimitive(value));
    }
    return array;
  }
}
