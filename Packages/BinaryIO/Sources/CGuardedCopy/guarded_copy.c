#include "guarded_copy.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// Whether the mask of signals is saved with the point to return to. SA_NODEFER leaves it as it was, and saving it would cost
// a system call per batch; but ThreadSanitizer's own handler, which calls ours, blocks all signals meanwhile.
#ifdef __has_feature
#if __has_feature(thread_sanitizer)
#define SAVES_MASK 1
#endif
#endif
#ifndef SAVES_MASK
#define SAVES_MASK 0
#endif

// The handler is installed once per process and chained; whether a fault is ours is decided per thread.
static pthread_once_t install_once = PTHREAD_ONCE_INIT;
static struct sigaction previous_bus;
static __thread sigjmp_buf recovery_point;
static __thread volatile sig_atomic_t recovering;
static __thread volatile int64_t current_item;
static __thread struct guarded_access *innermost;

// Puts zeros in the place of the pages that are gone, from the one that was touched to the end of the mapping. The mark is
// set before, so that whoever reads zeros, in any thread, finds it set after.
static int replace_lost_pages(const void *touched) {
  for (struct guarded_access *access = innermost; access; access = access->outer) {
    uintptr_t start = (uintptr_t)access->start, address = (uintptr_t)touched;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t end = (start + access->byte_count + page - 1) / page * page;
    if (address < start || address >= end) continue;
    __atomic_store_n(access->lost, 1, __ATOMIC_SEQ_CST);
    uintptr_t first = address / page * page;
    return mmap((void *)first, end - first, PROT_READ, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
  }
  return 0;
}

static void on_bus_error(int signal_number, siginfo_t *info, void *context) {
  if (recovering) {
    recovering = 0;
    siglongjmp(recovery_point, 1);
  }
  if (replace_lost_pages(info->si_addr)) return;
  // Not ours: let whoever was there before decide, and the default action if nobody was.
  if (previous_bus.sa_flags & SA_SIGINFO) {
    previous_bus.sa_sigaction(signal_number, info, context);
    return;
  }
  if (previous_bus.sa_handler == SIG_IGN) return;
  if (previous_bus.sa_handler != SIG_DFL) {
    previous_bus.sa_handler(signal_number);
    return;
  }
  struct sigaction standard = {0};
  standard.sa_handler = SIG_DFL;
  sigaction(SIGBUS, &standard, NULL);
}

static void install(void) {
  struct sigaction action = {0};
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, &previous_bus);
}

void guarded_access_begin(struct guarded_access *access) {
  pthread_once(&install_once, install);
  access->outer = innermost;
  innermost = access;
}

void guarded_access_end(struct guarded_access *access) { innermost = access->outer; }

struct guarded_tail guarded_access_tail(struct guarded_access *access) {
  const volatile uint8_t *bytes = access->start;
  size_t page = (size_t)sysconf(_SC_PAGESIZE), last = access->byte_count - 1, first = last / page * page;
  struct guarded_tail tail = {last, 0};
  guarded_access_begin(access);
  for (size_t offset = last + 1; offset-- > first;) {
    tail.byte = bytes[offset];
    if (tail.byte == 0) continue;
    tail.offset = offset;
    break;
  }
  guarded_access_end(access);
  return tail;
}

int32_t guarded_access_is_cut(struct guarded_access *access, struct guarded_tail tail) {
  // The reads before must not come after this one.
  __atomic_thread_fence(__ATOMIC_ACQUIRE);
  guarded_access_begin(access);
  uint8_t found = ((const volatile uint8_t *)access->start)[tail.offset];
  guarded_access_end(access);
  if (found != tail.byte) __atomic_store_n(access->lost, 1, __ATOMIC_SEQ_CST);
  return __atomic_load_n(access->lost, __ATOMIC_SEQ_CST);
}

// The first lines of the next piece, until the processor's own prefetching has found the stream.
static inline void prefetch_start(const void *piece, size_t byte_count) {
  const char *start = piece;
  __builtin_prefetch(start);
  if (byte_count > 64) __builtin_prefetch(start + 64);
  if (byte_count > 128) __builtin_prefetch(start + 128);
  if (byte_count > 192) __builtin_prefetch(start + 192);
}

int64_t guarded_copy(const struct guarded_copy_item *items, int64_t count) {
  pthread_once(&install_once, install);
  if (sigsetjmp(recovery_point, SAVES_MASK)) return current_item;
  recovering = 1;
  for (int64_t i = 0; i < count; i++) {
    current_item = i;
    if (i + 1 < count) prefetch_start(items[i + 1].source, items[i + 1].byte_count);
    memcpy(items[i].destination, items[i].source, items[i].byte_count);
  }
  recovering = 0;
  return -1;
}

// Fixed sizes become single loads and stores; a call of memcpy per 4 bytes would cost more than the copy.
// Rows of shuffled samples lie anywhere, so each is a miss of cache and often of the TLB; asked for early, they overlap.
// A prefetch never faults.
enum { AHEAD = 16 };

#define STRIDED(SIZE)                                                                      \
  case SIZE:                                                                               \
    for (int64_t i = 0; i < count; i++) {                                                  \
      current_item = i;                                                                    \
      if (i + AHEAD < count) __builtin_prefetch((const char *)sources[i + AHEAD] + offset);   \
      memcpy((char *)destination + (size_t)i * stride, (const char *)sources[i] + offset, SIZE); \
    }                                                                                      \
    break;

int64_t guarded_copy_strided(void *destination, size_t stride, const void *const *sources, size_t offset,
                             size_t byte_count, int64_t count) {
  pthread_once(&install_once, install);
  if (sigsetjmp(recovery_point, SAVES_MASK)) return current_item;
  recovering = 1;
  switch (byte_count) {
    STRIDED(1)
    STRIDED(2)
    STRIDED(4)
    STRIDED(8)
    default:
      for (int64_t i = 0; i < count; i++) {
        current_item = i;
        if (i + 1 < count) prefetch_start((const char *)sources[i + 1] + offset, byte_count);
        memcpy((char *)destination + (size_t)i * stride, (const char *)sources[i] + offset, byte_count);
      }
  }
  recovering = 0;
  return -1;
}
