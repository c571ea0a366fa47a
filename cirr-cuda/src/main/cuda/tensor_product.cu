// Batches of matrix products on tensor cores; the twin of product.cu, with rounded factors.
//
// A block makes ROWS × COLUMNS values. Both sides are rounded on their way to shared memory, 64 bytes of each
// row and column at a time; other blocks of the multiprocessor compute meanwhile.
#include "product.cuh"
#include "tensor.cuh"

const int COLUMNS = 64;
const int PIECES = 2;  // of a row at a time: binary logarithm

// One side, from `first` of `rows` rows or columns and from k on.
template <class T, int SIZE>
__device__ inline void fill(Piece* to, const float* values, i64 first, int rows, int k, int depth, int across,
                            int along) {
  bool vectors = along == 1 && across % 4 == 0 && depth % T::PIECE == 0 && (size_t)values % 16 == 0;
  for (int i = threadIdx.x; i < SIZE << PIECES; i += THREADS) {
    // Neighbouring threads read what lies side by side.
    int row = along == 1 ? i >> PIECES : i % SIZE;
    int piece = along == 1 ? i & ((1 << PIECES) - 1) : i / SIZE;
    int at = k + piece * T::PIECE;
    const float* from = values + (first + row) * across + (i64)at * along;
    float value[T::PIECE] = {};
    if (first + row < rows && at < depth) {
      CIRR_UNROLL
      for (int l = 0; l < T::PIECE; l += 4) {
        Four four = {};
        if (vectors) {
          four = *(const Four*)(from + l);
        }
        CIRR_UNROLL
        for (int m = 0; m < 4; m++) {
          bool there = !vectors && at + l + m < depth;
          value[l + m] = there ? from[(i64)(l + m) * along] : four.value[m];
        }
      }
    }
    to[(row << PIECES) + exchanged(row, piece, PIECES)] = pack(T(), value);
  }
}

template <class T>
__device__ inline void multiply_batch(float* out, const float* left, const float* right, const float* bias,
                                      const Product& p, Piece* memory) {
  int lane = threadIdx.x % 32;
  int warp = threadIdx.x / 32;
  i64 row0 = blockIdx.x * (i64)ROWS;
  i64 column0 = blockIdx.y * (i64)COLUMNS;
  Piece* columns = memory + (ROWS << PIECES);
  int own[TILES];
  CIRR_UNROLL
  for (int i = 0; i < TILES; i++) {
    own[i] = (warp * TILES + i) * 16 + lane % 16;
  }
  float sum[TILES][COLUMNS / 8][4] = {};
  for (int k = 0; k < p.depth; k += T::PIECE << PIECES) {
    __syncthreads();  // nobody reads any more
    fill<T, ROWS>(memory, left, row0, p.rows, k, p.depth, p.left[0], p.left[1]);
    fill<T, COLUMNS>(columns, right, column0, p.columns, k, p.depth, p.right[1], p.right[0]);
    __syncthreads();
    multiply_rows<T, COLUMNS>(sum, (unsigned char*)memory, own, 0, (unsigned char*)columns, PIECES, 2);
  }
  CIRR_UNROLL
  for (int i = 0; i < TILES; i++) {
    CIRR_UNROLL
    for (int j = 0; j < COLUMNS / 8; j++) {
      CIRR_UNROLL
      for (int e = 0; e < 4; e++) {
        i64 row = row0 + (warp * TILES + i) * 16 + lane / 4 + e / 2 * 8;
        i64 column = column0 + j * 8 + lane % 4 * 2 + e % 2;
        if (row < p.rows && column < p.columns) {
          out[row * p.columns + column] = bias ? sum[i][j][e] + bias[column] : sum[i][j][e];
        }
      }
    }
  }
}

template <class T>
__device__ inline void multiply_batches(float* out, const float* left, const float* right, const float* bias,
                                        const int* starts, const Product& p, Piece* memory) {
  for (int batch = blockIdx.z; batch < p.batches; batch += gridDim.z) {
    multiply_batch<T>(out + batch * (i64)p.rows * p.columns, left + starts[batch],
                      right + starts[p.batches + batch], bias, p, memory);
  }
}

extern "C" __global__ void __launch_bounds__(THREADS, 2)
    tensor_product_bf16(float* out, const float* left, const float* right, const float* bias,
                        const int* starts, Product p) {
  __shared__ Piece memory[(ROWS + COLUMNS) << PIECES];
  multiply_batches<Bf16>(out, left, right, bias, starts, p, memory);
}
CIRR_ENTRY(tensor_product_bf16)

extern "C" __global__ void __launch_bounds__(THREADS, 2)
    tensor_product_tf32(float* out, const float* left, const float* right, const float* bias,
                        const int* starts, Product p) {
  __shared__ Piece memory[(ROWS + COLUMNS) << PIECES];
  multiply_batches<Tf32>(out, left, right, bias, starts, p, memory);
}
CIRR_ENTRY(tensor_product_tf32)
