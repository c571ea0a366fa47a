package org.cirr.nn.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cirr.io.file.MalformedFileException;

/**
 * A dictionary of a checkpoint that cirr wrote, with the errors of one that it did not.
 *
 * @param file the checkpoint
 * @param place the dictionary's place in it
 * @param map its values
 */
record SavedValues(Path file, String place, Map<?, ?> map) {

  /** The dictionary under a key. */
  SavedValues child(String key) throws MalformedFileException {
    if (map.get(key) instanceof Map<?, ?> child) {
      return new SavedValues(file, place + "." + key, child);
    }
    throw wrong(key, "a dictionary");
  }

  int whole(String key) throws MalformedFileException {
    long value = longWhole(key);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw wrong(key, "a whole number from 0 on");
    }
    return (int) value;
  }

  long longWhole(String key) throws MalformedFileException {
    if (map.get(key) instanceof Long value) {
      return value;
    }
    throw wrong(key, "a whole number");
  }

  double number(String key) throws MalformedFileException {
    if (map.get(key) instanceof Double value) {
      return value;
    }
    throw wrong(key, "a number");
  }

  boolean flag(String key) throws MalformedFileException {
    if (map.get(key) instanceof Boolean value) {
      return value;
    }
    throw wrong(key, "true or false");
  }

  String text(String key) throws MalformedFileException {
    if (map.get(key) instanceof String value) {
      return value;
    }
    throw wrong(key, "a text");
  }

  List<String> texts(String key) throws MalformedFileException {
    return list(key, String.class);
  }

  /** A list whose elements are all of one class. */
  <T> List<T> list(String key, Class<T> kind) throws MalformedFileException {
    if (!(map.get(key) instanceof List<?> list)) {
      throw wrong(key, "a list");
    }
    List<T> values = new ArrayList<>();
    for (Object value : list) {
      if (!kind.isInstance(value)) {
        throw wrong(key, "a list of " + kind.getSimpleName());
      }
      values.add(kind.cast(value));
    }
    return values;
  }

  /** Says that a value is not what it should be. */
  MalformedFileException wrong(String key, String expected) {
    String got = String.valueOf(map.get(key));
    return new MalformedFileException(
        file,
        place + "." + key,
        "is " + (got.length() > 60 ? got.substring(0, 60) + "..." : got) + ", expected " + expected,
        "the file is damaged, or another version of cirr wrote it: start anew");
  }
}
