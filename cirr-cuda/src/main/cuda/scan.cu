// Selective scans: h ← exp(−step·exp(A_log))·h + step·B·u and y = C·h + D·u along time, and the way back.
// A thread walks along one channel; its states lie in memory, channels side by side.
#include "cirr.cuh"

struct Scan {
  int samples;
  int length;
  int channels;
  int states;
  int groups;
};


__device__ inline double softplus(double x) { return x > 20 ? x : log1p(exp(x)); }

__device__ inline i64 state_of(const Scan& s, i64 n, i64 t, int d) {
  return (n * s.length + t) * s.groups * s.states + d / (s.channels / s.groups) * s.states;
}

extern "C" __global__ void scan(float* out, float* memory, const float* u, const float* step, const float* b,
                                const float* c, const float* gate, const float* log_rate, const float* skip,
                                const float* bias, Scan s) {
  i64 all = (i64)s.samples * s.channels;
  CIRR_EACH(index, all) {
    i64 n = index / s.channels;
    int d = (int)(index % s.channels);
    float* h = memory + index;
    for (int k = 0; k < s.states; k++) {
      h[k * all] = 0;
    }
    for (i64 t = 0; t < s.length; t++) {
      i64 i = (n * s.length + t) * s.channels + d;
      i64 j = state_of(s, n, t, d);
      double delta = softplus((double)step[i] + (bias ? bias[d] : 0));
      double y = skip ? (double)skip[d] * u[i] : 0;
      for (int k = 0; k < s.states; k++) {
        float decay = expf((float)(-delta * expf(log_rate[d * s.states + k])));
        float next = decay * h[k * all] + (float)(delta * b[j + k] * u[i]);
        h[k * all] = next;
        y += (double)c[j + k] * next;
      }
      if (gate) {
        y *= gate[i] / (1 + exp(-(double)gate[i]));
      }
      out[i] = (float)y;
    }
  }
}
CIRR_ENTRY(scan)

// The gradients of all inputs, one behind the other in out, each where `starts` says: u, step, B, C, gate,
// A_log, D, bias (−1 where there is none). A thread has one channel of all samples. It keeps the states of
// all times, and leaves in memory what it gives to B and C, which belong to all channels of a group:
// memory holds [3][sample, time, state, channel].
struct Starts {
  int at[8];
};

extern "C" __global__ void scan_gradient(float* out, float* memory, const float* u, const float* step,
                                         const float* b, const float* c, const float* gate,
                                         const float* log_rate, const float* skip, const float* bias,
                                         const float* gradient, Scan s, Starts starts) {
  i64 plane = (i64)s.samples * s.length * s.states * s.channels;
  CIRR_EACH(index, s.channels) {
    int d = (int)index;
    float* h = memory + d;
    float* gives_b = memory + plane + d;
    float* gives_c = memory + 2 * plane + d;
    double of_skip = 0, of_bias = 0;
    for (int k = 0; k < s.states; k++) {
      out[starts.at[5] + d * s.states + k] = 0;
    }
    for (i64 n = 0; n < s.samples; n++) {
      i64 sample = n * s.length * s.states * s.channels;
      for (i64 t = 0; t < s.length; t++) {
        i64 i = (n * s.length + t) * s.channels + d;
        i64 j = state_of(s, n, t, d);
        double delta = softplus((double)step[i] + (bias ? bias[d] : 0));
        for (int k = 0; k < s.states; k++) {
          i64 at = sample + (t * s.states + k) * s.channels;
          float before = t > 0 ? h[at - (i64)s.states * s.channels] : 0;
          float decay = expf((float)(-delta * expf(log_rate[d * s.states + k])));
          h[at] = decay * before + (float)(delta * b[j + k] * u[i]);
        }
      }
      for (i64 t = s.length - 1; t >= 0; t--) {
        i64 i = (n * s.length + t) * s.channels + d;
        i64 j = state_of(s, n, t, d);
        double g = gradient[i];
        double through = skip ? skip[d] : 0;
        if (gate) {
          double y = through * u[i];
          for (int k = 0; k < s.states; k++) {
            y += (double)c[j + k] * h[sample + (t * s.states + k) * s.channels];
          }
          double z = gate[i];
          double sigmoid = 1 / (1 + exp(-z));
          out[starts.at[4] + i] = (float)(g * y * sigmoid * (1 + z * (1 - sigmoid)));
          g *= z * sigmoid;
        }
        of_skip += g * u[i];
        double x = (double)step[i] + (bias ? bias[d] : 0);
        double delta = softplus(x);
        double of_u = g * through;
        double of_delta = 0;
        for (int k = 0; k < s.states; k++) {
          i64 at = sample + (t * s.states + k) * s.channels;
          double rate = -exp((double)log_rate[d * s.states + k]);
          double decay = exp(delta * rate);
          double before = t > 0 ? h[at - (i64)s.states * s.channels] : 0;
          gives_c[at] = (float)(g * h[at]);
          // What later times gave back to this state lies where their share of B was: see below.
          double later = t + 1 < s.length ? gives_b[at] : 0;
          double own = later + g * c[j + k];
          if (t > 0) {
            gives_b[at - (i64)s.states * s.channels] = (float)(own * decay);
          }
          gives_b[at] = (float)(own * delta * u[i]);
          of_u += own * delta * b[j + k];
          of_delta += own * (b[j + k] * u[i] + before * rate * decay);
          out[starts.at[5] + d * s.states + k] += (float)(own * before * delta * decay * rate);
        }
        double slope = x > 20 ? 1 : 1 / (1 + exp(-x));
        out[starts.at[0] + i] = (float)of_u;
        out[starts.at[1] + i] = (float)(of_delta * slope);
        of_bias += of_delta * slope;
      }
    }
    if (skip) {
      out[starts.at[6] + d] = (float)of_skip;
    }
    if (bias) {
      out[starts.at[7] + d] = (float)of_bias;
    }
  }
}
CIRR_ENTRY(scan_gradient)

// Adds what the channels of a group give to B and C.
extern "C" __global__ void scan_gradient_join(float* out, const float* memory, Scan s, Starts starts) {
  i64 plane = (i64)s.samples * s.length * s.states * s.channels;
  i64 values = (i64)s.samples * s.length * s.groups * s.states;
  int width = s.channels / s.groups;
  CIRR_EACH(index, 2 * values) {
    i64 i = index % values;
    int state = (int)(i % s.states);
    int group = (int)(i / s.states % s.groups);
    i64 time = i / s.states / s.groups;
    const float* from = memory + (1 + index / values) * plane + (time * s.states + state) * s.channels;
    double sum = 0;
    for (int d = group * width; d < (group + 1) * width; d++) {
      sum += from[d];
    }
    out[starts.at[2 + index / values] + i] = (float)sum;
  }
}
CIRR_ENTRY(scan_gradient_join)
