// Ops that only move values.
#include "cirr.cuh"

// Where an output position reads: each axis counts in a table, a table holds offsets in the input or −1
// for what is outside. Behind the axes, `run` values follow each other on both sides.
struct Moves {
  int run;
  int axes;
  int tables;
  int extents[AXES];
  int table[AXES];   // which one an axis counts in
  int factor[AXES];  // by how much
  int start[AXES];   // of a table in the array of all
};

extern "C" __global__ void rearrange(float* out, const float* in, const int* tables, i64 n, float fill,
                                     Moves moves) {
  CIRR_EACH(i, n) {
    int entry[AXES] = {};
    i64 rest = i / moves.run;
    for (int axis = moves.axes - 1; axis >= 0; axis--) {
      entry[moves.table[axis]] += (int)(rest % moves.extents[axis]) * moves.factor[axis];
      rest /= moves.extents[axis];
    }
    i64 source = i % moves.run;
    bool inside = true;
    for (int t = 0; t < moves.tables; t++) {
      if (moves.start[t] >= 0) {
        int offset = tables[moves.start[t] + entry[t]];
        inside = inside && offset >= 0;
        source += offset;
      }
    }
    out[i] = inside ? in[source] : fill;
  }
}
CIRR_ENTRY(rearrange)

// One input of a concatenation: `length` of the `total` values of every row, from `first` on.
extern "C" __global__ void concat(float* out, const float* in, i64 n, i64 length, i64 total, i64 first) {
  CIRR_EACH(i, n) out[i / length * total + first + i % length] = in[i];
}
CIRR_ENTRY(concat)

// A row number given as a float; what is outside counts as the nearest row, NaN as the first.
__device__ inline int row_of(float number, int rows) {
  return number >= rows - 1 ? rows - 1 : number > 0 ? (int)number : 0;
}

extern "C" __global__ void gather(float* out, const float* table, const float* numbers, i64 n, int rows,
                                  int width) {
  CIRR_EACH(i, n) out[i] = table[row_of(numbers[i / width], rows) * (i64)width + i % width];
}
CIRR_ENTRY(gather)

// A thread adds up one column of one row: in a fixed order, so that the sum is the same in every run.
extern "C" __global__ void scatter_add(float* out, const float* numbers, const float* added, i64 n, int rows,
                                       int width, int count) {
  CIRR_EACH(i, n) {
    int row = (int)(i / width);
    double sum = 0;
    for (int k = 0; k < count; k++) {
      if (row_of(numbers[k], rows) == row) {
        sum += added[k * (i64)width + i % width];
      }
    }
    out[i] = (float)sum;
  }
}
CIRR_ENTRY(scatter_add)
