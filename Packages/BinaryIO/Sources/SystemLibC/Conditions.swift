// Condition variables on the monotonic clock: made and waited for in another way on each platform.

/// Prepares a condition variable whose timed waits use the monotonic clock.
public func initializeMonotonicCondition(_ condition: UnsafeMutablePointer<pthread_cond_t>) {
  #if canImport(Darwin)
    pthread_cond_init(condition, nil)
  #else
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  #endif
}

/// The monotonic clock in nanoseconds since some moment in the past; costs no system call.
public func monotonicNanoseconds() -> Int64 {
  var now = timespec()
  clock_gettime(CLOCK_MONOTONIC, &now)
  return Int64(now.tv_sec) &* 1_000_000_000 &+ Int64(now.tv_nsec)
}

/// Waits for at most `nanoseconds`; may also return early without reason.
public func waitMonotonic(
  _ condition: UnsafeMutablePointer<pthread_cond_t>, _ mutex: UnsafeMutablePointer<pthread_mutex_t>, nanoseconds: Int
) {
  #if canImport(Darwin)
    var duration = timespec(tv_sec: nanoseconds / 1_000_000_000, tv_nsec: nanoseconds % 1_000_000_000)
    pthread_cond_timedwait_relative_np(condition, mutex, &duration)
  #else
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    let nanosecond = now.tv_nsec + nanoseconds % 1_000_000_000
    var end = timespec(
      tv_sec: now.tv_sec + nanoseconds / 1_000_000_000 + nanosecond / 1_000_000_000,
      tv_nsec: nanosecond % 1_000_000_000)
    pthread_cond_timedwait(condition, mutex, &end)
  #endif
}

/// Names the calling thread in debuggers and `top`; the system keeps the first 15 bytes.
public func nameCurrentThread(_ name: String) {
  let short = String(decoding: name.utf8.prefix(15), as: UTF8.self)
  #if canImport(Darwin)
    pthread_setname_np(short)
  #else
    // glibc hides pthread_setname_np behind a feature macro that Swift's importer does not set.
    // Safe because the bytes are only read within the call.
    let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    _ = Array(short.utf8).withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    close(file)
  #endif
}
