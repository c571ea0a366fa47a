// What an attention is, and where its rows lie.
#pragma once
#include "cirr.cuh"

const float APART = -100;  // added to the score of two tokens of different regions

struct Attention {
  int samples;
  int heads;
  int queries;
  int keys;
  int depth;  // channels of a head's queries and keys
  int width;  // and of its values
  int first[3];
  int row[3];
  int bias_stride[4];  // sample, head, query, key
  int windows;         // rows of the regions
};

__device__ inline i64 token(const Attention& a, int what, i64 n, int head, int index) {
  int tokens = what == 0 ? a.queries : a.keys;
  return (n * tokens + index) * a.row[what] + a.first[what] + (i64)head * (what == 2 ? a.width : a.depth);
}
