import CStreaming
import Threading

/// Runs asynchronous work to its end while the calling thread, one of the caller's own, waits.
func blocking<R: Sendable>(_ body: @escaping @Sendable () async -> R) throws(Failure) -> R {
  let result = Monitor<R?>(nil)
  // Ends by itself: the time-outs of the work bound it, and this call waits for it.
  Task {
    let value = await body()
    result.notifying { $0 = value }
  }
  do throws(WaitError) {
    return try result.wait(until: .never, charging: StallCause("a data set's opening")) { $0 }
  } catch {
    throw Failure(STREAMING_TIMED_OUT, "\(error)")
  }
}
