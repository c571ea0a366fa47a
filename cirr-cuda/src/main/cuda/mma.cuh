// The instructions of tensor cores, and copies that go on while a block computes: compute capability 8.0.
//
// All PTX that cirr writes by hand is here; src/test/cuda/mma_on_host.h gives each piece its meaning lane by
// lane, so that the tests notice a fragment that is put together wrongly.
//
// Factors are rounded to bf16 or tf32 and lie in shared memory in pieces of 16 bytes; sums are float32.
#pragma once
#include "cirr.cuh"
#ifdef CIRR_ON_HOST
#include "mma_on_host.h"
#else
#define CIRR_UNROLL _Pragma("unroll")

__device__ inline unsigned shared_address(const void* p) { return (unsigned)__cvta_generic_to_shared(p); }

// 16 bytes from global to shared memory, there at the latest when copy_wait has returned and the block has
// met at a barrier.
__device__ inline void copy_async(void* to, const void* from) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(shared_address(to)), "l"(from) : "memory");
}

// Ends a group of copies, which may be empty.
__device__ inline void copy_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }

// Waits for this thread's copies, but for those of the newest groups.
template <int NEWEST>
__device__ inline void copy_wait() {
  asm volatile("cp.async.wait_group %0;" ::"n"(NEWEST) : "memory");
}

// Four matrices of 8 rows of 16 bytes. Lane l names row l % 8 of matrix l / 8, and gets of each matrix the
// 4 bytes l % 4 of row l / 4.
__device__ inline void load_matrices(unsigned (&to)[4], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
               : "r"(shared_address(row))
               : "memory");
}

// The same of each matrix transposed: a lane gets of each the values (2 bytes) lane / 4 of row
// lane % 4 · 2, in the low bits, and of the row behind.
__device__ inline void load_transposed(unsigned (&to)[4], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
               : "r"(shared_address(row))
               : "memory");
}

// A rounded number in the low bits and one in the high bits.
__device__ inline unsigned bf16_pair(float low, float high) {
  unsigned pair;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
  return pair;
}

__device__ inline unsigned tf32(float x) {
  unsigned rounded;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(rounded) : "f"(x));
  return rounded;
}

// sum[16, 8] += a[16, 16] · b[16, 8]
__device__ inline void multiply_bf16(float (&sum)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
      "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

// sum[16, 8] += a[16, 8] · b[8, 8]
__device__ inline void multiply_tf32(float (&sum)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 "
      "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}
#endif

// 16 bytes of shared memory.
struct alignas(16) Piece {
  unsigned word[4];
};

// What differs between the two: how many values a piece holds. Two pieces are what a product takes at once.
struct Bf16 {
  static const int PIECE = 8;
};

struct Tf32 {
  static const int PIECE = 4;
};

__device__ inline Piece pack(Bf16, const float* x) {
  return {{bf16_pair(x[0], x[1]), bf16_pair(x[2], x[3]), bf16_pair(x[4], x[5]), bf16_pair(x[6], x[7])}};
}

__device__ inline Piece pack(Tf32, const float* x) { return {{tf32(x[0]), tf32(x[1]), tf32(x[2]), tf32(x[3])}}; }

__device__ inline void multiply(Bf16, float (&sum)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
  multiply_bf16(sum, a, b0, b1);
}

__device__ inline void multiply(Tf32, float (&sum)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
  multiply_tf32(sum, a, b0, b1);
}
