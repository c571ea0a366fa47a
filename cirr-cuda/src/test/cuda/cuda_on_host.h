// CUDA's words for g++, so that the kernels of src/main/cuda run on a machine without a GPU.
//
// Every CUDA thread is a fiber with a stack of its own; one block runs at a time, and a fiber runs until
// it meets a barrier or ends. What is shared by a block is filled with NaN before each block, and the order
// of fibers and blocks turns round from launch to launch, so that a missing barrier shows as a wrong or
// changing result. fibers.cpp has the scheduler, driver.cpp the driver on top.
#pragma once
#include <math.h>
#include <stddef.h>
#include <string.h>

#include <tuple>
#include <utility>

#define __global__
#define __device__ static
#define __shared__ static __attribute__((section("cirr_shared")))
#define CIRR_DYNAMIC_SHARED(type, name) type* name = (type*)host::block.dynamic
#define CIRR_INFINITY INFINITY
#define CIRR_NAN NAN

// The bounds of everything that a library's kernels declare as __shared__; null where nothing is.
extern "C" __attribute__((weak)) char __start_cirr_shared[];
extern "C" __attribute__((weak)) char __stop_cirr_shared[];

namespace host {

struct Dim {
  unsigned x, y, z;
};

struct Block {
  Dim index, size, grid;
  void* dynamic;
};

extern Block block;
extern Dim thread;
extern unsigned long blocks_run;  // one number for each block of each launch

// Waits until all threads of the block are at this line.
void sync_block(int line);

// Gives a value to the other threads of the warp and waits for theirs: 32 slots.
const int SLOT = 32;  // bytes
const char* exchange(const void* value, size_t bytes);

int lane();

// A kernel that a module can be asked for.
struct Entry {
  const char* name;
  void (*call)(void** arguments);
  int count;           // of arguments
  const size_t* sizes;  // in bytes
  char* shared;         // what the kernels of its library declare as __shared__
  size_t shared_bytes;
  Entry* next;
  mutable size_t most_dynamic;  // bytes of shared memory that a launch may ask for
};

extern Entry* entries;

// Whether a GPU would take a launch of that size.
bool allowed(const Entry& entry, Dim grid, Dim size, size_t dynamic);

// Runs all blocks of an allowed launch; 0 or a CUDA error code.
int run(const Entry& entry, Dim grid, Dim size, size_t dynamic, void** arguments);

template <class... A>
struct Arguments {
  static const size_t* sizes() {
    static const size_t all[] = {sizeof(A)..., 0};
    return all;
  }
  template <size_t... I>
  static void call(void (*kernel)(A...), void** arguments, std::index_sequence<I...>) {
    kernel(*(A*)arguments[I]...);
  }
};

template <auto kernel>
struct Registered;

template <class... A, void (*kernel)(A...)>
struct Registered<kernel> {
  Entry entry;
  explicit Registered(const char* name) {
    size_t bytes = __stop_cirr_shared - __start_cirr_shared;
    entry = {name,  call, (int)sizeof...(A), Arguments<A...>::sizes(), __start_cirr_shared,
             bytes, entries, 48 << 10};
    entries = &entry;
  }
  static void call(void** arguments) {
    Arguments<A...>::call(kernel, arguments, std::index_sequence_for<A...>());
  }
};

template <class T>
T from_lane(T value, int source) {
  const char* slots = exchange(&value, sizeof value);
  T other;
  memcpy(&other, slots + SLOT * source, sizeof other);
  return other;
}

}  // namespace host

#define CIRR_ENTRY(name) static host::Registered<name> registered_##name(#name);

#define threadIdx host::thread
#define blockIdx host::block.index
#define blockDim host::block.size
#define gridDim host::block.grid
#define __syncthreads() host::sync_block(__LINE__)

// Rounded one by one: the compiler sees no sum behind a product that it could join with it.
inline float alone(float value) {
  asm("" : "+x"(value));
  return value;
}

inline float __fadd_rn(float a, float b) { return alone(a + b); }
inline float __fmul_rn(float a, float b) { return alone(a * b); }
inline float __fdiv_rn(float a, float b) { return alone(a / b); }

inline unsigned __float_as_uint(float value) {
  unsigned bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

inline float __uint_as_float(unsigned bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

template <class T>
T __shfl_xor_sync(unsigned, T value, int mask) {
  return host::from_lane(value, host::lane() ^ mask);
}
