// The matrix product that convolutions and products of matrices share.
//
// A block of 256 threads makes 64 × 64 values of out(m, n) = Σ_k a(m, k) · b(k, n), a thread 4 × 4 of
// them. Sixteen k at a time go through shared memory. Who calls it says where a and b lie and where the
// sums go; outside the matrices it is not asked and counts as 0.
#pragma once
#include "cirr.cuh"

const int TILE = 64;
const int DEPTH = 16;
const int TILE_THREADS = 256;

struct TileMemory {
  float a[DEPTH][TILE + 4];  // 4 more: the columns that are written at once lie in different banks
  float b[DEPTH][TILE];
};

// `from` and `to`: the k to sum over.
template <class A, class B, class Out>
__device__ inline void tile_product(TileMemory& memory, i64 rows, i64 columns, i64 from, i64 to, A a, B b,
                                    Out out) {
  i64 row = blockIdx.x * (i64)TILE;
  i64 column = blockIdx.y * (i64)TILE;
  int thread = threadIdx.x;
  int m0 = thread / 16 * 4;
  int n0 = thread % 16 * 4;
  float sum[4][4] = {};
  for (i64 first = from; first < to; first += DEPTH) {
    for (int i = thread; i < TILE * DEPTH; i += TILE_THREADS) {
      int k = i % DEPTH;  // neighbouring threads read neighbouring k of a
      int m = i / DEPTH;
      memory.a[k][m] = row + m < rows && first + k < to ? a(row + m, first + k) : 0;
      int n = i % TILE;  // and neighbouring n of b
      int l = i / TILE;
      memory.b[l][n] = column + n < columns && first + l < to ? b(first + l, column + n) : 0;
    }
    __syncthreads();
    for (int k = 0; k < DEPTH; k++) {
      for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 4; j++) {
          sum[i][j] += memory.a[k][m0 + i] * memory.b[k][n0 + j];
        }
      }
    }
    __syncthreads();
  }
  for (int i = 0; i < 4; i++) {
    for (int j = 0; j < 4; j++) {
      if (row + m0 + i < rows && column + n0 + j < columns) {
        out(row + m0 + i, column + n0 + j, sum[i][j]);
      }
    }
  }
}
