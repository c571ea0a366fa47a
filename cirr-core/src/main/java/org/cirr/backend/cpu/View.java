package org.cirr.backend.cpu;

/** Where a value lies: from {@code offset} on in {@code array}. Changes with every run. */
public final class View {
  /** The array the value lies in. */
  public float[] array;

  /** The index of its first element. */
  public int offset;

  void set(float[] newArray, int newOffset) {
    array = newArray;
    offset = newOffset;
  }
}
