// Runs the threads of a block as fibers. x86-64 only, as JCuda's libraries are.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#ifdef CIRR_SANITIZED
#include <sanitizer/asan_interface.h>
#endif

#include <vector>

#include "cuda_on_host.h"

// Saves the registers that a function must keep and the stack, and goes on with the other stack.
extern "C" void cirr_switch(void** save, void* other);
asm(".text\n"
    ".hidden cirr_switch\n"
    ".globl cirr_switch\n"
    "cirr_switch:\n"
    "  push %rbx\n  push %rbp\n  push %r12\n  push %r13\n  push %r14\n  push %r15\n"
    "  mov %rsp, (%rdi)\n"
    "  mov %rsi, %rsp\n"
    "  pop %r15\n  pop %r14\n  pop %r13\n  pop %r12\n  pop %rbp\n  pop %rbx\n"
    "  ret\n");

namespace host {

Block block;
Dim thread;
unsigned long blocks_run;
Entry* entries;

namespace {

#ifdef CIRR_SANITIZED
const size_t STACK = 256 << 10;  // the sanitizer puts space between variables
#else
const size_t STACK = 64 << 10;
#endif
const int LAUNCH_FAILED = 719;
const unsigned MOST_THREADS = 1024;
const unsigned char POISON = 0xff;  // NaN as float and as double

enum State { READY, AT_BARRIER, AT_EXCHANGE, ENDED };

struct Fiber {
  void* stack;  // where it goes on
  State state;
  int line;       // of the barrier it waits at
  int exchanges;  // how many it has taken part in
};

// What the threads of a warp give each other; two sets, as the next exchange may begin early.
struct Warp {
  alignas(SLOT) char slots[2][32 * SLOT];
};

std::vector<Fiber> fibers;
std::vector<Warp> warps;
char* stacks;
void* scheduler;
size_t current;
const Entry* running;
void** values;

void wait(State state) {
  fibers[current].state = state;
  cirr_switch(&fibers[current].stack, scheduler);
}

void begin() {
  running->call(values);
  wait(ENDED);
  abort();  // nobody wakes it
}

void prepare(size_t i) {
#ifdef CIRR_SANITIZED
  __asan_unpoison_memory_region(stacks + i * STACK, STACK);  // what the fiber before it left
#endif
  void** top = (void**)(stacks + (i + 1) * STACK) - 2;
  *top = (void*)begin;  // where the first switch returns to; 16 bytes aligned as after a call
  fibers[i] = {top - 6, READY, 0, 0};
}

void resume(size_t i) {
  current = i;
  unsigned at = (unsigned)i;
  thread = {at % block.size.x, at / block.size.x % block.size.y, at / block.size.x / block.size.y};
  cirr_switch(&scheduler, fibers[i].stack);
}

int fail(const char* what, int line) {
  fprintf(stderr, "stand-in: kernel %s, block %u %u %u: %s %d\n", running->name, block.index.x,
          block.index.y, block.index.z, what, line);
  return LAUNCH_FAILED;
}

// Whether all fibers that have not ended wait for an exchange; then they go on.
bool exchanged(size_t from, size_t to) {
  bool any = false;
  for (size_t i = from; i < to; i++) {
    if (fibers[i].state == AT_EXCHANGE) {
      any = true;
    } else if (fibers[i].state != ENDED) {
      return false;
    }
  }
  for (size_t i = from; i < to; i++) {
    if (fibers[i].state == AT_EXCHANGE) {
      fibers[i].state = READY;
    }
  }
  return any;
}

// Not memset, which the sanitizer would stop at the space it has put between variables.
#ifdef CIRR_SANITIZED
__attribute__((no_sanitize("address"), optimize("no-tree-loop-distribute-patterns")))
#endif
void fill(char* memory, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) {
    memory[i] = (char)POISON;
  }
}

int run_block(size_t threads, bool reversed) {
  for (size_t i = 0; i < threads; i++) {
    prepare(i);
  }
  size_t warp_count = (threads + 31) / 32;
  for (;;) {
    for (size_t w = 0; w < warp_count; w++) {
      size_t from = (reversed ? warp_count - 1 - w : w) * 32;
      size_t to = from + 32 < threads ? from + 32 : threads;
      do {
        for (size_t i = from; i < to; i++) {
          size_t own = reversed ? to - 1 - (i - from) : i;
          if (fibers[own].state == READY) {
            resume(own);
          }
        }
      } while (exchanged(from, to));
    }
    int line = fibers[0].line;
    size_t ended = 0;
    for (size_t i = 0; i < threads; i++) {
      ended += fibers[i].state == ENDED;
      if (fibers[i].state == AT_EXCHANGE) {
        return fail("a shuffle that not all threads of the warp reach, after line", line);
      }
    }
    if (ended == threads) {
      return 0;
    }
    for (size_t i = 0; i < threads; i++) {
      if (fibers[i].state == ENDED || fibers[i].line != line) {
        return fail("not all threads reach the barrier in line", line);
      }
      fibers[i].state = READY;
    }
  }
}

}  // namespace

int lane() { return (int)(current % 32); }

void sync_block(int line) {
  fibers[current].line = line;
  wait(AT_BARRIER);
}

const char* exchange(const void* value, size_t bytes) {
  char* slots = warps[current / 32].slots[fibers[current].exchanges++ % 2];
  memcpy(slots + SLOT * lane(), value, bytes);
  wait(AT_EXCHANGE);
  return slots;
}

bool allowed(const Entry& entry, Dim grid, Dim size, size_t dynamic) {
  size_t threads = (size_t)size.x * size.y * size.z;
  return threads > 0 && threads <= MOST_THREADS && grid.x > 0 && grid.y > 0 && grid.z > 0 &&
         grid.y <= 65535 && grid.z <= 65535 && dynamic <= entry.most_dynamic;
}

int run(const Entry& entry, Dim grid, Dim size, size_t dynamic, void** arguments) {
  static bool reversed;
  size_t threads = (size_t)size.x * size.y * size.z;
  if (!stacks) {
    stacks = (char*)mmap(nullptr, MOST_THREADS * STACK, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    fibers.resize(MOST_THREADS);
    warps.resize(MOST_THREADS / 32);
  }
  std::vector<double> memory(dynamic / sizeof(double) + 1);
  running = &entry;
  values = arguments;
  block = {{0, 0, 0}, size, grid, memory.data()};
  reversed = !reversed;
  uint64_t blocks = (uint64_t)grid.x * grid.y * grid.z;
  for (uint64_t b = 0; b < blocks; b++) {
    uint64_t i = reversed ? blocks - 1 - b : b;
    block.index = {(unsigned)(i % grid.x), (unsigned)(i / grid.x % grid.y),
                   (unsigned)(i / grid.x / grid.y)};
    blocks_run++;
    fill(entry.shared, entry.shared_bytes);
    memset(memory.data(), POISON, memory.size() * sizeof(double));
    if (int error = run_block(threads, reversed)) {
      return error;
    }
  }
  return 0;
}

}  // namespace host
