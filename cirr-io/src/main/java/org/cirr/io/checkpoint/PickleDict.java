package org.cirr.io.checkpoint;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A dictionary of a pickle, in its order.
 *
 * <p><b>Edge cases</b>: a pickle can put a dictionary into itself, so equality is identity and the
 * text names only the number of keys. Keys that are lists or tuples are compared by identity too.
 */
final class PickleDict extends AbstractMap<Object, Object> {
  private final Map<Object, Object> entries = new LinkedHashMap<>();

  @Override
  public Set<Entry<Object, Object>> entrySet() {
    return Collections.unmodifiableMap(entries).entrySet();
  }

  @Override
  public Object get(Object key) {
    return entries.get(key);
  }

  @Override
  public boolean containsKey(Object key) {
    return entries.containsKey(key);
  }

  void set(Object key, Object value) {
    entries.put(key, value);
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return "dictionary of " + entries.size();
  }
}
