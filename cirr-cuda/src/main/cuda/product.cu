// Batches of matrix products, and linear layers, which are one product with a bias.
#include "product.cuh"
#include "tile.cuh"

extern "C" __global__ void product(float* out, const float* left, const float* right, const float* bias,
                                   const int* starts, Product p) {
  __shared__ TileMemory memory;
  for (int batch = blockIdx.z; batch < p.batches; batch += gridDim.z) {
    const float* a = left + starts[batch];
    const float* b = right + starts[p.batches + batch];
    float* o = out + batch * (i64)p.rows * p.columns;
    tile_product(
        memory, p.rows, p.columns, 0, p.depth,
        [=](i64 m, i64 k) { return a[m * p.left[0] + k * p.left[1]]; },
        [=](i64 k, i64 n) { return b[k * p.right[0] + n * p.right[1]]; },
        [=](i64 m, i64 n, float sum) { o[m * p.columns + n] = bias ? sum + bias[n] : sum; });
  }
}
CIRR_ENTRY(product)
