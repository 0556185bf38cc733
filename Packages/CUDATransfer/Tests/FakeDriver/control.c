// What tests set and ask: faults, delays, counts, what was violated and what is left.
#include "fake.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
int copy_microseconds, failing_copy = -1;
double bytes_per_second;

static struct { char name[48]; int calls, fails_at, code; } calls[64];
static int violations;
static char first_violations[4096];

static int number_of(const char *call) {
  for (int i = 0; i < 64; i++) {
    if (!strcmp(calls[i].name, call)) return i;
    if (!calls[i].name[0]) { snprintf(calls[i].name, sizeof calls[i].name, "%s", call); calls[i].fails_at = -1; return i; }
  }
  abort();
}

void violation(const char *format, ...) {
  violations++;
  size_t used = strlen(first_violations);
  if (used + 200 > sizeof first_violations) return;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(first_violations + used, 190, format, arguments);
  va_end(arguments);
  strcat(first_violations, "\n");
}

CUresult enter(const char *call, bool needs_context) {
  pthread_mutex_lock(&lock);
  int i = number_of(call), number = calls[i].calls++;
  if (number == calls[i].fails_at) return calls[i].code;
  bool is_free = !strcmp(call, "cuInit") || !strncmp(call, "cuGetError", 10) || !strcmp(call, "cuDriverGetVersion");
  if (!initialized && !is_free) {
    violation("%s before cuInit", call);
    return NOT_INITIALIZED;
  }
  if (!needs_context) return OK;
  if (!current || current->retained == 0) {
    violation("%s without a context of this thread's", call);
    return INVALID_CONTEXT;
  }
  return OK;
}

void fake_set_copies(int microseconds, double speed) {
  pthread_mutex_lock(&lock);
  copy_microseconds = microseconds;
  bytes_per_second = speed;
  pthread_mutex_unlock(&lock);
}

void fake_set_devices(int count, int pools) { device_count = count; has_pools = pools; }

/// Lets the call of that name and number, from 0, give a result; "copy" breaks the context when the copy runs.
void fake_fail(const char *call, int number, int code) {
  pthread_mutex_lock(&lock);
  if (!strcmp(call, "copy")) failing_copy = number;
  else { int i = number_of(call); calls[i].fails_at = number; calls[i].code = code; }
  pthread_mutex_unlock(&lock);
}

int fake_calls(const char *call) {
  pthread_mutex_lock(&lock);
  int count = calls[number_of(call)].calls;
  pthread_mutex_unlock(&lock);
  return count;
}

/// The names of all functions that were called, one a line.
void fake_called(char *text, size_t size) {
  pthread_mutex_lock(&lock);
  text[0] = 0;
  for (int i = 0; i < 64 && calls[i].name[0]; i++)
    if (calls[i].calls && strlen(text) + 50 < size) { strcat(text, calls[i].name); strcat(text, "\n"); }
  pthread_mutex_unlock(&lock);
}

int fake_violations(char *text, size_t size) {
  pthread_mutex_lock(&lock);
  snprintf(text, size, "%s", first_violations);
  int count = violations;
  pthread_mutex_unlock(&lock);
  return count;
}

/// What was not given back; the sum of all.
int fake_left(char *text, size_t size) {
  pthread_mutex_lock(&lock);
  int hosts, devices, stream_count, events, contexts;
  count_objects(&hosts, &devices, &stream_count, &events, &contexts);
  snprintf(text, size, "%d page-locked blocks, %d device blocks, %d streams, %d events, %d contexts", hosts, devices,
    stream_count, events, contexts);
  pthread_mutex_unlock(&lock);
  return hosts + devices + stream_count + events + contexts;
}

/// Work on a stream that takes a while and reads device memory: its digest goes to `result` at the end.
int fake_work(void *stream, uint64_t address, size_t size, int microseconds, uint64_t *result) {
  pthread_mutex_lock(&lock);
  Stream *s = stream_of(stream, "work");
  Block *block = find(address, size, true, "work");
  if (s && block) {
    block->pending++;
    append(s, (Job){ .kind = CHECK, .block = block, .offset = address - block->address, .size = size,
      .microseconds = microseconds, .result = result });
  }
  pthread_mutex_unlock(&lock);
  return s && block ? OK : INVALID_VALUE;
}

uint64_t fake_digest(const char *bytes, size_t size) { return digest(bytes, size); }

/// Settings of a program that knows nothing of them.
__attribute__((constructor)) static void read_environment(void) {
  const char *text;
  if ((text = getenv("FAKE_CUDA_DEVICES"))) device_count = atoi(text);
  if ((text = getenv("FAKE_CUDA_COPY_MICROSECONDS"))) copy_microseconds = atoi(text);
  if ((text = getenv("FAKE_CUDA_BYTES_PER_SECOND"))) bytes_per_second = atof(text);
}

/// What a program that was given this driver did wrong, at its end.
__attribute__((destructor)) static void tell(void) {
  char text[4096];
  if (!getenv("FAKE_CUDA_REPORT")) return;
  int count = fake_violations(text, sizeof text);
  fprintf(stderr, "fake driver: %d violations\n%s", count, text);
  count = fake_left(text, sizeof text);
  fprintf(stderr, "fake driver: left %s\n", text);
}
