// Attention on tensor cores; the twin of attention.cu, with rounded factors.
//
// A warp has 32 queries of one head. They lie in shared memory, rounded, while keys and values follow, some
// at a time. Scores are only ever in registers: for each query the largest so far, the sum of the weights
// exp(score − largest) and that of the values with these weights are kept, and scaled down when a larger score
// comes. The lanes that hold the sums of a product, the scores, hold what they must bring to the next one as its
// left side, so weights need no memory either. Powers are of two, with log2(e) in the scale. Nothing is exchanged
// but within the four lanes of a row, so the order of all sums follows from the shapes alone.
//
// Which blocks, and when this pays: TensorAttention.java.
#include "attention.cuh"
#include "tensor.cuh"

const int HIGH = 2;               // sixteens of queries of a warp
const float LOG2_E = 1.442695041f;

struct Blocks {
  int queries;   // blocks that share a head's queries
  int shift[2];  // pieces of a row of queries or keys, and of values, rounded up: binary logarithms
};

// What a block works on.
struct Own {
  i64 sample;
  int head;
  int query;   // the warp's first
  int column;  // the first channel of its values
  int width;   // and how many
};

// The pieces of a row. Rows lie one piece more apart, an odd number, so that eight rows that are read at once are
// in different banks.
template <class T>
__device__ inline int pieces(int channels) {
  return (channels + 15) / 16 * (16 / T::PIECE);
}

// Rounds `count` rows, with zeros up to `rows` and behind the channels.
template <class T>
__device__ inline void fill(Piece* to, int rows, const float* from, i64 apart, int count, int channels, int shift) {
  const int SIZE = T::PIECE;
  const int AHEAD = 16 / SIZE;  // pieces whose values are on their way at once
  const int length = pieces<T>(channels);
  bool vectors = channels % SIZE == 0 && apart % 4 == 0 && (size_t)from % 16 == 0;
  count = count < rows ? count : rows;
  for (int i = threadIdx.x; i < rows << shift; i += AHEAD * blockDim.x) {
    float value[AHEAD][SIZE] = {};
    CIRR_UNROLL
    for (int u = 0; u < AHEAD; u++) {
      int row = (i + u * (int)blockDim.x) >> shift;
      int c = ((i + u * (int)blockDim.x) & ((1 << shift) - 1)) * SIZE;
      const float* at = from + row * apart + c;
      if (row < count && c < channels) {
        CIRR_UNROLL
        for (int k = 0; k < SIZE; k += 4) {
          Four four = {};
          if (vectors) {
            four = *(const Four*)(at + k);
          }
          CIRR_UNROLL
          for (int l = 0; l < 4; l++) {
            bool there = !vectors && c + k + l < channels;
            value[u][k + l] = there ? at[k + l] : four.value[l];
          }
        }
      }
    }
    CIRR_UNROLL
    for (int u = 0; u < AHEAD; u++) {
      int row = (i + u * (int)blockDim.x) >> shift;
      int piece = (i + u * (int)blockDim.x) & ((1 << shift) - 1);
      if (row < rows && piece < length) {
        to[row * (length + 1) + piece] = pack(T(), value[u]);
      }
    }
  }
}

// Queries times keys, of which there are `count`.
template <class T, int KEYS>
__device__ inline void multiply_keys(float (&score)[HIGH][KEYS / 8][4], const Piece* queries, const Piece* keys,
                                     int length, int count) {
  int lane = threadIdx.x % 32;
  const Piece* left = queries + lane % 16 * (length + 1) + lane / 16;
  const Piece* right = keys + (lane % 8 + lane / 16 * 8) * (length + 1) + lane / 8 % 2;
  for (int piece = 0; piece < length; piece += 2) {
    unsigned a[HIGH][4];
    CIRR_UNROLL
    for (int i = 0; i < HIGH; i++) {
      load_matrices(a[i], left + i * 16 * (length + 1) + piece);
    }
    CIRR_UNROLL
    for (int j = 0; j < KEYS / 16; j++) {
      if (j * 16 < count) {
        unsigned b[4];
        load_matrices(b, right + j * 16 * (length + 1) + piece);
        CIRR_UNROLL
        for (int i = 0; i < HIGH; i++) {
          multiply(T(), score[i][2 * j], a[i], b[0], b[1]);
          multiply(T(), score[i][2 * j + 1], a[i], b[2], b[3]);
        }
      }
    }
  }
}

// Scores so far are products. Word e of a lane is of row lane / 4 + e / 2 · 8 and key lane % 4 · 2 + e % 2.
template <int KEYS>
__device__ inline void complete(float (&score)[HIGH][KEYS / 8][4], const float* bias, const float* regions,
                                float scale, const Attention& a, const Own& own, int first) {
  int lane = threadIdx.x % 32;
  int key = first + lane % 4 * 2;
  int left = a.keys - key;
  CIRR_UNROLL
  for (int i = 0; i < HIGH; i++) {
    CIRR_UNROLL
    for (int half = 0; half < 2; half++) {
      int l = own.query + i * 16 + half * 8 + lane / 4;
      l = l < a.queries ? l : a.queries - 1;  // what comes of it is not written
      CIRR_UNROLL
      for (int j = 0; j < KEYS / 4; j++) {
        float& value = score[i][j / 2][half * 2 + j % 2];
        value = j / 2 * 8 + j % 2 < left ? value * scale : -CIRR_INFINITY;
      }
      if (bias) {
        const float* row = bias + own.sample * a.bias_stride[0] + (i64)own.head * a.bias_stride[1] +
                           (i64)l * a.bias_stride[2] + (i64)key * a.bias_stride[3];
        CIRR_UNROLL
        for (int j = 0; j < KEYS / 4; j++) {
          int away = j / 2 * 8 + j % 2;
          score[i][j / 2][half * 2 + j % 2] += LOG2_E * (away < left ? row[away * a.bias_stride[3]] : 0);
        }
      }
      if (regions) {
        const float* region = regions + own.sample % a.windows * a.keys;
        float here = region[l];
        CIRR_UNROLL
        for (int j = 0; j < KEYS / 4; j++) {
          int away = j / 2 * 8 + j % 2;
          bool apart = away < left && region[key + away] != here;
          score[i][j / 2][half * 2 + j % 2] += apart ? LOG2_E * APART : 0;
        }
      }
    }
  }
}

// From scores to weights; what was summed before is scaled down where a score is larger than all before.
template <int KEYS, int WIDTH>
__device__ inline void weigh(float (&score)[HIGH][KEYS / 8][4], float (&mean)[HIGH][WIDTH / 8][4],
                             float (&largest)[HIGH][2], float (&sum)[HIGH][2]) {
  CIRR_UNROLL
  for (int i = 0; i < HIGH; i++) {
    CIRR_UNROLL
    for (int half = 0; half < 2; half++) {
      float higher = largest[i][half];
      CIRR_UNROLL
      for (int j = 0; j < KEYS / 4; j++) {
        higher = fmaxf(higher, score[i][j / 2][half * 2 + j % 2]);
      }
      higher = fmaxf(higher, __shfl_xor_sync(0xffffffffu, higher, 1));
      higher = fmaxf(higher, __shfl_xor_sync(0xffffffffu, higher, 2));
      float pivot = higher == -CIRR_INFINITY ? 0 : higher;  // all keys blocked so far
      float shrink = exp2f(largest[i][half] - pivot);
      largest[i][half] = higher;
      float total = sum[i][half] * shrink;
      CIRR_UNROLL
      for (int j = 0; j < KEYS / 4; j++) {
        float& value = score[i][j / 2][half * 2 + j % 2];
        value = exp2f(value - pivot);
        total += value;
      }
      sum[i][half] = total;
      CIRR_UNROLL
      for (int j = 0; j < WIDTH / 4; j++) {
        mean[i][j / 2][half * 2 + j % 2] *= shrink;
      }
    }
  }
}

// The left side of the product with values: the weights of a lane for 16 or 8 keys. In bf16 they are where they should
// be. In tf32 the lane should have keys lane % 4 and lane % 4 + 4, and has two neighbours: the values are read in
// the weights' order.
__device__ inline void load_weights(Bf16, unsigned (&to)[4], const float (*weight)[4]) {
  CIRR_UNROLL
  for (int w = 0; w < 4; w++) {
    to[w] = bf16_pair(weight[w / 2][w % 2 * 2], weight[w / 2][w % 2 * 2 + 1]);
  }
}

__device__ inline void load_weights(Tf32, unsigned (&to)[4], const float (*weight)[4]) {
  CIRR_UNROLL
  for (int w = 0; w < 4; w++) {
    to[w] = tf32(weight[0][w % 2 * 2 + w / 2]);
  }
}

// 16 channels of the values of step k, from 16 · pair on.
__device__ inline void load_values(Bf16, unsigned (&to)[4], const Piece* values, int length, int k, int pair) {
  int lane = threadIdx.x % 32;
  load_transposed(to, values + (k * 16 + lane % 16) * (length + 1) + 2 * pair + lane / 16);
}

__device__ inline void load_values(Tf32, unsigned (&to)[4], const Piece* values, int length, int k, int pair) {
  int lane = threadIdx.x % 32;
  CIRR_UNROLL
  for (int w = 0; w < 4; w++) {
    int channel = pair * 16 + w / 2 * 8 + lane / 4;
    to[w] = values[(k * 8 + lane % 4 * 2 + w % 2) * (length + 1) + channel / 4].word[channel % 4];
  }
}

template <class T, int KEYS, int WIDTH>
__device__ inline void multiply_values(float (&mean)[HIGH][WIDTH / 8][4], const float (&weight)[HIGH][KEYS / 8][4],
                                       const Piece* values, int length, int count) {
  const int STEP = 2 * T::PIECE;  // keys
  CIRR_UNROLL
  for (int k = 0; k < KEYS / STEP; k++) {
    if (k * STEP < count) {
      unsigned a[HIGH][4];
      CIRR_UNROLL
      for (int i = 0; i < HIGH; i++) {
        load_weights(T(), a[i], weight[i] + k * (T::PIECE / 4));
      }
      CIRR_UNROLL
      for (int pair = 0; pair < WIDTH / 16; pair++) {
        if (pair * (16 / T::PIECE) < length) {
          unsigned b[4];
          load_values(T(), b, values, length, k, pair);
          CIRR_UNROLL
          for (int i = 0; i < HIGH; i++) {
            multiply(T(), mean[i][2 * pair], a[i], b[0], b[1]);
            multiply(T(), mean[i][2 * pair + 1], a[i], b[2], b[3]);
          }
        }
      }
    }
  }
}

// Divides by the sums of all weights.
template <int WIDTH>
__device__ inline void write(float* out, const float (&mean)[HIGH][WIDTH / 8][4], const float (&sum)[HIGH][2],
                             const Attention& a, const Own& own) {
  int lane = threadIdx.x % 32;
  CIRR_UNROLL
  for (int i = 0; i < HIGH; i++) {
    CIRR_UNROLL
    for (int half = 0; half < 2; half++) {
      int l = own.query + i * 16 + half * 8 + lane / 4;
      float total = sum[i][half] + __shfl_xor_sync(0xffffffffu, sum[i][half], 1);
      total += __shfl_xor_sync(0xffffffffu, total, 2);
      float* row = out + ((own.sample * a.queries + l) * a.heads + own.head) * a.width + own.column;
      CIRR_UNROLL
      for (int j = 0; j < WIDTH / 4; j++) {
        int c = j / 2 * 8 + lane % 4 * 2 + j % 2;
        if (l < a.queries && c < own.width) {
          row[c] = mean[i][j / 2][half * 2 + j % 2] / total;
        }
      }
    }
  }
}

// A block has a query for each thread, KEYS keys at a time, and WIDTH channels of the values.
template <class T, int KEYS, int WIDTH>
__device__ inline void attend(float* out, const float* queries, const float* keys, const float* values,
                              const float* bias, const float* regions, float scale, const Attention& a,
                              const Blocks& blocks) {
  CIRR_DYNAMIC_SHARED(Piece, memory);
  int block = (int)blockIdx.x / blocks.queries;
  int query = (int)blockIdx.x % blocks.queries * (int)blockDim.x;
  int column = (int)blockIdx.y * WIDTH;
  int left = a.width - column;
  const Own own = {block / a.heads, block % a.heads, query + (int)threadIdx.x / 32 * 32, column,
                   left < WIDTH ? left : WIDTH};
  int length = pieces<T>(a.depth);
  int rows = blockDim.x;
  Piece* key_rows = memory + rows * (length + 1);
  Piece* value_rows = key_rows + KEYS * (length + 1);
  fill<T>(memory, rows, queries + token(a, 0, own.sample, own.head, query), a.row[0], a.queries - query, a.depth,
          blocks.shift[0]);
  float mean[HIGH][WIDTH / 8][4] = {};
  float sum[HIGH][2] = {};
  float largest[HIGH][2];
  CIRR_UNROLL
  for (int i = 0; i < HIGH * 2; i++) {
    largest[i / 2][i % 2] = -CIRR_INFINITY;
  }
  for (int first = 0; first < a.keys; first += KEYS) {
    int count = a.keys - first;
    __syncthreads();  // nobody reads the keys and values before any more
    fill<T>(key_rows, KEYS, keys + token(a, 1, own.sample, own.head, first), a.row[1], count, a.depth,
            blocks.shift[0]);
    fill<T>(value_rows, KEYS, values + token(a, 2, own.sample, own.head, first) + column, a.row[2], count,
            own.width, blocks.shift[1]);
    __syncthreads();
    if (own.query < a.queries) {
      float score[HIGH][KEYS / 8][4] = {};
      multiply_keys<T, KEYS>(score, memory + (own.query - query) * (length + 1), key_rows, length, count);
      complete<KEYS>(score, bias, regions, scale, a, own, first);
      weigh<KEYS, WIDTH>(score, mean, largest, sum);
      multiply_values<T, KEYS, WIDTH>(mean, score, value_rows, pieces<T>(own.width), count);
    }
  }
  write<WIDTH>(out, mean, sum, a, own);
}

#define CIRR_ATTENTION(name, T, KEYS, WIDTH)                                                                  \
  extern "C" __global__ void __launch_bounds__(THREADS, 2)                                                    \
      name(float* out, const float* queries, const float* keys, const float* values, const float* bias,       \
           const float* regions, float scale, Attention a, Blocks blocks) {                                   \
    attend<T, KEYS, WIDTH>(out, queries, keys, values, bias, regions, scale, a, blocks);                      \
  }

CIRR_ATTENTION(tensor_attention_bf16_64, Bf16, 64, 64)
CIRR_ENTRY(tensor_attention_bf16_64)

CIRR_ATTENTION(tensor_attention_bf16_128, Bf16, 32, 128)
CIRR_ENTRY(tensor_attention_bf16_128)

CIRR_ATTENTION(tensor_attention_tf32_64, Tf32, 64, 64)
CIRR_ENTRY(tensor_attention_tf32_64)

CIRR_ATTENTION(tensor_attention_tf32_128, Tf32, 32, 128)
CIRR_ENTRY(tensor_attention_tf32_128)
