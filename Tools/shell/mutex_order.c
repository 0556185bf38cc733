// Preloaded into programs that are built with ThreadSanitizer on Linux, so that it knows the order in which a
// `Synchronization.Mutex` lets threads through.
//
// The first try at the lock is inlined into the instrumented program, and is seen. The rest, when another thread holds it,
// happens in libswiftSynchronization, which is not instrumented: a thread that had to wait seems to take the lock without
// any order after the thread that gave it up, and each such pair of closures is told as a race. These functions stand before
// that library's and add nothing but the order. (Swift 6.3; the functions are part of its binary interface.)
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

// Of the sanitizer's run time, in the program; not there in programs without it that are started with the same environment.
extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *mutex
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void lock(uint32_t thread, SELF) __asm__(LOCK);
SWIFT bool try_lock(SELF) __asm__(TRY_LOCK);
SWIFT void unlock(SELF) __asm__(UNLOCK);

static SWIFT void (*library_lock)(uint32_t, SELF);
static SWIFT bool (*library_try_lock)(SELF);
static SWIFT void (*library_unlock)(SELF);

// Before the program runs, and so before it has threads.
__attribute__((constructor)) static void find(void) {
  library_lock = dlsym(RTLD_NEXT, LOCK);
  library_try_lock = dlsym(RTLD_NEXT, TRY_LOCK);
  library_unlock = dlsym(RTLD_NEXT, UNLOCK);
}

SWIFT void lock(uint32_t thread, SELF) {
  library_lock(thread, mutex);
  if (__tsan_acquire) __tsan_acquire(mutex);
}

SWIFT bool try_lock(SELF) {
  bool isTaken = library_try_lock(mutex);
  if (isTaken && __tsan_acquire) __tsan_acquire(mutex);
  return isTaken;
}

SWIFT void unlock(SELF) {
  if (__tsan_release) __tsan_release(mutex);
  library_unlock(mutex);
}
