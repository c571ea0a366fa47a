// Linear maps that work along each axis for itself: means of windows, interpolation, and the ways back
// through them and through cutting, padding and repeating.
//
// Every output index of an axis has a list of places that it reads, each with a weight. An output value
// is the sum over all combinations of one place per axis: Σ Π weight · in[Σ place].
#include "cirr.cuh"

struct Reads {
  int run;  // values that follow each other on both sides, behind the axes
  int axes;
  int extents[AXES];
  int start[AXES];  // of an axis' rows in the array of all; row k is [rows[start + k], rows[start + k + 1])
};

extern "C" __global__ void resample(float* out, const float* in, const int* rows, const int* places,
                                    const float* weights, i64 n, Reads reads) {
  CIRR_EACH(i, n) {
    int begin[AXES], end[AXES], at[AXES];
    bool empty = false;
    i64 rest = i / reads.run;
    for (int axis = reads.axes - 1; axis >= 0; axis--) {
      int row = reads.start[axis] + (int)(rest % reads.extents[axis]);
      rest /= reads.extents[axis];
      at[axis] = begin[axis] = rows[row];
      end[axis] = rows[row + 1];
      empty = empty || begin[axis] == end[axis];
    }
    double sum = 0;
    while (!empty) {
      double weight = 1;
      i64 place = i % reads.run;
      for (int axis = 0; axis < reads.axes; axis++) {
        weight *= weights[at[axis]];
        place += places[at[axis]];
      }
      sum += weight * in[place];
      int axis = reads.axes - 1;  // the next combination, the last axis fastest
      while (axis >= 0 && ++at[axis] == end[axis]) {
        at[axis] = begin[axis];
        axis--;
      }
      empty = axis < 0;
    }
    out[i] = (float)sum;
  }
}
CIRR_ENTRY(resample)
