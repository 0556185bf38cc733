// Contexts, page-locked memory and device memory.
#include "fake.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Thread_local Context *current;
bool initialized;
int device_count = 1, has_pools = 1;
static Context contexts[8];
static Block *blocks;
static uint64_t next_address = 0x700000000000;

uint64_t digest(const char *bytes, size_t size) {
  uint64_t hash = size * 0x9E3779B97F4A7C15u, word;
  for (; size >= 8; bytes += 8, size -= 8) { memcpy(&word, bytes, 8); hash = (hash ^ word) * 0x100000001B3u; hash ^= hash >> 29; }
  for (; size; bytes++, size--) hash = (hash ^ (uint8_t)*bytes) * 0x100000001B3u;
  return hash;
}

Block *find(uint64_t address, size_t size, bool device, const char *call) {
  for (Block *b = blocks; b; b = b->next)
    if (b->device == device && !b->freed && address >= b->address && address + size <= b->address + b->size) return b;
  for (Block *b = blocks; b; b = b->next)
    if (b->device == device && address >= b->address && address < b->address + b->size) {
      violation("%s: %s", call, b->freed ? "memory that was freed" : "bytes beyond the end");
      return NULL;
    }
  violation("%s: memory that is not %s", call, device ? "the device's" : "page-locked");
  return NULL;
}

static Block *add(uint64_t address, char *bytes, size_t size) {
  Block *block = calloc(1, sizeof *block);
  *block = (Block){ .next = blocks, .context = current, .address = address, .bytes = bytes, .size = size, .ready = true };
  return blocks = block;
}

/// Ends a block: its bytes are poisoned and given back, what it was stays known for a while.
void retire(Block *block) {
  block->freed = true;
  if (block->registered) return;
  memset(block->bytes, 0xDB, block->size);
  free(block->bytes);
  block->bytes = NULL;
  // Only the latest ends are kept: a test of thousands of batches stays quick.
  int freed = 0;
  for (Block **b = &blocks; *b;) {
    if ((*b)->freed && !(*b)->pending && ++freed > 200) { Block *old = *b; *b = old->next; free(old); } else b = &(*b)->next;
  }
}

static CUresult end(Block *block, const char *call) {
  if (block->context != current) { violation("%s: another context's memory", call); return INVALID_VALUE; }
  if (block->pending) violation("%s: %d copies of it have not ended", call, block->pending);
  CUresult broken = current->broken;
  retire(block);
  return broken;
}

void count_objects(int *hosts, int *devices, int *stream_count, int *events, int *context_count) {
  *hosts = *devices = *context_count = 0;
  for (Block *b = blocks; b; b = b->next) if (!b->freed) ++*(b->device ? devices : hosts);
  for (int i = 0; i < 8; i++) *context_count += contexts[i].retained;
  extern void count_ordered(int *, int *);
  count_ordered(stream_count, events);
}

CUresult cuInit(unsigned flags) {
  ENTER("cuInit", false);
  if (flags) LEAVE(INVALID_VALUE);
  initialized = true;
  LEAVE(OK);
}
CUresult cuDriverGetVersion(int *version) { ENTER("cuDriverGetVersion", false); *version = 12040; LEAVE(OK); }
CUresult cuDeviceGetCount(int *count) { ENTER("cuDeviceGetCount", false); *count = device_count; LEAVE(OK); }
CUresult cuDeviceGet(int *device, int ordinal) {
  ENTER("cuDeviceGet", false);
  if (ordinal < 0 || ordinal >= device_count) LEAVE(INVALID_DEVICE);
  *device = ordinal;
  LEAVE(OK);
}
CUresult cuDeviceGetName(char *name, int size, int device) {
  ENTER("cuDeviceGetName", false);
  snprintf(name, size, "Fake Device %d", device);
  LEAVE(OK);
}
CUresult cuDeviceGetAttribute(int *value, int attribute, int device) {
  ENTER("cuDeviceGetAttribute", false);
  if (device < 0 || device >= device_count) LEAVE(INVALID_DEVICE);
  switch (attribute) {
    case 115: *value = has_pools; break;
    case 134: *value = device; break;
    default: LEAVE(INVALID_VALUE);
  }
  LEAVE(OK);
}
static CUresult described(const char *call, int result, const char **text, bool name) {
  ENTER(call, false);
  static const struct { int code; const char *name, *text; } known[] = {
    { 1, "CUDA_ERROR_INVALID_VALUE", "invalid argument" }, { 2, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory" },
    { 3, "CUDA_ERROR_NOT_INITIALIZED", "initialization error" }, { 101, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal" },
    { 201, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context" }, { 400, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle" },
    { 719, "CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure" }, { 801, "CUDA_ERROR_NOT_SUPPORTED", "operation not supported" },
    { 999, "CUDA_ERROR_UNKNOWN", "unknown error" } };
  for (unsigned i = 0; i < sizeof known / sizeof *known; i++)
    if (known[i].code == result) { *text = name ? known[i].name : known[i].text; LEAVE(OK); }
  *text = NULL;
  LEAVE(INVALID_VALUE);
}
CUresult cuGetErrorName(int result, const char **name) { return described("cuGetErrorName", result, name, true); }
CUresult cuGetErrorString(int result, const char **text) { return described("cuGetErrorString", result, text, false); }

CUresult cuDevicePrimaryCtxRetain(Context **context, int device) {
  ENTER("cuDevicePrimaryCtxRetain", false);
  if (device < 0 || device >= device_count || device >= 8) LEAVE(INVALID_DEVICE);
  contexts[device].device = device;
  contexts[device].retained++;
  *context = &contexts[device];
  LEAVE(OK);
}
CUresult cuDevicePrimaryCtxRelease_v2(int device) {
  ENTER("cuDevicePrimaryCtxRelease", false);
  if (device < 0 || device >= 8 || !contexts[device].retained) { violation("a context released too often"); LEAVE(INVALID_CONTEXT); }
  if (--contexts[device].retained == 0) {
    int left = live_objects(&contexts[device]);
    for (Block *b = blocks; b; b = b->next) if (!b->freed && b->context == &contexts[device]) left++;
    if (left) violation("a context released with %d objects in it", left);
    contexts[device].broken = OK;
  }
  LEAVE(OK);
}
CUresult cuCtxGetCurrent(Context **context) { ENTER("cuCtxGetCurrent", false); *context = current; LEAVE(OK); }
CUresult cuCtxSetCurrent(Context *context) {
  ENTER("cuCtxSetCurrent", false);
  if (context && (context < contexts || context >= contexts + 8 || !context->retained)) {
    violation("a context made current that is not alive");
    LEAVE(INVALID_CONTEXT);
  }
  current = context;
  LEAVE(OK);
}

CUresult cuMemHostAlloc(void **address, size_t size, unsigned flags) {
  ENTER("cuMemHostAlloc", true);
  if (!size || flags & ~7u) LEAVE(INVALID_VALUE);
  if (current->broken) LEAVE(current->broken);
  if (posix_memalign(address, 4096, size)) LEAVE(OUT_OF_MEMORY);
  add((uint64_t)*address, *address, size);
  LEAVE(OK);
}
CUresult cuMemFreeHost(void *address) {
  ENTER("cuMemFreeHost", true);
  Block *block = find((uint64_t)address, 1, false, "cuMemFreeHost");
  if (!block || block->registered || block->address != (uint64_t)address) LEAVE(INVALID_VALUE);
  LEAVE(end(block, "cuMemFreeHost"));
}
CUresult cuMemHostRegister_v2(void *address, size_t size, unsigned flags) {
  ENTER("cuMemHostRegister", true);
  if (!size || flags & ~15u) LEAVE(INVALID_VALUE);
  if (current->broken) LEAVE(current->broken);
  for (Block *b = blocks; b; b = b->next)
    if (!b->freed && !b->device && (uint64_t)address < b->address + b->size && b->address < (uint64_t)address + size)
      LEAVE(ALREADY_REGISTERED);
  add((uint64_t)address, address, size)->registered = true;
  LEAVE(OK);
}
CUresult cuMemHostUnregister(void *address) {
  ENTER("cuMemHostUnregister", true);
  Block *block = find((uint64_t)address, 1, false, "cuMemHostUnregister");
  if (!block || !block->registered || block->address != (uint64_t)address) LEAVE(NOT_REGISTERED);
  LEAVE(end(block, "cuMemHostUnregister"));
}

static CUresult allocate(uint64_t *address, size_t size, Stream *ordered) {
  if (!size) return INVALID_VALUE;
  if (current->broken) return current->broken;
  char *bytes = malloc(size);
  if (!bytes) return OUT_OF_MEMORY;
  memset(bytes, 0xDB, size);
  Block *block = add(next_address, bytes, size);
  next_address += (size + 0xFFFF) & ~0xFFFFull;
  block->device = true;
  *address = block->address;
  if (ordered) {
    block->ordered = true;
    block->ready = false;
    append(ordered, (Job){ .kind = ALLOCATE, .block = block });
  }
  return OK;
}
CUresult cuMemAlloc_v2(uint64_t *address, size_t size) { ENTER("cuMemAlloc", true); LEAVE(allocate(address, size, NULL)); }
CUresult cuMemFree_v2(uint64_t address) {
  ENTER("cuMemFree", true);
  Block *block = find(address, 1, true, "cuMemFree");
  if (!block || block->address != address) LEAVE(INVALID_VALUE);
  LEAVE(end(block, "cuMemFree"));
}
CUresult cuMemAllocAsync(uint64_t *address, size_t size, void *handle) {
  ENTER("cuMemAllocAsync", true);
  Stream *stream = stream_of(handle, "cuMemAllocAsync");
  if (!stream) LEAVE(INVALID_HANDLE);
  if (!has_pools) LEAVE(NOT_SUPPORTED);
  LEAVE(allocate(address, size, stream));
}
CUresult cuMemFreeAsync(uint64_t address, void *handle) {
  ENTER("cuMemFreeAsync", true);
  Stream *stream = stream_of(handle, "cuMemFreeAsync");
  Block *block = find(address, 1, true, "cuMemFreeAsync");
  if (!stream || !block || block->address != address || !block->ordered) LEAVE(INVALID_VALUE);
  append(stream, (Job){ .kind = FREE, .block = block });
  LEAVE(current->broken);
}
