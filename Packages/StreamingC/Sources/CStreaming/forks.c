#include "forks.h"

#include <pthread.h>
#include <stdatomic.h>

#include "error_text.h"
#include "streaming.h"

static atomic_int is_forked;
static _Atomic(void (*)(DLManagedTensorVersioned *)) delete_versioned;
static _Atomic(void (*)(DLManagedTensor *)) delete_unversioned;

static void note_fork(void) { atomic_store_explicit(&is_forked, 1, memory_order_relaxed); }

static void watch_forks(void) { pthread_atfork(NULL, NULL, note_fork); }

int32_t streaming_check_process(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, watch_forks);
  if (!atomic_load_explicit(&is_forked, memory_order_relaxed)) return STREAMING_OK;
  streaming_set_error_text(
    "expected the process that first used the library, or one of its own, found one that was forked from it: its threads "
    "are not here.\nStart processes by spawn or forkserver, or fork before the first call.");
  return STREAMING_FORKED;
}

static void end_versioned(DLManagedTensorVersioned *tensor) {
  if (!atomic_load_explicit(&is_forked, memory_order_relaxed)) atomic_load(&delete_versioned)(tensor);
}

static void end_unversioned(DLManagedTensor *tensor) {
  if (!atomic_load_explicit(&is_forked, memory_order_relaxed)) atomic_load(&delete_unversioned)(tensor);
}

void streaming_guard_deleter(DLManagedTensorVersioned *tensor) {
  atomic_store(&delete_versioned, tensor->deleter);
  tensor->deleter = end_versioned;
}

void streaming_guard_deleter_unversioned(DLManagedTensor *tensor) {
  atomic_store(&delete_unversioned, tensor->deleter);
  tensor->deleter = end_unversioned;
}
