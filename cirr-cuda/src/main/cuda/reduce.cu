// Sums, means and extremes along any axes, in double.
#include "cirr.cuh"

enum Kind { SUM, MEAN, MAX, MIN };

// An output index is a kept position and a place among `inner` neighbours; `count` values are joined.
struct Reduction {
  int inner;
  int count;
  int kept;  // axes
  int kept_extents[AXES];
  int kept_strides[AXES];
  int reduced;  // axes
  int extents[AXES];
  int strides[AXES];
};

__device__ inline i64 offset(i64 index, int axes, const int* extents, const int* strides) {
  i64 at = 0;
  for (int axis = axes - 1; axis >= 0; axis--) {
    at += index % extents[axis] * strides[axis];
    index /= extents[axis];
  }
  return at;
}

__device__ inline double nothing(int kind) {
  return kind == MAX ? -CIRR_INFINITY : kind == MIN ? CIRR_INFINITY : 0;
}

__device__ inline double join(int kind, double a, double b) {
  if (kind == SUM || kind == MEAN) {
    return a + b;
  }
  bool takes = b != b || (kind == MAX ? b > a : b < a);  // NaN wins
  return takes ? b : a;
}

__device__ inline i64 first_of(const Reduction& r, i64 output) {
  return offset(output / r.inner, r.kept, r.kept_extents, r.kept_strides) + output % r.inner;
}

// A thread joins all values of an output, for many outputs.
extern "C" __global__ void reduce_many(float* out, const float* in, i64 outputs, int kind, Reduction r) {
  CIRR_EACH(i, outputs) {
    const float* from = in + first_of(r, i);
    double value = nothing(kind);
    for (int k = 0; k < r.count; k++) {
      value = join(kind, value, from[offset(k, r.reduced, r.extents, r.strides)]);
    }
    out[i] = (float)(kind == MEAN ? value / r.count : value);
  }
}
CIRR_ENTRY(reduce_many)

// A block joins them, for few outputs of many values.
extern "C" __global__ void reduce_few(float* out, const float* in, i64 outputs, int kind, Reduction r) {
  __shared__ double memory[256];
  for (i64 i = blockIdx.x; i < outputs; i += gridDim.x) {
    const float* from = in + first_of(r, i);
    double value = nothing(kind);
    for (int k = threadIdx.x; k < r.count; k += blockDim.x) {
      value = join(kind, value, from[offset(k, r.reduced, r.extents, r.strides)]);
    }
    memory[threadIdx.x] = value;
    __syncthreads();
    for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
      if (threadIdx.x < half) {
        memory[threadIdx.x] = join(kind, memory[threadIdx.x], memory[threadIdx.x + half]);
      }
      __syncthreads();
    }
    if (threadIdx.x == 0) {
      out[i] = (float)(kind == MEAN ? memory[0] / r.count : memory[0]);
    }
    __syncthreads();
  }
}
CIRR_ENTRY(reduce_few)
