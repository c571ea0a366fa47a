// The tiles of a sliding window: cut out of the image, mirrored, and the logits added up and divided.
//
// The host adds up in the same way (LogitsAccumulator), and the bits are to be the same. So products and sums
// are rounded one by one (__fmul_rn and its kin are never joined to a fused multiply-add), and half precision
// is rounded by integers as Java's Half does it, NaN included.
#include "cirr.cuh"

// Where a tile lies in the image.
struct Tile {
  int image[3];
  int patch[3];
  int start[3];  // negative in the padding
  int flip[3];   // 1: mirrored along the axis
};

// Sums of logits [slot][program][class][y][x] and weights [slot][y][x]; slice z lies in slot z mod slots.
struct Ring {
  int slots;
  int programs;
  int classes;
  int half;  // whether the sums are halves; else they are floats
};

__device__ inline float half_value(unsigned short bits) {
  unsigned magnitude = bits & 0x7fff;
  float value = magnitude < 0x400    ? magnitude * 0x1p-24f
                : magnitude < 0x7c00 ? __uint_as_float((magnitude << 13) + 0x38000000)
                : magnitude == 0x7c00 ? CIRR_INFINITY
                                      : CIRR_NAN;
  return bits & 0x8000 ? -value : value;
}

// The nearest half, ties to even.
__device__ inline unsigned short half_of(float value) {
  unsigned bits = __float_as_uint(value);
  unsigned sign = bits >> 16 & 0x8000;
  unsigned magnitude = bits & 0x7fffffff;
  if (magnitude >= 0x47800000) {  // 65536 and above, infinity, NaN
    return (unsigned short)(sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00));
  }
  if (magnitude < 0x38800000) {  // below 2^-14: adding ½ aligns the mantissa to 2^-24 and rounds
    return (unsigned short)(sign | (__float_as_uint(__fadd_rn(__uint_as_float(magnitude), 0.5f)) - 0x3f000000));
  }
  unsigned rounded = magnitude + 0xfff + (magnitude >> 13 & 1);
  return (unsigned short)(sign | (rounded - 0x38000000) >> 13);
}

// The place in the tile of a voxel, given in C order; a tile is a Java array and has less than 2^31.
__device__ inline void place(int (&at)[3], unsigned voxel, const int (&patch)[3], const int (&flip)[3]) {
  for (int axis = 2; axis >= 0; axis--) {
    int index = (int)(voxel % patch[axis]);
    voxel /= patch[axis];
    at[axis] = flip[axis] ? patch[axis] - 1 - index : index;
  }
}

// Moves a place from the tile to the image; whether it is there.
__device__ inline bool in_image(int (&at)[3], const Tile& tile) {
  bool inside = true;
  for (int axis = 0; axis < 3; axis++) {
    at[axis] += tile.start[axis];
    inside = inside && at[axis] >= 0 && at[axis] < tile.image[axis];
  }
  return inside;
}

// [channel][z][y][x] to [d][h][w][channel]; the padding is zero.
extern "C" __global__ void tile_cut(float* out, const float* image, i64 n, int channels, Tile tile) {
  CIRR_EACH(i, n) {
    int at[3];
    place(at, (unsigned)(i / channels), tile.patch, tile.flip);
    bool inside = in_image(at, tile);
    i64 from = i % channels;
    for (int axis = 0; axis < 3; axis++) {
      from = from * tile.image[axis] + at[axis];
    }
    out[i] = inside ? image[from] : 0;
  }
}
CIRR_ENTRY(tile_cut)

// Adds the logits of a mirrored tile, mirrored back, to those of the passes before.
extern "C" __global__ void tile_join(float* sum, const float* logits, i64 n, int classes, int first, Tile tile) {
  CIRR_EACH(i, n) {
    int at[3];
    place(at, (unsigned)(i / classes), tile.patch, tile.flip);
    i64 voxel = ((i64)at[0] * tile.patch[1] + at[1]) * tile.patch[2] + at[2];
    float value = logits[voxel * classes + i % classes];
    sum[i] = first ? value : sum[i] + value;
  }
}
CIRR_ENTRY(tile_join)

__device__ inline void add(void* sums, i64 at, int half, float value) {
  if (half) {
    unsigned short* sum = (unsigned short*)sums + at;
    *sum = half_of(__fadd_rn(half_value(*sum), value));
  } else {
    float* sum = (float*)sums + at;
    *sum = __fadd_rn(*sum, value);
  }
}

// Adds a program's logits, divided by the number of passes, to the ring. One program adds the weights, too; the
// others have none. A thread takes a voxel with all classes, so that it writes beside its neighbours.
extern "C" __global__ void tile_add(void* sums, float* weights, const float* logits, const float* gaussian,
                                    i64 voxels, int program, float passes, Ring ring, Tile tile) {
  CIRR_EACH(i, voxels) {
    int at[3];
    place(at, (unsigned)i, tile.patch, tile.flip);
    if (!in_image(at, tile)) {
      continue;
    }
    float g = gaussian ? gaussian[i] : 1;
    i64 plane = (i64)tile.image[1] * tile.image[2];
    i64 within = (i64)at[1] * tile.image[2] + at[2];
    i64 slot = at[0] % ring.slots;
    if (weights) {
      float weight = __fadd_rn(weights[slot * plane + within], g);
      weights[slot * plane + within] = ring.half ? half_value(half_of(weight)) : weight;
    }
    i64 row = (slot * ring.programs + program) * ring.classes;
    for (int c = 0; c < ring.classes; c++) {
      float mean = __fdiv_rn(logits[i * ring.classes + c], passes);
      add(sums, (row + c) * plane + within, ring.half, __fmul_rn(mean, g));
    }
  }
}
CIRR_ENTRY(tile_add)

// Divides the sums of the slices from `first` on by their weights, in place; n voxels.
extern "C" __global__ void tile_divide(void* sums, const float* weights, i64 n, i64 plane, int first, Ring ring) {
  CIRR_EACH(i, n) {
    i64 slot = (first + i / plane) % ring.slots;
    i64 rows = (i64)ring.programs * ring.classes;
    float weight = weights[slot * plane + i % plane];
    for (i64 row = slot * rows; row < (slot + 1) * rows; row++) {
      i64 at = row * plane + i % plane;
      if (ring.half) {
        unsigned short* sum = (unsigned short*)sums + at;
        *sum = half_of(__fdiv_rn(half_value(*sum), weight));
      } else {
        float* sum = (float*)sums + at;
        *sum = __fdiv_rn(*sum, weight);
      }
    }
  }
}
CIRR_ENTRY(tile_divide)

// Makes room for other slices in the slots of those from `first` on; n voxels.
extern "C" __global__ void tile_clear(void* sums, float* weights, i64 n, i64 plane, int first, Ring ring) {
  CIRR_EACH(i, n) {
    i64 slot = (first + i / plane) % ring.slots;
    i64 rows = (i64)ring.programs * ring.classes;
    weights[slot * plane + i % plane] = 0;
    for (i64 row = slot * rows; row < (slot + 1) * rows; row++) {
      i64 at = row * plane + i % plane;
      if (ring.half) {
        ((unsigned short*)sums)[at] = 0;
      } else {
        ((float*)sums)[at] = 0;
      }
    }
  }
}
CIRR_ENTRY(tile_clear)
