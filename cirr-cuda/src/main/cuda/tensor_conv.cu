// Convolutions on tensor cores, with what stands before and behind them: the instance norm and rectifier of
// what they read, concatenation of two inputs, bias, rectifier, and the sums that the norm behind needs.
//
// A block makes a brick of ROWS output voxels and COLUMNS output channels. What the brick reads, its halo
// included, goes to shared memory once for some channels at a time, normalised, rectified and rounded on
// the way; all taps then read it from there, each at another place, so global memory is read about twice
// and not once per tap. The taps' weights follow through a ring of shared memory, copied while tensor cores
// work. Which brick: Bricks.java.
#include "tensor.cuh"

const int STAGES = 4;  // of the ring

struct Bricks {
  int samples;
  int in[3];
  int channels[2];  // of the two inputs; 0 where there is no second
  int out[3];
  int cout;
  int kernel[3];
  int stride[3];
  int padding[3];
  int dilation[3];
  int up[3];       // a voxel makes so many voxels along each axis, side by side, of cout channels each
  int edge[3];     // of a brick: binary logarithms
  int load[3];     // voxels that it reads
  int count[3];    // bricks of a sample
  int pieces;      // of a voxel: binary logarithm
  int columns;     // of the packed weights: a multiple of COLUMNS
  int vectors;     // whether a piece's values lie at multiples of 16 bytes
};

// An input; its table has three rows for each sample: mean, factor and shift.
struct Source {
  const float* values;
  const float* table;  // or null
  float slope;         // below 0, of the rectifier; 1 where there is none
  int channels;
};

__device__ inline int corner(const Bricks& b, int axis, int brick) {
  return (brick << b.edge[axis]) * b.stride[axis] - b.padding[axis];
}

// For each row of voxels along x that the brick reads the number of the voxel at x = 0, or −1.
__device__ inline void list_rows(int* rows, const Bricks& b, int sample, int z0, int y0) {
  for (int i = threadIdx.x; i < b.load[0] * b.load[1]; i += THREADS) {
    int z = z0 + i / b.load[1];
    int y = y0 + i % b.load[1];
    bool inside = z >= 0 && z < b.in[0] && y >= 0 && y < b.in[1];
    rows[i] = inside ? ((sample * b.in[0] + z) * b.in[1] + y) * b.in[2] : -1;
  }
}

// A piece of the channels c, c + 1, … of all voxels that the brick reads. A thread has the same channels in
// all its voxels.
template <class T>
__device__ inline void fill(unsigned char* brick, const int* rows, const Source& first, const Source& second,
                            const Bricks& b, int sample, int x0, int from) {
  const int SIZE = T::PIECE;
  const int AHEAD = 24 / SIZE;  // voxels whose values are on their way at once
  int piece = threadIdx.x & ((1 << b.pieces) - 1);
  int c = from + piece * SIZE;
  float mean[SIZE], factor[SIZE], shift[SIZE];
  CIRR_UNROLL
  for (int k = 0; k < SIZE; k++) {
    bool behind = c + k >= first.channels;
    int own = behind ? c + k - first.channels : c + k;
    int width = behind ? second.channels : first.channels;
    const float* table = behind ? second.table : first.table;
    bool any = table && own < width;
    table += any ? (i64)sample * 3 * width + own : 0;
    mean[k] = any ? table[0] : 0;
    factor[k] = any ? table[width] : 1;
    shift[k] = any ? table[2 * width] : 0;
  }
  bool behind = c >= first.channels;
  const float* values = behind ? second.values + (c - first.channels) : first.values + c;
  int width = behind ? second.channels : first.channels;
  int border = first.channels - c;  // the piece's values from here on are the second input's
  bool whole = b.vectors && c < first.channels + second.channels;
  int step = THREADS >> b.pieces;
  int row = (threadIdx.x >> b.pieces) / b.load[2];
  int x = (threadIdx.x >> b.pieces) % b.load[2];
  int voxels = b.load[0] * b.load[1] * b.load[2];
  int rows_step = step / b.load[2];
  int x_step = step % b.load[2];
  for (int v = threadIdx.x >> b.pieces; v < voxels; v += AHEAD * step) {
    float value[AHEAD][SIZE] = {};
    bool inside[AHEAD];
    CIRR_UNROLL
    for (int u = 0; u < AHEAD; u++) {  // all loads before the first value is used
      inside[u] = v + u * step < voxels && rows[row] >= 0 && x0 + x >= 0 && x0 + x < b.in[2];
      if (inside[u]) {
        i64 voxel = rows[row] + x0 + x;
        if (whole) {
          CIRR_UNROLL
          for (int k = 0; k < SIZE; k += 4) {
            Four four = *(const Four*)(values + voxel * width + k);
            CIRR_UNROLL
            for (int l = 0; l < 4; l++) {
              value[u][k + l] = four.value[l];
            }
          }
        } else {
          CIRR_UNROLL
          for (int k = 0; k < SIZE; k++) {
            if (k < border) {
              value[u][k] = first.values[voxel * first.channels + c + k];
            } else if (k < border + second.channels) {
              value[u][k] = second.values[voxel * second.channels + k - border];
            }
          }
        }
      }
      x += x_step;
      row += rows_step;
      if (x >= b.load[2]) {
        x -= b.load[2];
        row++;
      }
    }
    CIRR_UNROLL
    for (int u = 0; u < AHEAD; u++) {
      int at = v + u * step;
      if (at < voxels) {
        CIRR_UNROLL
        for (int k = 0; k < SIZE; k++) {
          float normal = (value[u][k] - mean[k]) * factor[k] + shift[k];
          normal = normal > 0 ? normal : normal * (k < border ? first.slope : second.slope);
          value[u][k] = inside[u] ? normal : 0;  // the padding is that of the normalised values
        }
        *(Piece*)(brick + (((at << b.pieces) + exchanged(at, piece, b.pieces)) << 4)) = pack(T(), value[u]);
      }
    }
  }
}

// The weights of a tap for some channels, as they lie: [column, channel].
template <int COLUMNS>
__device__ inline void copy_weights(unsigned char* stage, const unsigned* weights, int pieces) {
  for (int i = threadIdx.x; i < COLUMNS << pieces; i += THREADS) {
    int row = i >> pieces;
    int piece = i & ((1 << pieces) - 1);
    copy_async(stage + (((row << pieces) + exchanged(row, piece, pieces)) << 4), weights + 4 * i);
  }
}

// Where a column's values lie behind the voxel's first value.
__device__ inline i64 column_offset(const Bricks& b, int column) {
  int tap = column / b.cout;
  int z = tap / b.up[2] / b.up[1];
  int y = tap / b.up[2] % b.up[1];
  i64 rows = (i64)z * b.out[1] * b.up[1] + y;
  return (rows * b.out[2] * b.up[2] + tap % b.up[2]) * b.cout + column % b.cout;
}

// Where voxel `row` of the brick lies in the output, or −1.
__device__ inline i64 row_offset(const Bricks& b, int row, int sample, const int (&brick)[3]) {
  int z = (brick[0] << b.edge[0]) + (row >> (b.edge[1] + b.edge[2]));
  int y = (brick[1] << b.edge[1]) + (row >> b.edge[2] & ((1 << b.edge[1]) - 1));
  int x = (brick[2] << b.edge[2]) + (row & ((1 << b.edge[2]) - 1));
  bool inside = row >> (b.edge[0] + b.edge[1] + b.edge[2]) == 0 && z < b.out[0] && y < b.out[1] && x < b.out[2];
  i64 plane = ((i64)sample * b.out[0] + z) * b.up[0] * b.out[1] + y;
  return inside ? (plane * b.up[1] * b.out[2] + x) * b.up[2] * b.cout : -1;
}

// What a block's epilogue knows of a column, and the sums of values and squares that each warp finds.
template <int COLUMNS>
struct Epilogue {
  i64 at[COLUMNS];  // behind the voxel's first value, or −1
  float bias[COLUMNS];
  float totals[WARPS][COLUMNS][2];
};

// Bias, rectifier, and the sums.
template <int COLUMNS>
__device__ inline void finish(const float (&sum)[TILES][COLUMNS / 8][4], float* out, float slope,
                              const i64 (&row)[TILES][2], Epilogue<COLUMNS>& shared) {
  int lane = threadIdx.x % 32;
  CIRR_UNROLL
  for (int j = 0; j < COLUMNS / 8; j++) {
    CIRR_UNROLL
    for (int e = 0; e < 2; e++) {
      int column = j * 8 + lane % 4 * 2 + e;
      i64 at = shared.at[column];
      float total[2] = {};
      CIRR_UNROLL
      for (int i = 0; i < TILES; i++) {
        CIRR_UNROLL
        for (int half = 0; half < 2; half++) {
          float value = sum[i][j][half * 2 + e] + shared.bias[column];
          value = value > 0 ? value : value * slope;
          if (row[i][half] >= 0 && at >= 0) {
            out[row[i][half] + at] = value;
            total[0] += value;
            total[1] += value * value;
          }
        }
      }
      CIRR_UNROLL
      for (int k = 0; k < 2; k++) {
        for (int apart = 4; apart < 32; apart *= 2) {
          total[k] += __shfl_xor_sync(0xffffffffu, total[k], apart);
        }
        if (lane < 4) {
          shared.totals[threadIdx.x / 32][column][k] = total[k];
        }
      }
    }
  }
}

template <class T, int COLUMNS>
__device__ inline void convolve(float* out, double* parts, const Source& first, const Source& second,
                                const unsigned* weights, const float* bias, float slope, const Bricks& b) {
  CIRR_DYNAMIC_SHARED(Piece, memory);
  unsigned char* brick = (unsigned char*)memory;
  unsigned char* ring = brick + ((b.load[0] * b.load[1] * b.load[2]) << (4 + b.pieces));
  const int stage = COLUMNS << (4 + b.pieces);
  int* rows = (int*)(ring + STAGES * stage);
  int at[3];
  int sample = blockIdx.x;
  for (int axis = 2; axis >= 0; axis--) {
    at[axis] = sample % b.count[axis];
    sample /= b.count[axis];
  }
  int column0 = blockIdx.y * COLUMNS;
  int lane = threadIdx.x % 32;
  int warp = threadIdx.x / 32;
  int voxel[TILES];
  CIRR_UNROLL
  for (int i = 0; i < TILES; i++) {
    int row = (warp * TILES + i) * 16 + lane % 16;
    int z = row >> (b.edge[1] + b.edge[2]) & ((1 << b.edge[0]) - 1);
    int y = row >> b.edge[2] & ((1 << b.edge[1]) - 1);
    int x = row & ((1 << b.edge[2]) - 1);
    voxel[i] = (z * b.stride[0] * b.load[1] + y * b.stride[1]) * b.load[2] + x * b.stride[2];
  }
  float sum[TILES][COLUMNS / 8][4] = {};
  int taps = b.kernel[0] * b.kernel[1] * b.kernel[2];
  int channels = b.channels[0] + b.channels[1];
  int width = T::PIECE << b.pieces;  // channels at a time
  int total = (channels + width - 1) / width * taps;
  i64 slice = (i64)b.columns << (2 + b.pieces);  // words of a tap's weights
  weights += (i64)column0 << (2 + b.pieces);
  list_rows(rows, b, sample, corner(b, 0, at[0]), corner(b, 1, at[1]));
  for (int ahead = 0; ahead < STAGES - 1; ahead++) {
    if (ahead < total) {
      copy_weights<COLUMNS>(ring + ahead * stage, weights + ahead * slice, b.pieces);
    }
    copy_commit();
  }
  for (int done = 0, c = 0; done < total; c += width) {
    __syncthreads();  // the rows are listed, and nobody reads the brick any more
    fill<T>(brick, rows, first, second, b, sample, corner(b, 2, at[2]), c);
    int steps = (channels - c + 2 * T::PIECE - 1) / (2 * T::PIECE);
    steps = steps < 1 << b.pieces >> 1 ? steps : 1 << b.pieces >> 1;
    for (int z = 0; z < b.kernel[0]; z++) {
      for (int y = 0; y < b.kernel[1]; y++) {
        for (int x = 0; x < b.kernel[2]; x++, done++) {
          copy_wait<STAGES - 2>();
          __syncthreads();
          int next = done + STAGES - 1;
          if (next < total) {
            copy_weights<COLUMNS>(ring + next % STAGES * stage, weights + next * slice, b.pieces);
          }
          copy_commit();
          int away = (z * b.dilation[0] * b.load[1] + y * b.dilation[1]) * b.load[2] + x * b.dilation[2];
          multiply_rows<T, COLUMNS>(sum, brick, voxel, away, ring + done % STAGES * stage, b.pieces, steps);
        }
      }
    }
  }
  i64 row[TILES][2];
  CIRR_UNROLL
  for (int i = 0; i < TILES; i++) {
    row[i][0] = row_offset(b, (warp * TILES + i) * 16 + lane / 4, sample, at);
    row[i][1] = row_offset(b, (warp * TILES + i) * 16 + lane / 4 + 8, sample, at);
  }
  Epilogue<COLUMNS>& shared = *(Epilogue<COLUMNS>*)ring;
  __syncthreads();  // nobody reads the ring any more
  if (threadIdx.x < COLUMNS) {
    int column = column0 + threadIdx.x;
    bool any = column < b.cout * b.up[0] * b.up[1] * b.up[2];
    shared.at[threadIdx.x] = any ? column_offset(b, column) : -1;
    shared.bias[threadIdx.x] = any && bias ? bias[column % b.cout] : 0;
  }
  __syncthreads();
  finish<COLUMNS>(sum, out, slope, row, shared);
  __syncthreads();
  if (parts && threadIdx.x < COLUMNS && column0 + (int)threadIdx.x < b.cout) {
    double values = 0, squares = 0;
    for (int w = 0; w < WARPS; w++) {
      values += shared.totals[w][threadIdx.x][0];
      squares += shared.totals[w][threadIdx.x][1];
    }
    double* part = parts + ((i64)blockIdx.x * b.cout + column0 + threadIdx.x) * 2;
    part[0] = values;
    part[1] = squares;
  }
}

extern "C" __global__ void __launch_bounds__(THREADS, 3)
    tensor_conv_bf16_32(float* out, double* parts, const float* first, const float* first_table,
                        float first_slope, const float* second, const float* second_table, float second_slope,
                        const unsigned* weights, const float* bias, float slope, Bricks b) {
  convolve<Bf16, 32>(out, parts, {first, first_table, first_slope, b.channels[0]},
                     {second, second_table, second_slope, b.channels[1]}, weights, bias, slope, b);
}
CIRR_ENTRY(tensor_conv_bf16_32)

extern "C" __global__ void __launch_bounds__(THREADS, 2)
    tensor_conv_bf16_64(float* out, double* parts, const float* first, const float* first_table,
                        float first_slope, const float* second, const float* second_table, float second_slope,
                        const unsigned* weights, const float* bias, float slope, Bricks b) {
  convolve<Bf16, 64>(out, parts, {first, first_table, first_slope, b.channels[0]},
                     {second, second_table, second_slope, b.channels[1]}, weights, bias, slope, b);
}
CIRR_ENTRY(tensor_conv_bf16_64)

extern "C" __global__ void __launch_bounds__(THREADS, 3)
    tensor_conv_tf32_32(float* out, double* parts, const float* first, const float* first_table,
                        float first_slope, const float* second, const float* second_table, float second_slope,
                        const unsigned* weights, const float* bias, float slope, Bricks b) {
  convolve<Tf32, 32>(out, parts, {first, first_table, first_slope, b.channels[0]},
                     {second, second_table, second_slope, b.channels[1]}, weights, bias, slope, b);
}
CIRR_ENTRY(tensor_conv_tf32_32)

extern "C" __global__ void __launch_bounds__(THREADS, 2)
    tensor_conv_tf32_64(float* out, double* parts, const float* first, const float* first_table,
                        float first_slope, const float* second, const float* second_table, float second_slope,
                        const unsigned* weights, const float* bias, float slope, Bricks b) {
  convolve<Tf32, 64>(out, parts, {first, first_table, first_slope, b.channels[0]},
                     {second, second_table, second_slope, b.channels[1]}, weights, bias, slope, b);
}
CIRR_ENTRY(tensor_conv_tf32_64)
