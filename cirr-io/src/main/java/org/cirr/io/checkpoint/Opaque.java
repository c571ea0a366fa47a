package org.cirr.io.checkpoint;

import java.util.List;

/**
 * An object of a pickle whose class cirr does not know: its name and what it would have been made
 * from. Nothing is ever called or loaded by that name.
 */
public final class Opaque {
  private final String name;
  private final List<Object> arguments;
  private Object state;

  Opaque(String name, List<Object> arguments) {
    this.name = name;
    this.arguments = arguments;
  }

  /** The Python name, such as {@code torch.device}. */
  public String name() {
    return name;
  }

  /** What the object would have been made with; empty for a mere name. */
  public List<Object> arguments() {
    return arguments;
  }

  /** What the object would have been filled with afterwards, or null. */
  public Object state() {
    return state;
  }

  void state(Object value) {
    state = value;
  }

  @Override
  public String toString() {
    return "<" + name + ">";
  }
}
