// What every kernel file begins with.
//
// The same files are compiled twice: by nvcc to PTX for GPUs, and by g++ for the tests on machines
// without one (src/test/cuda). So they use plain CUDA only, and list their entries with CIRR_ENTRY.
//
// Conventions: activations are float32, channels last, [n, d, h, w, c] (missing axes have extent 1).
// Structures that are passed by value hold nothing but ints: Java writes them as int[].
#pragma once
#ifdef CIRR_ON_HOST
#include "cuda_on_host.h"
#else
#include <math_constants.h>
#define CIRR_ENTRY(name)
#define CIRR_DYNAMIC_SHARED(type, name) extern __shared__ type name[]
#define CIRR_INFINITY CUDART_INF_F
#define CIRR_NAN CUDART_NAN_F
#endif

typedef long long i64;

const int AXES = 10;  // the most axes a kernel that moves values can count

// The loop over n values by all threads of a one-dimensional grid.
#define CIRR_EACH(i, n)                                               \
  for (i64 i = blockIdx.x * (i64)blockDim.x + threadIdx.x; i < (n);   \
       i += (i64)gridDim.x * blockDim.x)

// The sum over the threads of a warp, the same in all of them.
__device__ inline double warp_sum(double value) {
  for (int apart = 16; apart > 0; apart /= 2) {
    value += __shfl_xor_sync(0xffffffffu, value, apart);
  }
  return value;
}

__device__ inline float warp_max(float value) {
  for (int apart = 16; apart > 0; apart /= 2) {
    value = fmaxf(value, __shfl_xor_sync(0xffffffffu, value, apart));
  }
  return value;
}

// The sum over the threads of a block, the same in all of them; memory holds one value per thread.
// blockDim.x is a power of two.
__device__ inline double block_sum(double* memory, double value) {
  memory[threadIdx.x] = value;
  __syncthreads();
  for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) {
      memory[threadIdx.x] += memory[threadIdx.x + half];
    }
    __syncthreads();
  }
  double sum = memory[0];
  __syncthreads();  // before the memory is used again
  return sum;
}
