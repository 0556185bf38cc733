// A CUDA driver without a device, for tests: copies run late on a thread per stream, device memory has addresses that the
// host cannot read, and every misuse that a real driver leaves undefined is counted and told.
#pragma once
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int CUresult;
enum {
  OK = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NOT_INITIALIZED = 3, INVALID_DEVICE = 101, INVALID_CONTEXT = 201,
  INVALID_HANDLE = 400, NOT_FOUND = 500, NOT_READY = 600, ALREADY_REGISTERED = 712, NOT_REGISTERED = 713,
  LAUNCH_FAILED = 719, NOT_SUPPORTED = 801
};

typedef struct Context {
  int device, retained;
  CUresult broken;  // sticky, as after a failed kernel
} Context;

typedef struct Block {  // a piece of memory, page-locked or on the device; kept after its end so that misuse is seen
  struct Block *next;
  Context *context;
  uint64_t address;  // the host's, or a made-up one
  char *bytes;
  size_t size;
  bool device, registered, freed, ordered;
  bool ready;  // an ordered allocation whose turn has come
  int pending;  // copies that were put on a stream and have not ended
  int readers;
} Block;

typedef struct Event {
  struct Event *next;
  Context *context;
  uint64_t recorded, happened;  // numbers of records
  bool destroyed;
} Event;

typedef struct Job {
  struct Job *next;
  enum { COPY, RECORD, WAIT, ALLOCATE, FREE, CHECK } kind;
  Block *block, *source;
  size_t offset, size, source_offset;
  uint64_t digest, number;
  Event *event;
  int microseconds;
  uint64_t *result;
} Job;

typedef struct Stream {
  struct Stream *next;
  Context *context;
  Job *first, **last;
  pthread_t thread;
  bool busy, destroyed;
} Stream;

extern pthread_mutex_t lock;
extern pthread_cond_t changed;
extern Stream *streams;
extern int copy_microseconds, failing_copy;
extern double bytes_per_second;
extern _Thread_local Context *current;
extern bool initialized;
extern int device_count, has_pools;

// All are called with the lock held unless they say otherwise.
void violation(const char *format, ...);
uint64_t digest(const char *bytes, size_t size);
Block *find(uint64_t address, size_t size, bool device, const char *call);
void retire(Block *block);
Stream *stream_of(void *handle, const char *call);
Event *event_of(void *handle, const char *call);
void append(Stream *stream, Job job);
int live_objects(Context *context);
void count_objects(int *hosts, int *devices, int *streams, int *events, int *contexts);

// Takes the lock; returns the result that this call has been told to give, or what keeps it from running.
CUresult enter(const char *call, bool needs_context);
#define ENTER(call, context) do { CUresult r_ = enter(call, context); if (r_) { pthread_mutex_unlock(&lock); return r_; } } while (0)
#define LEAVE(result) do { CUresult r_ = (result); pthread_mutex_unlock(&lock); return r_; } while (0)
