// Convolutions: any stride, padding, dilation and number of groups.
//
// The weights are packed as [k, cout] with k = tap · (cin per group) + input channel of the group, so that
// neighbouring threads, which compute neighbouring output channels, read neighbouring weights.
#include "tile.cuh"

struct Window {
  int n;
  int in[3];
  int cin;
  int out[3];
  int cout;
  int kernel[3];
  int stride[3];
  int padding[3];
  int dilation[3];
  int groups;
};

__device__ inline int taps(const Window& w) { return w.kernel[0] * w.kernel[1] * w.kernel[2]; }

struct Voxel {
  i64 n;
  int at[3];
};

__device__ inline Voxel voxel_of(i64 index, const int* extents) {
  Voxel v;
  for (int axis = 2; axis >= 0; axis--) {
    v.at[axis] = (int)(index % extents[axis]);
    index /= extents[axis];
  }
  v.n = index;
  return v;
}

// Where channel 0 of the input voxel lies that an output voxel reads through a tap, or −1.
__device__ inline i64 source(const Window& w, const Voxel& v, int tap) {
  i64 at = v.n;
  int k[3] = {tap / w.kernel[2] / w.kernel[1], tap / w.kernel[2] % w.kernel[1], tap % w.kernel[2]};
  for (int axis = 0; axis < 3; axis++) {
    int i = v.at[axis] * w.stride[axis] - w.padding[axis] + k[axis] * w.dilation[axis];
    if (i < 0 || i >= w.in[axis]) {
      return -1;
    }
    at = at * w.in[axis] + i;
  }
  return at * w.cin;
}

// The same for a transposed convolution: the input voxel that reaches this output through the tap.
__device__ inline i64 source_transposed(const Window& w, const Voxel& v, int tap) {
  i64 at = v.n;
  int k[3] = {tap / w.kernel[2] / w.kernel[1], tap / w.kernel[2] % w.kernel[1], tap % w.kernel[2]};
  for (int axis = 0; axis < 3; axis++) {
    int scaled = v.at[axis] + w.padding[axis] - k[axis] * w.dilation[axis];
    if (scaled < 0 || scaled % w.stride[axis] != 0 || scaled / w.stride[axis] >= w.in[axis]) {
      return -1;
    }
    at = at * w.in[axis] + scaled / w.stride[axis];
  }
  return at * w.cin;
}

// A thread makes one output value. For few channels per group, where tiles would stay empty.
template <bool TRANSPOSED>
__device__ inline void direct(float* out, const float* in, const float* weight, const float* bias, i64 values,
                              const Window& w) {
  int width = w.cin / w.groups;
  CIRR_EACH(i, values) {
    int c = (int)(i % w.cout);
    int first = c / (w.cout / w.groups) * width;
    Voxel v = voxel_of(i / w.cout, w.out);
    float sum = bias ? bias[c] : 0;
    for (int tap = 0; tap < taps(w); tap++) {
      i64 at = TRANSPOSED ? source_transposed(w, v, tap) : source(w, v, tap);
      if (at >= 0) {
        const float* filter = weight + (i64)tap * width * w.cout + c;
        for (int k = 0; k < width; k++) {
          sum += in[at + first + k] * filter[(i64)k * w.cout];
        }
      }
    }
    out[i] = sum;
  }
}

extern "C" __global__ void conv_direct(float* out, const float* in, const float* weight, const float* bias,
                                       i64 values, Window w) {
  direct<false>(out, in, weight, bias, values, w);
}
CIRR_ENTRY(conv_direct)

extern "C" __global__ void conv_transpose(float* out, const float* in, const float* weight, const float* bias,
                                          i64 values, Window w) {
  direct<true>(out, in, weight, bias, values, w);
}
CIRR_ENTRY(conv_transpose)

// As a product: the rows are the output voxels, the columns the output channels of group blockIdx.z.
extern "C" __global__ void conv_tiled(float* out, const float* in, const float* weight, const float* bias,
                                      i64 voxels, Window w) {
  __shared__ TileMemory memory;
  int width = w.cin / w.groups;
  int columns = w.cout / w.groups;
  int c0 = blockIdx.z * columns;
  int first = blockIdx.z * width;
  tile_product(
      memory, voxels, columns, 0, (i64)taps(w) * width,
      [=](i64 m, i64 k) {
        i64 at = source(w, voxel_of(m, w.out), (int)(k / width));
        return at < 0 ? 0 : in[at + first + k % width];
      },
      [=](i64 k, i64 n) { return weight[k * w.cout + c0 + n]; },
      [=](i64 m, i64 n, float sum) { out[m * w.cout + c0 + n] = bias ? sum + bias[c0 + n] : sum; });
}
CIRR_ENTRY(conv_tiled)

// The gradient of the weights [cout, cin per group, taps]: rows are the output channels of a group,
// columns tap and input channel, and the sum goes over the output voxels. It is cut into parts, which
// blocks compute side by side and sum_parts adds up.
extern "C" __global__ void conv_weight_gradient(float* parts, const float* in, const float* gradient,
                                                i64 voxels, int count, Window w) {
  __shared__ TileMemory memory;
  int width = w.cin / w.groups;
  int rows = w.cout / w.groups;
  int group = blockIdx.z % w.groups;
  int part = blockIdx.z / w.groups;
  i64 each = (voxels + count - 1) / count;
  float* out = parts + part * (i64)w.cout * width * taps(w);
  i64 end = (part + 1) * each;
  tile_product(
      memory, rows, width * taps(w), part * each, end < voxels ? end : voxels,
      [=](i64 m, i64 k) { return gradient[k * w.cout + group * rows + m]; },
      [=](i64 k, i64 n) {
        i64 at = source(w, voxel_of(k, w.out), (int)(n / width));
        return at < 0 ? 0 : in[at + group * width + n % width];
      },
      [=](i64 m, i64 n, float sum) {
        out[((group * rows + m) * width + n % width) * taps(w) + n / width] = sum;
      });
}
CIRR_ENTRY(conv_weight_gradient)

extern "C" __global__ void sum_parts(float* out, const float* parts, i64 n, int count) {
  CIRR_EACH(i, n) {
    double sum = 0;
    for (int part = 0; part < count; part++) {
      sum += parts[part * n + i];
    }
    out[i] = (float)sum;
  }
}
CIRR_ENTRY(sum_parts)
