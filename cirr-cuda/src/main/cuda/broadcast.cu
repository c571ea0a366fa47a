// Functions of two numbers, element by element, where one side may stand still along an axis.
#include "cirr.cuh"

enum Pair { ADD, DIVIDE, MULTIPLY, PRELU, SUBTRACT };

// Runs of neighbouring outputs; in each an operand moves by its step, 1 or 0.
struct Broadcast {
  int length;
  int step[2];
  int axes;  // over the runs, slowest first
  int extents[AXES];
  int strides[2][AXES];
};

__device__ inline float joined(int pair, float a, float b) {
  switch (pair) {
    case ADD: return a + b;
    case DIVIDE: return a / b;
    case MULTIPLY: return a * b;
    case PRELU: return a < 0 ? b * a : a;
    case SUBTRACT: return a - b;
  }
  return CIRR_NAN;
}

extern "C" __global__ void broadcast(float* out, const float* a, const float* b, i64 n, int pair,
                                     Broadcast shape) {
  CIRR_EACH(i, n) {
    int within = (int)(i % shape.length);
    i64 run = i / shape.length;
    i64 at[2] = {(i64)within * shape.step[0], (i64)within * shape.step[1]};
    for (int axis = shape.axes - 1; axis >= 0; axis--) {
      i64 index = run % shape.extents[axis];
      run /= shape.extents[axis];
      at[0] += index * shape.strides[0][axis];
      at[1] += index * shape.strides[1][axis];
    }
    out[i] = joined(pair, a[at[0]], b[at[1]]);
  }
}
CIRR_ENTRY(broadcast)
