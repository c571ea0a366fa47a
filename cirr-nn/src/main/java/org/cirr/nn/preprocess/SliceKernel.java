package org.cirr.nn.preprocess;

/** A resampling in which each output slice needs few input slices. Used by many threads at once. */
interface SliceKernel {
  /** The first input slice that output slice {@code k} needs. */
  int first(int k);

  /** The last input slice that output slice {@code k} needs. */
  int last(int k);

  /** Computes output slice {@code k} of one channel. */
  void slice(int k, RowSource in, RowSink out);

  /** The bytes of working memory of each thread. */
  long scratchBytes();
}
