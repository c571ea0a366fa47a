package org.cirr.io.checkpoint;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;

/**
 * A list, tuple or set of a pickle.
 *
 * <p><b>Edge cases</b>: a pickle can put a list into itself, so equality is identity and the text
 * names only the length; unlike other lists, this one never walks its elements by itself.
 */
final class PickleList extends AbstractList<Object> {
  private final ArrayList<Object> elements;

  PickleList(Collection<?> elements) {
    this.elements = new ArrayList<>(elements);
  }

  @Override
  public Object get(int index) {
    return elements.get(index);
  }

  @Override
  public int size() {
    return elements.size();
  }

  void append(Object element) {
    elements.add(element);
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
    return "list of " + elements.size();
  }
}
