// A stand-in for libcuda.so.1 on a machine without a GPU: the calls that cirr makes, computed by fibers.
//
// It is stricter than a driver: memory is filled with NaN and has guards on both sides that are looked at
// whenever a stream is waited for; copies must lie inside an allocation; a module's entries must have the
// parameters that the compiled kernels have. And it is as late as a driver may be: what is put into a stream is
// done when somebody waits for it, so whoever does not wait finds NaN, or his staging memory copied too late.
//
// Environment, read at every call, for tests in a process of their own:
//   CIRR_STANDIN_FAIL     NAME=CODE: that call returns the code; NAME=CODE@N: not the first N of them
//   CIRR_STANDIN_VERSION  of the driver, default 13000
//   CIRR_STANDIN_DEVICES  how many, default 1
//   CIRR_STANDIN_COMPUTE  capability times ten, default 90
//   CIRR_STANDIN_MEMORY   bytes of the device, default 4 GiB
//
// A module whose text says "// kernels: FILE" gets them from that library: so tests run mutated kernels.
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#ifdef CIRR_SANITIZED
#include <sanitizer/asan_interface.h>
#endif

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "cuda_on_host.h"

#define CALL(name, ...) extern "C" __attribute__((visibility("default"))) int name(__VA_ARGS__)
#define BEGIN(name)                                 \
  std::lock_guard<std::recursive_mutex> guard(all); \
  if (int code = injected(#name)) return code

typedef uint64_t Address;

namespace {

enum Code {
  INVALID_VALUE = 1,
  OUT_OF_MEMORY = 2,
  NOT_INITIALIZED = 3,
  INVALID_DEVICE = 101,
  INVALID_IMAGE = 200,
  INVALID_CONTEXT = 201,
  NO_BINARY_FOR_GPU = 209,
  INVALID_HANDLE = 400,
  NOT_FOUND = 500,
  NOT_READY = 600,
  ILLEGAL_ADDRESS = 700,
  CAPTURE_INVALID = 901
};

const size_t GUARD = 256;
const unsigned char GUARD_BYTE = 0xc5;
const unsigned char POISON = 0xff;

struct Launch {
  const host::Entry* entry;
  host::Dim grid, size;
  size_t dynamic;
  std::vector<std::vector<char>> arguments;
};

struct Graph {
  std::vector<Launch> launches;
};

// A graph that can be run; it may be destroyed while it does.
struct Instance {
  std::shared_ptr<Graph> graph;
};

// What was put into a stream and is not done yet.
struct Queue {
  std::deque<std::function<int()>> work;
  uint64_t put, done;  // so far
};

struct Stream {
  Graph* capture;
  void* owner;  // the context in which it was made
  std::shared_ptr<Queue> queue;
};

// Behind so many pieces of work of a queue; without a queue it has not been recorded.
struct Event {
  std::shared_ptr<Queue> queue;
  uint64_t mark;
};

struct Module {
  const host::Entry* kernels;  // the first of a list
  std::set<std::string> names;
};

std::recursive_mutex all;
bool initialized;
int sticky;  // after a fault every call fails
std::map<Address, size_t> device_memory;
std::set<std::shared_ptr<Queue>> queues;
size_t used;
thread_local void* context;
int contexts[16];  // one for each device

long setting(const char* name, long otherwise) {
  const char* text = getenv(name);
  return text ? atol(text) : otherwise;
}

// As on a GPU, after a fault of a kernel or the loss of the device every later call fails.
bool fatal(int code) { return code == 46 || (code >= 700 && code < 720) || code == 999; }

int injected(const char* call) {
  static long before;  // calls of that name
  const char* text = getenv("CIRR_STANDIN_FAIL");
  size_t length = strlen(call);
  if (!text || strncmp(text, call, length) != 0 || text[length] != '=') return 0;
  const char* after = strchr(text, '@');
  if (after && before++ < atol(after + 1)) return 0;
  int code = atoi(text + length + 1);
  if (fatal(code)) sticky = code;
  return code;
}

size_t total() { return setting("CIRR_STANDIN_MEMORY", 1L << 32); }

// Whether a stream belongs to the thread's device.
bool foreign(Stream* stream) { return stream && stream->owner != context; }

int ready() { return !initialized ? NOT_INITIALIZED : !context ? INVALID_CONTEXT : sticky; }

bool inside(Address address, size_t bytes) {
  auto after = device_memory.upper_bound(address);
  if (after == device_memory.begin()) {
    return false;
  }
  auto owner = std::prev(after);
  return address + bytes <= owner->first + owner->second;
}

#ifdef CIRR_SANITIZED
// Guards may not be touched at all, so the sanitizer names the line that does.
void set_guards(unsigned char* raw, size_t bytes, bool on) {
  for (unsigned char* guard : {raw, raw + GUARD + bytes}) {
    on ? __asan_poison_memory_region(guard, GUARD) : __asan_unpoison_memory_region(guard, GUARD);
  }
}

int check_guards() { return 0; }
#else
void set_guards(unsigned char* raw, size_t bytes, bool on) {
  memset(raw, GUARD_BYTE, GUARD);
  memset(raw + GUARD + bytes, GUARD_BYTE, GUARD);
}

int check_guards() {
  for (auto& piece : device_memory) {
    const unsigned char* before = (unsigned char*)piece.first - GUARD;
    const unsigned char* behind = (unsigned char*)piece.first + piece.second;
    for (size_t i = 0; i < GUARD; i++) {
      if (before[i] != GUARD_BYTE || behind[i] != GUARD_BYTE) {
        fprintf(stderr, "stand-in: written outside an allocation of %zu bytes\n", piece.second);
        return sticky = ILLEGAL_ADDRESS;
      }
    }
  }
  return 0;
}
#endif

const host::Entry* find(const host::Entry* kernels, const std::string& name) {
  for (const host::Entry* entry = kernels; entry; entry = entry->next) {
    if (name == entry->name) {
      return entry;
    }
  }
  return nullptr;
}

// The bytes of one parameter as PTX declares it: .param .u64 name, or .param .align 4 .b8 name[92].
size_t parameter_bytes(const std::string& text) {
  size_t bracket = text.find('[');
  if (bracket != std::string::npos) {
    return atol(text.c_str() + bracket + 1);
  }
  for (size_t at = text.find('.'); at != std::string::npos; at = text.find('.', at + 1)) {
    char kind = text[at + 1];
    if ((kind == 'u' || kind == 'b' || kind == 'f' || kind == 's') && text[at + 2] <= '9') {
      return atol(text.c_str() + at + 2) / 8;
    }
  }
  return 0;
}

// Whether an entry's parameters are those of the kernel that g++ compiled.
bool matches(const host::Entry* kernels, const std::string& name, const std::string& parameters) {
  const host::Entry* entry = find(kernels, name);
  int count = 0;
  for (size_t at = parameters.find(".param"); at != std::string::npos;) {
    size_t next = parameters.find(".param", at + 1);
    std::string one = parameters.substr(at + 6, next == std::string::npos ? next : next - at - 6);
    if (!entry || count >= entry->count || parameter_bytes(one) != entry->sizes[count]) {
      return false;
    }
    count++;
    at = next;
  }
  return entry && count == entry->count;
}

// The kernels of another library in front of all others, for one module only.
const host::Entry* kernels_of(const std::string& text) {
  size_t at = text.find("// kernels: ");
  if (at == std::string::npos) {
    return host::entries;
  }
  std::string file = text.substr(at + 12, text.find('\n', at) - at - 12);
  host::Entry* before = host::entries;
  if (!dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    fprintf(stderr, "stand-in: %s\n", dlerror());
    return nullptr;
  }
  const host::Entry* kernels = host::entries;  // the library has registered its own
  host::entries = before;
  return kernels;
}

int launch(const Launch& launch) {
  std::vector<void*> arguments;
  for (auto& bytes : launch.arguments) {
    arguments.push_back((void*)bytes.data());
  }
  return sticky = host::run(*launch.entry, launch.grid, launch.size, launch.dynamic, arguments.data());
}

void put(Stream* stream, std::function<int()> work) {
  stream->queue->work.push_back(work);
  stream->queue->put++;
}

// Does what lies before a mark; after a fault nothing is done any more.
int run(Queue& queue, uint64_t mark) {
  while (queue.done < mark) {
    std::function<int()> next = queue.work.front();
    queue.work.pop_front();
    queue.done++;
    if (!sticky) next();
  }
  return sticky;
}

// Memory is given back when nobody can be at work on it.
int run_all() {
  for (auto& queue : queues) {
    run(*queue, queue->put);
  }
  return sticky;
}

}  // namespace

CALL(cuInit, unsigned) {
  BEGIN(cuInit);
  initialized = true;
  return 0;
}

CALL(cuDriverGetVersion, int* version) {
  BEGIN(cuDriverGetVersion);
  *version = (int)setting("CIRR_STANDIN_VERSION", 13000);
  return 0;
}

CALL(cuDeviceGetCount, int* count) {
  BEGIN(cuDeviceGetCount);
  *count = (int)setting("CIRR_STANDIN_DEVICES", 1);
  return 0;
}

CALL(cuDeviceGet, int* device, int index) {
  BEGIN(cuDeviceGet);
  *device = index;
  return index >= 0 && index < setting("CIRR_STANDIN_DEVICES", 1) ? 0 : INVALID_DEVICE;
}

CALL(cuDeviceGetName, char* name, int length, int) {
  BEGIN(cuDeviceGetName);
  snprintf(name, length, "stand-in");
  return 0;
}

CALL(cuDeviceTotalMem_v2, size_t* bytes, int) {
  BEGIN(cuDeviceTotalMem_v2);
  *bytes = total();
  return 0;
}

CALL(cuDeviceGetAttribute, int* value, int attribute, int) {
  BEGIN(cuDeviceGetAttribute);
  long compute = setting("CIRR_STANDIN_COMPUTE", 90);
  switch (attribute) {
    case 16: *value = 4; return 0;                     // multiprocessors
    case 75: *value = (int)(compute / 10); return 0;  // compute capability
    case 76: *value = (int)(compute % 10); return 0;
  }
  return INVALID_VALUE;
}

CALL(cuDevicePrimaryCtxRetain, void** out, int device) {
  BEGIN(cuDevicePrimaryCtxRetain);
  *out = &contexts[device];
  return initialized ? 0 : NOT_INITIALIZED;
}

CALL(cuDevicePrimaryCtxRelease_v2, int) { return 0; }

// Makes the device usable again after a fault.
CALL(cuDevicePrimaryCtxReset_v2, int) {
  BEGIN(cuDevicePrimaryCtxReset_v2);
  sticky = 0;
  return 0;
}

CALL(cuCtxSetCurrent, void* value) {
  BEGIN(cuCtxSetCurrent);
  context = value;
  return 0;
}

CALL(cuMemGetInfo_v2, size_t* free, size_t* bytes) {
  BEGIN(cuMemGetInfo_v2);
  *bytes = total();
  *free = total() - used;
  return ready();
}

CALL(cuMemAlloc_v2, Address* address, size_t bytes) {
  BEGIN(cuMemAlloc_v2);
  if (int code = ready()) return code;
  if (bytes == 0) return INVALID_VALUE;
  if (bytes > total() - used) return OUT_OF_MEMORY;
  unsigned char* raw = (unsigned char*)aligned_alloc(256, (bytes + 2 * GUARD + 255) / 256 * 256);
  memset(raw + GUARD, POISON, bytes);
  set_guards(raw, bytes, true);
  *address = (Address)(raw + GUARD);
  device_memory[*address] = bytes;
  used += bytes;
  return 0;
}

CALL(cuMemFree_v2, Address address) {
  BEGIN(cuMemFree_v2);
  auto piece = device_memory.find(address);
  if (piece == device_memory.end()) return INVALID_VALUE;
  run_all();
  int code = check_guards();
  used -= piece->second;
  set_guards((unsigned char*)address - GUARD, piece->second, false);
  device_memory.erase(piece);
  free((void*)(address - GUARD));
  return code;
}

CALL(cuMemAllocHost_v2, void** memory, size_t bytes) {
  BEGIN(cuMemAllocHost_v2);
  *memory = malloc(bytes);
  return *memory ? ready() : OUT_OF_MEMORY;
}

CALL(cuMemFreeHost, void* memory) {
  BEGIN(cuMemFreeHost);
  run_all();
  free(memory);
  return 0;
}

CALL(cuMemcpyHtoDAsync_v2, Address to, const void* from, size_t bytes, Stream* stream) {
  BEGIN(cuMemcpyHtoDAsync_v2);
  if (int code = ready()) return code;
  if (foreign(stream)) return INVALID_HANDLE;
  if (!inside(to, bytes)) return INVALID_VALUE;
  put(stream, [=] { return memcpy((void*)to, from, bytes), 0; });
  return 0;
}

CALL(cuMemcpyDtoHAsync_v2, void* to, Address from, size_t bytes, Stream* stream) {
  BEGIN(cuMemcpyDtoHAsync_v2);
  if (int code = ready()) return code;
  if (foreign(stream)) return INVALID_HANDLE;
  if (!inside(from, bytes)) return INVALID_VALUE;
  put(stream, [=] { return memcpy(to, (void*)from, bytes), 0; });
  return 0;
}

CALL(cuModuleLoadData, Module** module, const char* image) {
  BEGIN(cuModuleLoadData);
  if (int code = ready()) return code;
  std::string text = image;
  size_t target = text.find(".target sm_");
  if (text.find(".version") == std::string::npos || target == std::string::npos) return INVALID_IMAGE;
  if (atol(text.c_str() + target + 11) > setting("CIRR_STANDIN_COMPUTE", 90)) return NO_BINARY_FOR_GPU;
  Module loaded = {kernels_of(text), {}};
  for (size_t at = text.find(".entry "); at != std::string::npos; at = text.find(".entry ", at + 1)) {
    size_t open = text.find('(', at);
    std::string name = text.substr(at + 7, open - at - 7);
    if (!matches(loaded.kernels, name, text.substr(open, text.find(')', open) - open))) {
      fprintf(stderr, "stand-in: the PTX of %s has not the parameters of the source\n", name.c_str());
      return INVALID_IMAGE;
    }
    loaded.names.insert(name);
  }
  *module = new Module(loaded);
  return 0;
}

CALL(cuModuleUnload, Module* module) {
  BEGIN(cuModuleUnload);
  delete module;
  return 0;
}

CALL(cuModuleGetFunction, const host::Entry** function, Module* module, const char* name) {
  BEGIN(cuModuleGetFunction);
  if (!module->names.count(name)) return NOT_FOUND;
  *function = find(module->kernels, name);
  return 0;
}

// The one attribute that cirr sets: how much shared memory a launch may ask for. 99 KiB is the least of all
// GPUs since Ampere.
CALL(cuFuncSetAttribute, const host::Entry* function, int attribute, int value) {
  BEGIN(cuFuncSetAttribute);
  if (attribute != 8 || value > 99 << 10) return INVALID_VALUE;
  function->most_dynamic = value;
  return ready();
}

CALL(cuLaunchKernel, const host::Entry* entry, unsigned gx, unsigned gy, unsigned gz, unsigned bx,
     unsigned by, unsigned bz, unsigned dynamic, Stream* stream, void** arguments, void**) {
  BEGIN(cuLaunchKernel);
  if (int code = ready()) return code;
  if (foreign(stream)) return INVALID_HANDLE;
  Launch one = {entry, {gx, gy, gz}, {bx, by, bz}, dynamic, {}};
  for (int i = 0; i < entry->count; i++) {
    const char* from = (const char*)arguments[i];
    one.arguments.emplace_back(from, from + entry->sizes[i]);
  }
  if (stream->capture) {
    stream->capture->launches.push_back(one);
    return 0;
  }
  if (!host::allowed(*entry, one.grid, one.size, dynamic)) return INVALID_VALUE;
  put(stream, [=] { return launch(one); });
  return 0;
}

CALL(cuStreamCreate, Stream** stream, unsigned) {
  BEGIN(cuStreamCreate);
  *stream = new Stream{nullptr, context, std::make_shared<Queue>()};
  queues.insert((*stream)->queue);
  return ready();
}

CALL(cuStreamDestroy_v2, Stream* stream) {
  BEGIN(cuStreamDestroy_v2);
  run(*stream->queue, stream->queue->put);
  queues.erase(stream->queue);
  delete stream;
  return 0;
}

CALL(cuStreamSynchronize, Stream* stream) {
  BEGIN(cuStreamSynchronize);
  if (stream->capture) return CAPTURE_INVALID;
  if (int code = ready()) return code;
  int code = run(*stream->queue, stream->queue->put);
  return code ? code : check_guards();
}

CALL(cuEventCreate, Event** event, unsigned) {
  BEGIN(cuEventCreate);
  *event = new Event{nullptr, 0};
  return ready();
}

CALL(cuEventDestroy_v2, Event* event) {
  BEGIN(cuEventDestroy_v2);
  delete event;
  return 0;
}

CALL(cuEventRecord, Event* event, Stream* stream) {
  BEGIN(cuEventRecord);
  if (int code = ready()) return code;
  if (foreign(stream)) return INVALID_HANDLE;
  *event = {stream->queue, stream->queue->put};
  return 0;
}

CALL(cuStreamWaitEvent, Stream* stream, Event* event, unsigned) {
  BEGIN(cuStreamWaitEvent);
  if (int code = ready()) return code;
  Event now = *event;
  if (now.queue) put(stream, [=] { return run(*now.queue, now.mark); });
  return 0;
}

CALL(cuEventSynchronize, Event* event) {
  BEGIN(cuEventSynchronize);
  if (int code = ready()) return code;
  int code = event->queue ? run(*event->queue, event->mark) : 0;
  return code ? code : check_guards();
}

// Time goes by between two questions: enough for one piece of work.
CALL(cuEventQuery, Event* event) {
  BEGIN(cuEventQuery);
  if (int code = ready()) return code;
  if (!event->queue || event->queue->done >= event->mark) return 0;
  int code = run(*event->queue, event->queue->done + 1);
  return code ? code : NOT_READY;
}

CALL(cuStreamBeginCapture_v2, Stream* stream, int) {
  BEGIN(cuStreamBeginCapture_v2);
  stream->capture = new Graph();
  return ready();
}

CALL(cuStreamEndCapture, Stream* stream, Graph** graph) {
  BEGIN(cuStreamEndCapture);
  if (!stream->capture) return CAPTURE_INVALID;
  *graph = stream->capture;
  stream->capture = nullptr;
  return ready();
}

CALL(cuGraphInstantiateWithFlags, Instance** instance, Graph* graph, unsigned long long) {
  BEGIN(cuGraphInstantiateWithFlags);
  *instance = new Instance{std::make_shared<Graph>(*graph)};
  return ready();
}

CALL(cuGraphDestroy, Graph* graph) {
  BEGIN(cuGraphDestroy);
  delete graph;
  return 0;
}

CALL(cuGraphExecDestroy, Instance* instance) {
  BEGIN(cuGraphExecDestroy);
  delete instance;
  return 0;
}

CALL(cuGraphLaunch, Instance* instance, Stream* stream) {
  BEGIN(cuGraphLaunch);
  if (int code = ready()) return code;
  if (foreign(stream)) return INVALID_HANDLE;
  std::shared_ptr<Graph> graph = instance->graph;
  for (const Launch& one : graph->launches) {
    if (!host::allowed(*one.entry, one.grid, one.size, one.dynamic)) return INVALID_VALUE;
  }
  put(stream, [=] {
    for (size_t i = 0; i < graph->launches.size() && !sticky; i++) {
      launch(graph->launches[i]);
    }
    return sticky;
  });
  return 0;
}
