// What a batch of matrix products is.
#pragma once

// Element (m, k) of the left matrix lies at m·left[0] + k·left[1], (k, n) of the right one at
// k·right[0] + n·right[1].
struct Product {
  int rows;
  int depth;
  int columns;
  int batches;
  int left[2];
  int right[2];
};
