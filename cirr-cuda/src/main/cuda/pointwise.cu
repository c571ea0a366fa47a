// Functions of one number, and their derivatives. Java's Function has the same names in the same order.
#include "cirr.cuh"

enum Function {
  CLAMP,  // to [a, b]
  COS,
  ELU,  // a: alpha
  EXP,
  GELU,
  GELU_TANH,
  HARD_SIGMOID,
  HARD_SWISH,
  LEAKY_RELU,  // a: slope
  LOG,
  RELU,
  SIGMOID,
  SILU,
  SIN,
  SOFTPLUS,
  SQRT,
  TANH
};

const float ROOT_HALF = 0.707106781f;       // √½
const float ROOT_2_PER_PI = 0.797884561f;   // √(2/π)
const float ROOT_1_PER_2PI = 0.398942280f;  // 1/√(2π)
const float CUBIC = 0.044715f;

__device__ inline float sigmoid(float x) { return 1 / (1 + expf(-x)); }

__device__ inline float clamp(float x, float low, float high) {
  return x < low ? low : x > high ? high : x;  // NaN stays NaN
}

__device__ inline float value(int function, float x, float a, float b) {
  switch (function) {
    case CLAMP: return clamp(x, a, b);
    case COS: return cosf(x);
    case ELU: return x > 0 ? x : a * expm1f(x);
    case EXP: return expf(x);
    case GELU: return x * erfcf(-x * ROOT_HALF) / 2;
    // x/2·(1 + tanh y), without the loss of digits where tanh y is near −1
    case GELU_TANH: return x / (1 + expf(-2 * ROOT_2_PER_PI * (x + CUBIC * x * x * x)));
    case HARD_SIGMOID: return clamp(x + 3, 0, 6) / 6;
    case HARD_SWISH: return x * clamp(x + 3, 0, 6) / 6;
    case LEAKY_RELU: return x >= 0 ? x : a * x;
    case LOG: return logf(x);
    case RELU: return clamp(x, 0, CIRR_INFINITY);
    case SIGMOID: return sigmoid(x);
    case SILU: return x / (1 + expf(-x));
    case SIN: return sinf(x);
    case SOFTPLUS: return x > 20 ? x : log1pf(expf(x));
    case SQRT: return sqrtf(x);
    case TANH: return tanhf(x);
  }
  return CIRR_NAN;
}

__device__ inline float derivative(int function, float x, float a, float b) {
  switch (function) {
    case CLAMP: return x >= a && x <= b ? 1 : 0;
    case COS: return -sinf(x);
    case ELU: return x > 0 ? 1 : a * expf(x);
    case EXP: return expf(x);
    case GELU: return erfcf(-x * ROOT_HALF) / 2 + x * expf(-x * x / 2) * ROOT_1_PER_2PI;
    case GELU_TANH: {
      float t = tanhf(ROOT_2_PER_PI * (x + CUBIC * x * x * x));
      return (1 + t) / 2 + x / 2 * (1 - t * t) * ROOT_2_PER_PI * (1 + 3 * CUBIC * x * x);
    }
    case HARD_SIGMOID: return x > -3 && x < 3 ? 1 / 6.0f : 0;
    case HARD_SWISH: return x < -3 ? 0 : x <= 3 ? x / 3 + 0.5f : 1;
    case LEAKY_RELU: return x > 0 ? 1 : a;
    case LOG: return 1 / x;
    case RELU: return x > 0 ? 1 : 0;
    case SIGMOID: return sigmoid(x) * sigmoid(-x);
    case SILU: return sigmoid(x) * (1 + x * sigmoid(-x));
    case SIN: return cosf(x);
    case SOFTPLUS: return x > 20 ? 1 : sigmoid(x);
    case SQRT: return 0.5f / sqrtf(x);
    case TANH: return (1 - tanhf(x)) * (1 + tanhf(x));
  }
  return CIRR_NAN;
}

extern "C" __global__ void pointwise(float* out, const float* in, i64 n, int function, float a, float b) {
  CIRR_EACH(i, n) out[i] = value(function, in[i], a, b);
}
CIRR_ENTRY(pointwise)

extern "C" __global__ void pointwise_gradient(float* out, const float* in, const float* gradient, i64 n,
                                              int function, float a, float b) {
  CIRR_EACH(i, n) out[i] = gradient[i] * derivative(function, in[i], a, b);
}
CIRR_ENTRY(pointwise_gradient)
