// Norms over the voxels of a sample: instance norm, group norm and their gradients; and batch norm.
//
// The voxels of a sample are cut into chunks. norm_sums leaves two sums per chunk and channel, in double;
// norm_table makes of them mean and 1/√(variance + ε) of each group, written for each of its channels;
// norm_apply uses them. The way back goes the same way with two other sums.
#include "cirr.cuh"

// How a block walks over a chunk: 32 neighbouring channels, 8 voxels at a time.
const int LANES = 32;
const int ROWS = 8;

struct Norm {
  int samples;
  int voxels;
  int channels;
  int groups;
  int chunks;
  // Of a sample in the table: 2 (mean, factor); 3 for who reads x and normalises it himself (mean, factor · scale,
  // shift); 4 with the gradient's sums behind them.
  int rows;
};

// Two sums per channel over the voxels of chunk blockIdx.y of sample blockIdx.z.
template <class Terms>
__device__ inline void chunk_sums(double (&memory)[ROWS][LANES][2], double* parts, const Norm& norm,
                                  Terms terms) {
  int lane = threadIdx.x % LANES;
  int row = threadIdx.x / LANES;
  int c = blockIdx.x * LANES + lane;
  int each = (norm.voxels + norm.chunks - 1) / norm.chunks;
  i64 from = blockIdx.y * (i64)each;
  i64 to = from + each < norm.voxels ? from + each : norm.voxels;
  double a = 0, b = 0;
  if (c < norm.channels) {
    for (i64 v = from + row; v < to; v += ROWS) {
      terms((blockIdx.z * (i64)norm.voxels + v) * norm.channels + c, c, a, b);
    }
  }
  memory[row][lane][0] = a;
  memory[row][lane][1] = b;
  __syncthreads();
  if (row == 0 && c < norm.channels) {
    for (int other = 1; other < ROWS; other++) {
      a += memory[other][lane][0];
      b += memory[other][lane][1];
    }
    double* part = parts + ((blockIdx.z * (i64)norm.chunks + blockIdx.y) * norm.channels + c) * 2;
    part[0] = a;
    part[1] = b;
  }
}

extern "C" __global__ void norm_sums(double* parts, const float* x, Norm norm) {
  __shared__ double memory[ROWS][LANES][2];
  chunk_sums(memory, parts, norm, [=](i64 i, int c, double& sum, double& squares) {
    sum += x[i];
    squares += (double)x[i] * x[i];
  });
}
CIRR_ENTRY(norm_sums)

// One block per sample and group.
extern "C" __global__ void norm_table(float* table, const double* parts, const float* scale, const float* shift,
                                      double epsilon, Norm norm) {
  __shared__ double memory[128];
  int n = blockIdx.x / norm.groups;
  int width = norm.channels / norm.groups;
  int first = blockIdx.x % norm.groups * width;
  double sum = 0, squares = 0;
  for (i64 i = threadIdx.x; i < (i64)norm.chunks * width; i += blockDim.x) {
    i64 chunk = n * (i64)norm.chunks + i / width;
    const double* part = parts + (chunk * norm.channels + first + i % width) * 2;
    sum += part[0];
    squares += part[1];
  }
  sum = block_sum(memory, sum);
  squares = block_sum(memory, squares);
  double values = (double)norm.voxels * width;
  double mean = sum / values;
  double variance = squares / values - mean * mean;
  double factor = 1 / sqrt((variance < 0 ? 0 : variance) + epsilon);
  for (int c = first + threadIdx.x; c < first + width; c += blockDim.x) {
    float* entry = table + n * (i64)norm.rows * norm.channels + c;
    entry[0] = (float)mean;
    entry[norm.channels] = (float)factor;
    if (norm.rows == 3) {
      entry[norm.channels] = (float)(scale ? factor * scale[c] : factor);
      entry[2 * norm.channels] = shift ? shift[c] : 0;
    }
  }
}
CIRR_ENTRY(norm_table)

// x̂, the value with mean 0 and variance 1.
__device__ inline float normalised(float x, const float* table, i64 i, int c, const Norm& norm) {
  const float* entry = table + i / norm.channels / norm.voxels * norm.rows * norm.channels + c;
  return (x - entry[0]) * entry[norm.channels];
}

__device__ inline float scaled(float normal, const float* scale, const float* shift, int c) {
  return scale ? normal * scale[c] + shift[c] : normal;
}

extern "C" __global__ void norm_apply(float* out, const float* x, const float* table, const float* scale,
                                      const float* shift, float slope, i64 values, Norm norm) {
  CIRR_EACH(i, values) {
    int c = (int)(i % norm.channels);
    float normal = scaled(normalised(x[i], table, i, c, norm), scale, shift, c);
    out[i] = normal > 0 ? normal : normal * slope;  // slope 1: no rectifier
  }
}
CIRR_ENTRY(norm_apply)

// Σ g' and Σ g'·x̂, where g' is the gradient before the rectifier behind the norm.
extern "C" __global__ void norm_gradient_sums(double* parts, const float* x, const float* gradient,
                                              const float* table, const float* scale, const float* shift,
                                              float slope, Norm norm) {
  __shared__ double memory[ROWS][LANES][2];
  chunk_sums(memory, parts, norm, [=](i64 i, int c, double& plain, double& along) {
    float normal = normalised(x[i], table, i, c, norm);
    double g = gradient[i] * (scaled(normal, scale, shift, c) > 0 ? 1.0 : (double)slope);
    plain += g;
    along += g * normal;
  });
}
CIRR_ENTRY(norm_gradient_sums)

// Adds the chunks up, to the third and fourth row of the table.
extern "C" __global__ void norm_gradient_join(float* table, const double* parts, Norm norm) {
  CIRR_EACH(i, (i64)norm.samples * norm.channels) {
    i64 n = i / norm.channels;
    int c = (int)(i % norm.channels);
    double a = 0, b = 0;
    for (int chunk = 0; chunk < norm.chunks; chunk++) {
      const double* part = parts + ((n * norm.chunks + chunk) * norm.channels + c) * 2;
      a += part[0];
      b += part[1];
    }
    float* entry = table + n * norm.rows * norm.channels + c;
    entry[2 * norm.channels] = (float)a;
    entry[3 * norm.channels] = (float)b;
  }
}
CIRR_ENTRY(norm_gradient_join)

// The means of scale·g' and scale·g'·x̂ over a group, for each channel: [sample, 2, channel].
extern "C" __global__ void norm_gradient_means(float* means, const float* table, const float* scale, Norm norm) {
  CIRR_EACH(i, (i64)norm.samples * norm.channels) {
    i64 n = i / norm.channels;
    int c = (int)(i % norm.channels);
    int width = norm.channels / norm.groups;
    double a = 0, b = 0;
    for (int other = c / width * width; other < (c / width + 1) * width; other++) {
      const float* entry = table + n * norm.rows * norm.channels + other;
      double factor = scale ? scale[other] : 1;
      a += factor * entry[2 * norm.channels];
      b += factor * entry[3 * norm.channels];
    }
    double values = (double)norm.voxels * width;
    means[n * 2 * norm.channels + c] = (float)(a / values);
    means[(n * 2 + 1) * norm.channels + c] = (float)(b / values);
  }
}
CIRR_ENTRY(norm_gradient_means)

extern "C" __global__ void norm_gradient(float* out, const float* x, const float* gradient, const float* table,
                                         const float* means, const float* scale, const float* shift,
                                         float slope, i64 values, Norm norm) {
  CIRR_EACH(i, values) {
    int c = (int)(i % norm.channels);
    i64 n = i / norm.channels / norm.voxels;
    float normal = normalised(x[i], table, i, c, norm);
    float g = gradient[i] * (scaled(normal, scale, shift, c) > 0 ? 1 : slope);
    float a = means[n * 2 * norm.channels + c];
    float b = means[(n * 2 + 1) * norm.channels + c];
    float factor = table[n * norm.rows * norm.channels + norm.channels + c];
    out[i] = ((scale ? scale[c] * g : g) - (a + normal * b)) * factor;
  }
}
CIRR_ENTRY(norm_gradient)

extern "C" __global__ void batch_norm(float* out, const float* x, const float* scale, const float* shift,
                                      const float* mean, const float* variance, double epsilon, i64 values,
                                      int channels) {
  CIRR_EACH(i, values) {
    int c = (int)(i % channels);
    float factor = (float)(1 / sqrt(variance[c] + epsilon));
    out[i] = (x[i] - mean[c]) * factor * scale[c] + shift[c];
  }
}
CIRR_ENTRY(batch_norm)
