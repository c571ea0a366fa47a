package org.cirr.cuda;

/**
 * Where a value lies on the device, once the memory is there.
 *
 * @param area which memory
 * @param offset in floats
 */
record Place(Area area, long offset) {
  /** No value: kernels get the address 0. */
  static final Place NONE = new Place(Area.NONE, 0);

  /** Pieces of memory of a run. */
  enum Area {
    NONE,

    /** Of the workspace: inputs, intermediate values, outputs. */
    SLAB,

    /** Of the program: parameters, constants, tables. */
    HELD
  }
}
