// What a card can do at most, for the "% of peak" of gpu-check.sh: nothing but the instruction that is
// measured. On GPUs only: the stand-in has no such kernels.
#include <stdint.h>

// Tensor cores as the portable instruction mma.sync feeds them: 8 tiles of 16 x 8 x 16 bf16 per warp
// and round, whose factors stay in registers.
extern "C" __global__ void peak_mma(float* out, int rounds) {
  uint32_t a[4], b[2];
  float sum[8][4] = {};
  for (int i = 0; i < 4; i++) a[i] = 0x3f803f80u + 0x01010101u * (threadIdx.x + i);
  for (int i = 0; i < 2; i++) b[i] = 0x3f803f80u + 0x01010101u * (threadIdx.x + i);
  for (int round = 0; round < rounds; round++) {
#pragma unroll
    for (int i = 0; i < 8; i++) {
      asm volatile(
          "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, "
          "{%8,%9}, {%0,%1,%2,%3};"
          : "+f"(sum[i][0]), "+f"(sum[i][1]), "+f"(sum[i][2]), "+f"(sum[i][3])
          : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
    }
  }
  float all = 0;
  for (int i = 0; i < 8; i++) all += sum[i][0] + sum[i][1] + sum[i][2] + sum[i][3];
  if (all == 12345.678f) out[threadIdx.x] = all;  // so that nothing is left out
}

// Multiply-adds of float32 on registers, 16 independent ones per thread and round.
extern "C" __global__ void peak_float(float* out, int rounds) {
  float sum[16];
  for (int i = 0; i < 16; i++) sum[i] = threadIdx.x + i;
  float factor = 1.0f + threadIdx.x * 1e-9f;
  for (int round = 0; round < rounds; round++) {
#pragma unroll
    for (int i = 0; i < 16; i++) sum[i] = fmaf(sum[i], factor, 1e-3f);
  }
  float all = 0;
  for (int i = 0; i < 16; i++) all += sum[i];
  if (all == 12345.678f) out[threadIdx.x] = all;
}

// Memory: each value is read once and written once.
extern "C" __global__ void peak_copy(float4* to, const float4* from, long long n) {
  for (long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x; i < n;
       i += (long long)gridDim.x * blockDim.x) {
    to[i] = from[i];
  }
}
