// The gradients of convolutions' weights on tensor cores; the twin of conv_weight_gradient, with rounded factors.
//
// A product [output channel × tap, input channel] that is summed over all output voxels. A block has 32 or 64
// output channels of a group, 32 input channels and up to nine taps of one z: a warp has a row of up to three taps, or
// where the kernel has no rows along y a third of the voxels. Brick by brick the block rounds the gradient
// and what the taps read, halo included, to shared memory. Both lie there as voxels of channels, and the sum
// goes over voxels, so that fragments are read transposed. The bricks are cut into parts, each part writes sums of
// its own, and sum_parts adds them up in one order. Which bricks and parts: TensorGradient.java.
#include "tensor.cuh"

const int CHANNELS = 32;  // of a warp, on both sides
const int TAPS = 3;       // of a warp

struct Gradient {
  int in[3];
  int cin;  // of a group
  int out[3];
  int cout;
  int groups;
  int kernel[3];
  int stride[3];
  int padding[3];
  int dilation[3];
  int rows;      // of taps along y that a block has
  int edge[3];   // of a brick of output voxels: binary logarithms
  int load[3];   // voxels that its taps read
  int count[3];  // bricks of a sample
  int bricks;    // of all samples
  int halves;    // how many times CHANNELS output channels a block has
  int splits;    // warps that share the voxels of a brick
};

// Where a piece of a row lies. Eight rows are read at once, or in tf32 two pieces of four rows.
__device__ inline int at(Bf16, int row, int piece) { return (row << 2) + exchanged(row, piece, 2); }
__device__ inline int at(Tf32, int row, int piece) { return (row << 3) + (piece ^ (row & 3) << 1); }

__device__ inline unsigned word(const Piece* rows, int row, int channel) {
  return rows[at(Tf32(), row, channel / 4)].word[channel % 4];
}

// The rows of the right side that a lane reads at a step.
__device__ inline void find_rows(Bf16, int (&own)[2], const int* places) {
  int lane = threadIdx.x % 32;
  own[0] = places[lane % 16];
}

__device__ inline void find_rows(Tf32, int (&own)[2], const int* places) {
  int lane = threadIdx.x % 32;
  own[0] = places[lane % 4];
  own[1] = places[lane % 4 + 4];
}

// 32 output channels from `row` on.
__device__ inline void load_left(Bf16, unsigned (&a)[2][4], const Piece* rows, int row) {
  int lane = threadIdx.x % 32;
  int own = row + lane % 8 + lane / 16 * 8;
  CIRR_UNROLL
  for (int i = 0; i < 2; i++) {
    load_transposed(a[i], rows + at(Bf16(), own, 2 * i + lane / 8 % 2));
  }
}

__device__ inline void load_left(Tf32, unsigned (&a)[2][4], const Piece* rows, int row) {
  int lane = threadIdx.x % 32;
  CIRR_UNROLL
  for (int i = 0; i < 2; i++) {
    CIRR_UNROLL
    for (int w = 0; w < 4; w++) {
      a[i][w] = word(rows, row + lane % 4 + w / 2 * 4, i * 16 + lane / 4 + w % 2 * 8);
    }
  }
}

// 16 input channels, from 16 · pair on.
__device__ inline void load_right(Bf16, unsigned (&b)[4], const Piece* rows, const int (&own)[2], int away,
                                  int pair) {
  load_transposed(b, rows + at(Bf16(), own[0] + away, 2 * pair + (int)threadIdx.x % 32 / 16));
}

__device__ inline void load_right(Tf32, unsigned (&b)[4], const Piece* rows, const int (&own)[2], int away,
                                  int pair) {
  CIRR_UNROLL
  for (int w = 0; w < 4; w++) {
    b[w] = word(rows, own[w % 2] + away, pair * 16 + w / 2 * 8 + (int)threadIdx.x % 32 / 4);
  }
}

// For each line of voxels along x of a box the number of its voxel at x = 0, or −1.
__device__ inline void list_lines(int* lines, const int (&box)[3], const int (&extents)[3], int sample,
                                  const int (&corner)[3]) {
  for (int i = threadIdx.x; i < box[0] * box[1]; i += blockDim.x) {
    int z = corner[0] + i / box[1];
    int y = corner[1] + i % box[1];
    bool inside = z >= 0 && z < extents[0] && y >= 0 && y < extents[1];
    lines[i] = inside ? ((sample * extents[0] + z) * extents[1] + y) * extents[2] : -1;
  }
}

// The channels c0, c0 + 1, … of a group that has `channels` in the voxels of a box, with zeros outside; apart: from
// voxel to voxel, all groups' channels; x0 and x1: where along x the box begins and the activation ends. A thread
// has the same channels in all its voxels.
template <class T>
__device__ inline void fill(Piece* to, const float* values, const int* lines, const int (&box)[3], int x0,
                            int x1, int apart, int channels, int c0) {
  const int SIZE = T::PIECE;
  const int PIECES = CHANNELS / SIZE;
  const int AHEAD = SIZE == 8 ? 3 : 4;  // voxels whose values are on their way at once
  int piece = threadIdx.x % PIECES;
  int c = c0 + piece * SIZE;
  bool vectors = channels % SIZE == 0 && c < channels;
  int first = threadIdx.x / PIECES;
  int step = blockDim.x / PIECES;
  int line = first / box[2];
  int x = first % box[2];
  int lines_step = step / box[2];
  int x_step = step % box[2];
  int voxels = box[0] * box[1] * box[2];
  for (int v = first; v < voxels; v += AHEAD * step) {
    float value[AHEAD][SIZE] = {};
    CIRR_UNROLL
    for (int u = 0; u < AHEAD; u++) {  // all loads before the first value is used
      if (v + u * step < voxels && lines[line] >= 0 && x0 + x >= 0 && x0 + x < x1) {
        const float* from = values + (i64)(lines[line] + x0 + x) * apart + c;
        CIRR_UNROLL
        for (int k = 0; k < SIZE; k += 4) {
          Four four = {};
          if (vectors) {
            four = *(const Four*)(from + k);
          }
          CIRR_UNROLL
          for (int l = 0; l < 4; l++) {
            bool there = !vectors && c + k + l < channels;
            value[u][k + l] = there ? from[k + l] : four.value[l];
          }
        }
      }
      x += x_step;
      line += lines_step;
      if (x >= box[2]) {
        x -= box[2];
        line++;
      }
    }
    CIRR_UNROLL
    for (int u = 0; u < AHEAD; u++) {
      if (v + u * step < voxels) {
        to[at(T(), v + u * step, piece)] = pack(T(), value[u]);
      }
    }
  }
}

// A brick's voxels, as many at a step as a product takes; `away`: of the row's first tap, `apart`: of the next.
template <class T>
__device__ inline void multiply_voxels(float (&sum)[TAPS][2][4][4], const Piece* left, const Piece* right,
                                       const int* places, int voxels, int split, int splits, int away,
                                       int apart, int taps, int pairs) {
  const int DEPTH = 2 * T::PIECE;
  for (int v = split * DEPTH; v < voxels; v += splits * DEPTH) {
    unsigned a[2][4];
    int own[2];
    load_left(T(), a, left, v);
    find_rows(T(), own, places + v);
    CIRR_UNROLL
    for (int tap = 0; tap < TAPS; tap++) {
      if (tap < taps) {
        CIRR_UNROLL
        for (int pair = 0; pair < 2; pair++) {
          if (pair < pairs) {
            unsigned b[4];
            load_right(T(), b, right, own, away + tap * apart, pair);
            CIRR_UNROLL
            for (int i = 0; i < 2; i++) {
              multiply(T(), sum[tap][i][2 * pair], a[i], b[0], b[1]);
              multiply(T(), sum[tap][i][2 * pair + 1], a[i], b[2], b[3]);
            }
          }
        }
      }
    }
  }
}

template <class T>
__device__ inline void weight_gradient(float* parts, const float* in, const float* gradient, const Gradient& g) {
  CIRR_DYNAMIC_SHARED(Piece, memory);
  const int PIECES = CHANNELS / T::PIECE;
  const int loaded = g.load[0] * g.load[1] * g.load[2];
  const int voxels = 1 << (g.edge[0] + g.edge[1] + g.edge[2]);
  Piece* right = memory;
  Piece* left = right + loaded * PIECES;
  int* places = (int*)(left + g.halves * voxels * PIECES);
  int* right_lines = places + voxels;
  int* left_lines = right_lines + g.load[0] * g.load[1];
  const int box[3] = {1 << g.edge[0], 1 << g.edge[1], 1 << g.edge[2]};
  for (int v = threadIdx.x; v < voxels; v += blockDim.x) {
    int z = v >> (g.edge[1] + g.edge[2]);
    int y = v >> g.edge[2] & (box[1] - 1);
    int x = v & (box[2] - 1);
    places[v] = (z * g.stride[0] * g.load[1] + y * g.stride[1]) * g.load[2] + x * g.stride[2];
  }
  int warp = threadIdx.x / 32;
  int half = warp % g.halves;
  int split = warp / g.halves % g.splits;
  int row = warp / g.halves / g.splits;
  int chunks = (g.cin + CHANNELS - 1) / CHANNELS;
  int c0 = blockIdx.y / g.groups % chunks * CHANNELS;
  int m0 = blockIdx.y / g.groups / chunks * g.halves * CHANNELS;
  int group = blockIdx.y % g.groups;
  int blocks[2] = {(g.kernel[1] + g.rows - 1) / g.rows, (g.kernel[2] + TAPS - 1) / TAPS};
  const int tap[3] = {(int)blockIdx.z / blocks[1] / blocks[0], (int)blockIdx.z / blocks[1] % blocks[0] * g.rows,
                      (int)blockIdx.z % blocks[1] * TAPS};
  int taps = tap[1] + row < g.kernel[1] ? g.kernel[2] - tap[2] : 0;  // TAPS or more: TAPS
  int pairs = g.cin - c0 > CHANNELS / 2 ? 2 : 1;
  float sum[TAPS][2][4][4] = {};
  int each = (g.bricks + (int)gridDim.x - 1) / (int)gridDim.x;
  int end = ((int)blockIdx.x + 1) * each;
  end = end < g.bricks ? end : g.bricks;
  for (int brick = (int)blockIdx.x * each; brick < end; brick++) {
    int sample = brick;
    int corner[3], source[3];
    CIRR_UNROLL
    for (int axis = 2; axis >= 0; axis--) {
      corner[axis] = sample % g.count[axis] << g.edge[axis];
      source[axis] = corner[axis] * g.stride[axis] - g.padding[axis] + tap[axis] * g.dilation[axis];
      sample /= g.count[axis];
    }
    list_lines(right_lines, g.load, g.in, sample, source);
    list_lines(left_lines, box, g.out, sample, corner);
    __syncthreads();  // the lines are listed, and nobody reads the brick before any more
    fill<T>(right, in + group * g.cin, right_lines, g.load, source[2], g.in[2], g.groups * g.cin, g.cin, c0);
    for (int k = 0; k < g.halves; k++) {
      fill<T>(left + k * voxels * PIECES, gradient + group * g.cout, left_lines, box, corner[2], g.out[2],
              g.groups * g.cout, g.cout, m0 + k * CHANNELS);
    }
    __syncthreads();
    multiply_voxels<T>(sum, left + half * voxels * PIECES, right, places, voxels, split, g.splits,
                       row * g.dilation[1] * g.load[2], g.dilation[2], taps, pairs);
  }
  int all = g.kernel[0] * g.kernel[1] * g.kernel[2];
  int number = (tap[0] * g.kernel[1] + tap[1] + row) * g.kernel[2] + tap[2];
  i64 part = (i64)blockIdx.x * g.splits + split;
  float* out = parts + (part * g.groups + group) * g.cout * g.cin * all;
  int lane = threadIdx.x % 32;
  CIRR_UNROLL
  for (int k = 0; k < TAPS; k++) {
    CIRR_UNROLL
    for (int i = 0; i < 2; i++) {
      CIRR_UNROLL
      for (int j = 0; j < 4; j++) {
        CIRR_UNROLL
        for (int e = 0; e < 4; e++) {
          int m = m0 + half * CHANNELS + i * 16 + lane / 4 + e / 2 * 8;
          int c = c0 + j * 8 + lane % 4 * 2 + e % 2;
          if (k < taps && m < g.cout && c < g.cin) {
            out[((i64)m * g.cin + c) * all + number + k] = sum[k][i][j][e];
          }
        }
      }
    }
  }
}

extern "C" __global__ void __launch_bounds__(192, 2)
    tensor_gradient_bf16(float* parts, const float* in, const float* gradient, Gradient g) {
  weight_gradient<Bf16>(parts, in, gradient, g);
}
CIRR_ENTRY(tensor_gradient_bf16)

extern "C" __global__ void __launch_bounds__(192, 2)
    tensor_gradient_tf32(float* parts, const float* in, const float* gradient, Gradient g) {
  weight_gradient<Tf32>(parts, in, gradient, g);
}
CIRR_ENTRY(tensor_gradient_tf32)
