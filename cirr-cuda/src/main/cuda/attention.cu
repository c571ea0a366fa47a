// Attention without the matrix of all scores: a block takes one query of one head, walks over the keys
// 128 at a time, and keeps the largest score so far, the sum of exp(score − largest) and the sum of the
// values with these weights. When a larger score comes, both sums are scaled down.
#include "attention.cuh"

const int KEYS = 128;  // keys of a step, and threads of a block

// Shared memory: a query, the weights of a step, and the sums over the values.
extern "C" __global__ void attention(float* out, const float* queries, const float* keys, const float* values,
                                     const float* bias, const float* regions, float scale, Attention a) {
  CIRR_DYNAMIC_SHARED(float, memory);
  __shared__ double sums[KEYS];
  __shared__ float largest[KEYS];
  float* query = memory;
  float* weight = query + a.depth;
  float* mean = weight + KEYS;
  int thread = threadIdx.x;
  int l = blockIdx.x % a.queries;
  int head = blockIdx.x / a.queries % a.heads;
  i64 n = blockIdx.x / a.queries / a.heads;
  for (int i = thread; i < a.depth; i += KEYS) {
    query[i] = queries[token(a, 0, n, head, l) + i];
  }
  for (int c = thread; c < a.width; c += KEYS) {
    mean[c] = 0;
  }
  __syncthreads();
  float max = -CIRR_INFINITY;
  double sum = 0;
  for (int first = 0; first < a.keys; first += KEYS) {
    int s = first + thread;
    float score = -CIRR_INFINITY;
    if (s < a.keys) {
      score = 0;
      const float* key = keys + token(a, 1, n, head, s);
      for (int i = 0; i < a.depth; i++) {
        score += query[i] * key[i];
      }
      score *= scale;
      if (bias) {
        score += bias[n * a.bias_stride[0] + (i64)head * a.bias_stride[1] + (i64)l * a.bias_stride[2] +
                      (i64)s * a.bias_stride[3]];
      }
      if (regions) {
        const float* region = regions + n % a.windows * a.keys;
        score += region[l] == region[s] ? 0 : APART;
      }
    }
    largest[thread] = score;
    __syncthreads();
    for (int half = KEYS / 2; half > 0; half /= 2) {
      if (thread < half) {
        largest[thread] = fmaxf(largest[thread], largest[thread + half]);
      }
      __syncthreads();
    }
    float higher = fmaxf(max, largest[0]);
    float pivot = higher == -CIRR_INFINITY ? 0 : higher;  // all keys blocked so far
    float shrink = expf(max - pivot);
    weight[thread] = expf(score - pivot);
    sum = sum * shrink + block_sum(sums, weight[thread]);  // its barriers also publish the weights
    max = higher;
    int count = a.keys - first < KEYS ? a.keys - first : KEYS;
    for (int c = thread; c < a.width; c += KEYS) {
      float total = mean[c] * shrink;
      for (int k = 0; k < count; k++) {
        total += weight[k] * values[token(a, 2, n, head, first + k) + c];
      }
      mean[c] = total;
    }
    __syncthreads();
  }
  for (int c = thread; c < a.width; c += KEYS) {
    out[((n * a.queries + l) * a.heads + head) * a.width + c] = (float)(mean[c] / sum);
  }
}
CIRR_ENTRY(attention)
