// A product on tensor cores whose sides lie in shared memory, for convolutions and products of matrices.
//
// A row's values are 2 or 4 pieces of 16 bytes. Pieces are exchanged by the row's number, so that the eight
// rows that are read at once lie in different banks.
#pragma once
#include "mma.cuh"

const int THREADS = 128;
const int WARPS = THREADS / 32;
const int ROWS = 256;  // of a block
const int TILES = ROWS / WARPS / 16;  // of a warp

struct alignas(16) Four {
  float value[4];
};

// Where a piece of a row lies: the exchange.
__device__ inline int exchanged(int row, int piece, int pieces) {
  return piece ^ (pieces == 2 ? row >> 1 & 3 : row >> 2 & 1);
}

// The sums of a warp's TILES · 16 rows and COLUMNS columns go on by up to four pieces, two at a step. The
// left side lies as rows of values in shared memory; `own`: which of them the lane's are, less `away`. The
// right side lies as rows of a column's values.
template <class T, int COLUMNS>
__device__ inline void multiply_rows(float (&sum)[TILES][COLUMNS / 8][4], const unsigned char* left,
                                    const int (&own)[TILES], int away, const unsigned char* right,
                                    int pieces, int steps) {
  int lane = threadIdx.x % 32;
  int column = lane % 8 + lane / 16 * 8;
  int from_right = ((column << pieces) + exchanged(column, lane / 8 % 2, pieces)) << 4;
  int from_left[TILES];
  CIRR_UNROLL
  for (int i = 0; i < TILES; i++) {
    int row = own[i] + away;
    from_left[i] = ((row << pieces) + exchanged(row, lane / 16, pieces)) << 4;
  }
  for (int step = 0; step < steps; step++) {
    unsigned a[TILES][4], b[COLUMNS / 16][4];
    CIRR_UNROLL
    for (int i = 0; i < TILES; i++) {
      load_matrices(a[i], left + (from_left[i] ^ (step << 5)));
    }
    CIRR_UNROLL
    for (int j = 0; j < COLUMNS / 16; j++) {
      load_matrices(b[j], right + (from_right ^ (step << 5)) + (j << (8 + pieces)));
    }
    CIRR_UNROLL
    for (int i = 0; i < TILES; i++) {
      CIRR_UNROLL
      for (int j = 0; j < COLUMNS / 8; j++) {
        multiply(T(), sum[i][j], a[i], b[j / 2][j % 2 * 2], b[j / 2][j % 2 * 2 + 1]);
      }
    }
  }
}
