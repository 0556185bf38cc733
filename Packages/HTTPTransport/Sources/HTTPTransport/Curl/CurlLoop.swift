import CCurl
import ObjectStorage
import Synchronization
import Threading

/// The I/O thread of a transport, and the mailbox by which others reach it.
///
/// All of libcurl's handles are used on that thread only; the one exception is `curl_multi_wakeup`, which
/// libcurl allows from any thread while the multi handle lives.
// Safe because `multi` is set once, used by the I/O thread only but for the wake-up, which happens with the
// mailbox's lock held and only while `isClosed` is false; the thread sets that under the same lock before it
// frees the handle. `active`, `queue` and `idle` are touched by the I/O thread only.
final class CurlLoop: @unchecked Sendable {
  private struct Mailbox {
    var submitted: [CurlTransfer] = []
    var cancelled: [CurlTransfer] = []
    var isClosing = false
    var isClosed = false
  }

  private let multi: UnsafeMutableRawPointer
  private let options: CurlOptions
  // Not a Mutex, whose order of hand-overs ThreadSanitizer does not see.
  private let mailbox = Monitor(Mailbox())
  private var active: [UnsafeMutableRawPointer: CurlTransfer] = [:]
  private var queue: [CurlTransfer] = []
  private var idle: [UnsafeMutableRawPointer] = []
  /// Active transfers that may pause.
  private var pacedCount = 0

  /// Longer than any wait of libcurl's own: it wakes for its time-outs, for sockets and for
  /// `curl_multi_wakeup`.
  private static let longestWait: CInt = 3_600_000
  private static let initialized = ccurl_global_init() == CURLE_OK

  init(_ options: CurlOptions) throws(ObjectStoreError) {
    guard Self.initialized, let multi = curl_multi_init() else {
      throw ObjectStoreError(
        .misconfigured, url: "libcurl", detail: "expected libcurl to start, found that it does not",
        remedy: "check the installed libcurl with `curl --version`")
    }
    self.multi = multi
    self.options = options
    _ = ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, CLong(clamping: options.maximumIdleConnections))
    _ = ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, CLong(CURLPIPE_MULTIPLEX))
    NamedThread.start("st-http") { self.run() }.detach()
  }

  /// Hands a transfer to the I/O thread, which answers its continuation in any case.
  func submit(_ transfer: CurlTransfer) {
    let isAccepted = mailbox.withLock { mailbox in
      guard !mailbox.isClosing else { return false }
      mailbox.submitted.append(transfer)
      curl_multi_wakeup(multi)
      return true
    }
    if !isAccepted { transfer.fail(transfer.cancelledError) }
  }

  /// Ends a transfer, submitted or not yet.
  func cancel(_ transfer: CurlTransfer) {
    transfer.isCancelled.store(true, ordering: .releasing)
    mailbox.withLock { mailbox in
      guard !mailbox.isClosed else { return }
      mailbox.cancelled.append(transfer)
      curl_multi_wakeup(multi)
    }
  }

  /// Ends all transfers and the thread, soon.
  func close() {
    mailbox.withLock { mailbox in
      guard !mailbox.isClosed else { return }
      mailbox.isClosing = true
      curl_multi_wakeup(multi)
    }
  }

  private func run() {
    while !openMail() {
      startQueued()
      var running: CInt = 0
      curl_multi_perform(multi, &running)
      // A transfer that ended makes room, and starting another can't wait for a socket's event.
      if finishDone(), !queue.isEmpty { continue }
      curl_multi_poll(multi, nil, 0, pacedCount == 0 ? Self.longestWait : resumeDue(), nil)
    }
    tearDown()
  }

  /// Takes in what was submitted and cancelled; returns whether the loop is to end. A function of its own, so that nothing
  /// of it, a cancelled transfer's sink with an open file least of all, lives on while the thread waits.
  private func openMail() -> Bool {
    let mail = mailbox.withLock { mailbox in
      let mail = mailbox
      mailbox.submitted = []
      mailbox.cancelled = []
      return mail
    }
    queue += mail.submitted
    for transfer in mail.cancelled { stop(transfer) }
    return mail.isClosing
  }

  private func startQueued() {
    while !queue.isEmpty, active.count < max(1, options.maximumConcurrentRequests) {
      let transfer = queue.removeFirst()
      if transfer.isCancelled.load(ordering: .acquiring) {
        transfer.fail(transfer.cancelledError)
        continue
      }
      guard let easy = idle.popLast() ?? curl_easy_init() else {
        transfer.fail(transfer.error(CURLE_OUT_OF_MEMORY))
        continue
      }
      if let error = transfer.prepare(CurlSetup(easy), options) {
        recycle(easy)
        transfer.fail(error)
        continue
      }
      guard curl_multi_add_handle(multi, easy) == CURLM_OK else {
        recycle(easy)
        transfer.fail(transfer.error(CURLE_OUT_OF_MEMORY))
        continue
      }
      active[easy] = transfer
      if transfer.isPaced { pacedCount += 1 }
    }
  }

  /// Lets paused transfers go on whose time has come. Returns the milliseconds until the next one's.
  private func resumeDue() -> CInt {
    let now = ContinuousClock.now
    var wait = Duration.milliseconds(Int64(Self.longestWait))
    for (easy, transfer) in active {
      guard let time = transfer.resumption else { continue }
      if time <= now {
        transfer.resumption = nil
        curl_easy_pause(easy, CURLPAUSE_CONT)
        // What it has to send is sent by the next round.
        wait = .zero
      } else {
        wait = min(wait, now.duration(to: time) + .milliseconds(1))
      }
    }
    return wait == .zero ? 0 : CInt(clamping: wait.curlMilliseconds)
  }

  /// Takes a transfer off the active ones.
  private func forget(_ easy: UnsafeMutableRawPointer) -> CurlTransfer? {
    guard let transfer = active.removeValue(forKey: easy) else { return nil }
    if transfer.isPaced { pacedCount -= 1 }
    return transfer
  }

  /// Answers the transfers that have ended. Returns whether there were any.
  private func finishDone() -> Bool {
    var isAnyDone = false
    var left: CInt = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
        let transfer = forget(easy)
      else { continue }
      let code = ccurl_message_result(message)
      transfer.ended(CurlHandle(easy))
      curl_multi_remove_handle(multi, easy)
      recycle(easy)
      transfer.finish(code)
      isAnyDone = true
    }
    return isAnyDone
  }

  private func stop(_ transfer: CurlTransfer) {
    if let position = queue.firstIndex(where: { $0 === transfer }) {
      queue.remove(at: position)
    } else if let (easy, _) = active.first(where: { $0.value === transfer }) {
      _ = forget(easy)
      // Removing a handle in progress closes its connection (HTTP/1) or resets its stream (HTTP/2).
      curl_multi_remove_handle(multi, easy)
      recycle(easy)
    } else {
      return
    }
    transfer.fail(transfer.cancelledError)
  }

  private func recycle(_ easy: UnsafeMutableRawPointer) {
    curl_easy_reset(easy)
    if idle.count < 32 { idle.append(easy) } else { curl_easy_cleanup(easy) }
  }

  private func tearDown() {
    for transfer in queue { transfer.fail(transfer.cancelledError) }
    for (easy, transfer) in active {
      curl_multi_remove_handle(multi, easy)
      curl_easy_cleanup(easy)
      transfer.fail(transfer.cancelledError)
    }
    for easy in idle { curl_easy_cleanup(easy) }
    let late = mailbox.withLock { mailbox in
      mailbox.isClosed = true
      return mailbox.submitted
    }
    for transfer in late { transfer.fail(transfer.cancelledError) }
    curl_multi_cleanup(multi)
  }
}
