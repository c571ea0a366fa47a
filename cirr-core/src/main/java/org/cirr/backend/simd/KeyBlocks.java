package org.cirr.backend.simd;

import org.cirr.backend.cpu.AttentionLayout;
import org.cirr.backend.cpu.View;

/**
 * The keys and values of one head, laid for {@link SimdAttention} in blocks of up to {@link #SIZE}:
 * a block's keys {@code [key][channel]} as {@link DepthPieces} says, then its values {@code
 * [channel][key]}.
 */
record KeyBlocks(AttentionLayout layout, DepthPieces pieces) {
  /** Keys of a block. */
  static final int SIZE = DepthPieces.LONGEST;

  /** The pitch of the values' rows in chunks. */
  static final int VALUES_PITCH = 6;

  KeyBlocks(AttentionLayout layout) {
    this(layout, new DepthPieces(layout.depth()));
  }

  int count() {
    return new Chunks(layout.keys(), SIZE).count();
  }

  /** The keys of a block. */
  int size(int block) {
    return new Chunks(layout.keys(), SIZE).count(block);
  }

  /** Where a piece of the keys begins in a block. */
  int keysAt(int piece) {
    return pieces.from(piece) * SIZE;
  }

  /** Where the values begin in a block. */
  int valuesAt() {
    int last = pieces.count() - 1;
    return keysAt(last) + pieces.step(last) * SIZE;
  }

  /** The floats of a block. */
  int length() {
    return valuesAt() + layout.width() * SIZE;
  }

  /** Lays one block of a sample's head. */
  void lay(View keys, View values, int n, int head, int block, float[] to, int at) {
    int first = block * SIZE;
    for (int piece = 0; piece < pieces.count(); piece++) {
      for (int k = 0; k < size(block); k++) {
        int from = keys.offset + layout.at(1, n, head, first + k) + pieces.from(piece);
        int target = at + keysAt(piece) + k * pieces.step(piece);
        System.arraycopy(keys.array, from, to, target, pieces.length(piece));
      }
    }
    int from = values.offset + layout.at(2, n, head, first);
    int target = at + valuesAt();
    for (int k = 0; k < size(block); k++) { // a row may lie on a page of its own
      for (int c = 0; c < layout.width(); c++) {
        to[target + c * SIZE + k] = values.array[from + k * layout.row()[2] + c];
      }
    }
  }
}
