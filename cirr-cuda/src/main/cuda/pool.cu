// The largest value of a window, and its gradient.
#include "cirr.cuh"

// Lists per axis lie in one array: of each output index its first input index and how many there are; of
// each input index, for the way back, which outputs see it (rows as in resample.cu).
struct Pool {
  int n;
  int in[3];
  int out[3];
  int c;
  int step[3];   // from one input index of a window to the next
  int first[3];  // where the lists begin
  int count[3];
  int rows[3];
};

__device__ inline i64 input_at(const Pool& pool, i64 n, int z, int y, int x, int c) {
  return (((n * pool.in[0] + z) * pool.in[1] + y) * pool.in[2] + x) * pool.c + c;
}

// Where the first largest value of a window stands, or −1 in a window of padding alone; NaN is largest.
__device__ inline i64 largest(const Pool& pool, const int* lists, const float* in, i64 n, int z, int y, int x,
                              int c) {
  i64 best = -1;
  for (int i = 0; i < lists[pool.count[0] + z]; i++) {
    for (int j = 0; j < lists[pool.count[1] + y]; j++) {
      for (int k = 0; k < lists[pool.count[2] + x]; k++) {
        i64 at = input_at(pool, n, lists[pool.first[0] + z] + i * pool.step[0],
                          lists[pool.first[1] + y] + j * pool.step[1],
                          lists[pool.first[2] + x] + k * pool.step[2], c);
        if (best < 0 || in[at] > in[best] || in[at] != in[at]) {
          best = at;
        }
      }
    }
  }
  return best;
}

extern "C" __global__ void max_pool(float* out, const float* in, const int* lists, i64 values, Pool pool) {
  CIRR_EACH(i, values) {
    i64 rest = i / pool.c;
    int x = (int)(rest % pool.out[2]);
    rest /= pool.out[2];
    int y = (int)(rest % pool.out[1]);
    rest /= pool.out[1];
    int z = (int)(rest % pool.out[0]);
    i64 best = largest(pool, lists, in, rest / pool.out[0], z, y, x, (int)(i % pool.c));
    out[i] = best < 0 ? -CIRR_INFINITY : in[best];
  }
}
CIRR_ENTRY(max_pool)

// A thread asks every window that sees its input value whether that value is its largest.
extern "C" __global__ void max_pool_gradient(float* out, const float* in, const float* gradient,
                                             const int* lists, i64 values, Pool pool) {
  CIRR_EACH(i, values) {
    int c = (int)(i % pool.c);
    i64 rest = i / pool.c;
    const int* rows[3];
    i64 n = 0;
    for (int axis = 2; axis >= 0; axis--) {
      rows[axis] = lists + pool.rows[axis] + rest % pool.in[axis];
      rest /= pool.in[axis];
    }
    n = rest;
    float sum = 0;
    for (int a = rows[0][0]; a < rows[0][1]; a++) {
      for (int b = rows[1][0]; b < rows[1][1]; b++) {
        for (int d = rows[2][0]; d < rows[2][1]; d++) {
          int z = lists[a], y = lists[b], x = lists[d];
          if (largest(pool, lists, in, n, z, y, x, c) == i) {
            sum += gradient[(((n * pool.out[0] + z) * pool.out[1] + y) * pool.out[2] + x) * pool.c + c];
          }
        }
      }
    }
    out[i] = sum;
  }
}
CIRR_ENTRY(max_pool_gradient)
