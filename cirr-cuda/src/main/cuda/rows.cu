// What is done to each row of channels for itself: layer norms, softmax, their gradients, arg max.
// A warp works on a row; a block holds blockDim.y of them. Sums are taken in double.
#include "cirr.cuh"

#define CIRR_ROW(row) i64 row = blockIdx.x * (i64)blockDim.y + threadIdx.y
#define CIRR_CHANNELS(c, width) for (int c = threadIdx.x; c < (width); c += 32)

struct Moments {
  double mean;
  double variance;
};

// Mean (0 where rows are not centred) and mean square around it.
__device__ inline Moments moments(const float* x, int width, int centred) {
  double sum = 0, squares = 0;
  CIRR_CHANNELS(c, width) sum += x[c];
  double mean = centred ? warp_sum(sum) / width : 0;
  CIRR_CHANNELS(c, width) squares += (x[c] - mean) * (x[c] - mean);
  Moments m = {mean, warp_sum(squares) / width};
  return m;
}

extern "C" __global__ void layer_norm(float* out, const float* x, const float* scale, const float* shift,
                                      double epsilon, i64 rows, int width, int centred) {
  CIRR_ROW(row);
  if (row >= rows) return;
  Moments m = moments(x + row * width, width, centred);
  double factor = 1 / sqrt(m.variance + epsilon);
  CIRR_CHANNELS(c, width) {
    float y = (float)((x[row * width + c] - m.mean) * factor);
    y = scale ? y * scale[c] : y;
    out[row * width + c] = shift ? y + shift[c] : y;
  }
}
CIRR_ENTRY(layer_norm)

extern "C" __global__ void layer_norm_gradient(float* out, const float* x, const float* gradient,
                                               const float* scale, double epsilon, i64 rows, int width,
                                               int centred) {
  CIRR_ROW(row);
  if (row >= rows) return;
  const float* in = x + row * width;
  const float* g = gradient + row * width;
  Moments m = moments(in, width, centred);
  double a = 0, b = 0;
  CIRR_CHANNELS(c, width) {
    double s = scale ? (double)scale[c] * g[c] : g[c];
    a += s;
    b += s * (in[c] - m.mean);
  }
  double both = centred ? warp_sum(a) / width : 0;
  double along = warp_sum(b) / width / (m.variance + epsilon);
  double factor = 1 / sqrt(m.variance + epsilon);
  CIRR_CHANNELS(c, width) {
    double s = scale ? (double)scale[c] * g[c] : g[c];
    out[row * width + c] = (float)((s - both - (in[c] - m.mean) * along) * factor);
  }
}
CIRR_ENTRY(layer_norm_gradient)

extern "C" __global__ void softmax(float* out, const float* x, i64 rows, int width, int logarithmic) {
  CIRR_ROW(row);
  if (row >= rows) return;
  const float* in = x + row * width;
  float max = -CIRR_INFINITY;
  CIRR_CHANNELS(c, width) max = fmaxf(max, in[c]);
  max = warp_max(max);
  double sum = 0;
  CIRR_CHANNELS(c, width) sum += expf(in[c] - max);
  sum = warp_sum(sum);
  double log_sum = log(sum);
  CIRR_CHANNELS(c, width) {
    out[row * width + c] =
        logarithmic ? (float)((double)in[c] - max - log_sum) : (float)(expf(in[c] - max) / sum);
  }
}
CIRR_ENTRY(softmax)

// y is what softmax gave, or its logarithm.
extern "C" __global__ void softmax_gradient(float* out, const float* y, const float* gradient, i64 rows,
                                            int width, int logarithmic) {
  CIRR_ROW(row);
  if (row >= rows) return;
  const float* in = y + row * width;
  const float* g = gradient + row * width;
  double sum = 0;
  CIRR_CHANNELS(c, width) sum += logarithmic ? g[c] : (double)in[c] * g[c];
  sum = warp_sum(sum);
  CIRR_CHANNELS(c, width) {
    out[row * width + c] = (float)(logarithmic ? g[c] - expf(in[c]) * sum : in[c] * (g[c] - sum));
  }
}
CIRR_ENTRY(softmax_gradient)

// The first of the largest values, NaN being the largest; a thread per row.
extern "C" __global__ void arg_max(float* out, const float* x, i64 rows, int width) {
  CIRR_EACH(row, rows) {
    const float* in = x + row * width;
    int best = 0;
    for (int c = 1; c < width; c++) {
      if (in[c] > in[best] || (in[c] != in[c] && in[best] == in[best])) {
        best = c;
      }
    }
    out[row] = (float)best;
  }
}
CIRR_ENTRY(arg_max)
