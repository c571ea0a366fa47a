// What the PTX of mma.cuh does, for g++: copies that are not there before they were waited for, and the
// fragments of tensor cores lane by lane.
//
// Source: NVIDIA, "Parallel Thread Execution ISA", 9.7.14.5: matrix fragments of mma.m16n8k16 with bf16 and
// of mma.m16n8k8 with tf32, and ldmatrix; 9.7.9.25: cp.async.
#pragma once
#include "cuda_on_host.h"

#define CIRR_UNROLL
#define __launch_bounds__(...)

namespace host {

// The destination is NaN until the copy was waited for; the source is read then.
void copy_async(void* to, const void* from);
void copy_commit();
void copy_wait(int newest);

inline float from_bits(unsigned bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

inline unsigned to_bits(float value) {
  unsigned bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

// To the nearest, of two to the even one; all NaNs become one.
inline unsigned bf16(float value) {
  unsigned bits = to_bits(value);
  return value != value ? 0x7fff : (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

// What a lane of a warp brings to a product: four words of the left side, two of the right.
struct Fragments {
  unsigned a[4], b[2], none[2];
};
static_assert(sizeof(Fragments) == SLOT, "a lane's fragments fill its slot");

// Word w of a lane holds of the left side row lane / 4 + w % 2 · 8, and of the depth the four bytes
// lane % 4 of piece w / 2; of the right side column lane / 4 and the bytes lane % 4 of piece w. The sums'
// word e is row lane / 4 + e / 2 · 8, column lane % 4 · 2 + e % 2. VALUES: how many a word holds.
template <int VALUES, class Values>
inline void multiply(float (&sum)[4], const unsigned (&a)[4], unsigned b0, unsigned b1, Values values) {
  Fragments own = {{a[0], a[1], a[2], a[3]}, {b0, b1}, {}};
  const Fragments* all = (const Fragments*)exchange(&own, sizeof own);
  int at = lane();
  float left[2][8 * VALUES], right[2][8 * VALUES];
  for (int half = 0; half < 2; half++) {
    for (int k = 0; k < 8; k++) {
      values(left[half] + VALUES * k, all[at / 4 * 4 + k % 4].a[k / 4 * 2 + half]);
      values(right[half] + VALUES * k, all[(at % 4 * 2 + half) * 4 + k % 4].b[k / 4]);
    }
  }
  for (int e = 0; e < 4; e++) {
    for (int k = 0; k < 8 * VALUES; k++) {
      sum[e] += left[e / 2][k] * right[e % 2][k];
    }
  }
}

}  // namespace host

inline void copy_async(void* to, const void* from) { host::copy_async(to, from); }
inline void copy_commit() { host::copy_commit(); }

template <int NEWEST>
inline void copy_wait() {
  host::copy_wait(NEWEST);
}

inline void load_matrices(unsigned (&to)[4], const void* row) {
  const char* slots = host::exchange(&row, sizeof row);
  int lane = host::lane();
  for (int matrix = 0; matrix < 4; matrix++) {
    const char* from;
    memcpy(&from, slots + host::SLOT * (matrix * 8 + lane / 4), sizeof from);
    bool aligned = (size_t)from % 16 == 0;
    memset(&to[matrix], 0xff, sizeof(unsigned));
    if (aligned) {
      memcpy(&to[matrix], from + lane % 4 * 4, sizeof(unsigned));
    }
  }
}

inline void load_transposed(unsigned (&to)[4], const void* row) {
  const char* slots = host::exchange(&row, sizeof row);
  int lane = host::lane();
  for (int matrix = 0; matrix < 4; matrix++) {
    memset(&to[matrix], 0xff, sizeof(unsigned));
    for (int half = 0; half < 2; half++) {
      const char* from;
      memcpy(&from, slots + host::SLOT * (matrix * 8 + lane % 4 * 2 + half), sizeof from);
      if ((size_t)from % 16 == 0) {
        memcpy((char*)&to[matrix] + 2 * half, from + lane / 4 * 2, 2);
      }
    }
  }
}

inline unsigned bf16_pair(float low, float high) { return host::bf16(low) | host::bf16(high) << 16; }

// To the nearest, of two to the one farther from 0.
inline unsigned tf32(float value) {
  return value != value ? 0x7fffffff : (host::to_bits(value) + 0x1000) & 0xffffe000;
}

inline void multiply_bf16(float (&sum)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
  host::multiply<2>(sum, a, b0, b1, [](float* to, unsigned word) {
    to[0] = host::from_bits(word << 16);
    to[1] = host::from_bits(word & 0xffff0000);
  });
}

// A tensor core does not look at the lowest 13 bits.
inline void multiply_tf32(float (&sum)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
  host::multiply<1>(sum, a, b0, b1,
                    [](float* to, unsigned word) { *to = host::from_bits(word & 0xffffe000); });
}
