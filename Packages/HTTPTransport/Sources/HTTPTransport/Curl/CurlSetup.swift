import CCurl
import ObjectStorage

/// Sets options of an easy handle and remembers whether all were taken.
final class CurlSetup {
  private let easy: UnsafeMutableRawPointer
  private(set) var isComplete = true

  init(_ easy: UnsafeMutableRawPointer) { self.easy = easy }

  /// The handle, to be asked while its transfer runs.
  var handle: CurlHandle { CurlHandle(easy) }

  func set(_ option: CURLoption, _ value: Int) { note(ccurl_set_long(easy, option, value)) }

  /// libcurl copies the text.
  func set(_ option: CURLoption, _ value: String) {
    note(value.withCString { ccurl_set_pointer(easy, option, $0) })
  }

  func set(_ text: ErrorText) { note(ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, text.buffer.baseAddress)) }

  func setUploadByteCount(_ count: Int) {
    note(ccurl_set_offset(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(count)))
  }

  /// Sets lines: headers or commands. Returns the list, which must outlive the transfer; nil when memory is short.
  func set(_ option: CURLoption, _ lines: [String]) -> CurlList? {
    guard let list = CurlList(lines) else { return nil }
    note(ccurl_set_pointer(easy, option, list.first))
    return list
  }

  /// Lets libcurl call the transfer.
  // Safe because the loop keeps the transfer in `active` until it has taken the handle out of the multi
  // handle, and libcurl calls only in between, on the loop's thread.
  func setCallbacks(of transfer: CurlTransfer) {
    let pointer = Unmanaged.passUnretained(transfer).toOpaque()
    for option in [CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_READDATA, CURLOPT_SEEKDATA] {
      note(ccurl_set_pointer(easy, option, pointer))
    }
    note(ccurl_set_data_function(easy, CURLOPT_WRITEFUNCTION, receiveBody))
    note(ccurl_set_data_function(easy, CURLOPT_HEADERFUNCTION, receiveHeader))
    note(ccurl_set_data_function(easy, CURLOPT_READFUNCTION, sendBody))
    note(ccurl_set_seek_function(easy, seekBody))
  }

  /// Has the transfer decide about the host's key.
  // Safe as `setCallbacks` is.
  func setKeyCallback(of transfer: SSHTransfer) {
    note(ccurl_set_pointer(easy, CURLOPT_SSH_KEYDATA, Unmanaged.passUnretained(transfer).toOpaque()))
    note(ccurl_set_key_function(easy, checkHostKey))
  }

  private func note(_ code: CURLcode) { if code != CURLE_OK { isComplete = false } }
}

/// Lines in libcurl's own memory.
final class CurlList {
  // Safe because the object owns the list alone and frees it once, in `deinit`.
  fileprivate let first: UnsafeMutablePointer<curl_slist>?

  /// Copies lines; nil when memory is short.
  init?(_ lines: [String]) {
    var list: UnsafeMutablePointer<curl_slist>?
    for line in lines {
      guard let longer = curl_slist_append(list, line) else {
        curl_slist_free_all(list)
        return nil
      }
      list = longer
    }
    first = list
  }

  deinit { curl_slist_free_all(first) }
}

/// Where libcurl writes its words for a failure.
final class ErrorText {
  // Safe because it is allocated for the object's whole life, and libcurl writes at most this much, on the
  // I/O thread, which is also where it is read.
  let buffer = UnsafeMutableBufferPointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  init() { buffer.initialize(repeating: 0) }
  deinit { buffer.deallocate() }

  var text: String {
    String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

// libcurl's callbacks. Safe because the user data is the transfer (see `setCallbacks`), and each buffer is
// valid for `size * count` bytes during the call.

private func transfer(_ pointer: UnsafeMutableRawPointer) -> CurlTransfer {
  Unmanaged<CurlTransfer>.fromOpaque(pointer).takeUnretainedValue()
}

private func receiveBody(
  _ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ user: UnsafeMutableRawPointer?
) -> Int {
  guard let user else { return 0 }
  let bytes = UnsafeRawBufferPointer(start: data, count: size * count)
  // Less than was given tells libcurl to end the transfer.
  return transfer(user).received(body: bytes.bytes) ? bytes.count : (bytes.isEmpty ? 1 : 0)
}

private func receiveHeader(
  _ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ user: UnsafeMutableRawPointer?
) -> Int {
  guard let user else { return 0 }
  let bytes = UnsafeRawBufferPointer(start: data, count: size * count)
  return transfer(user).received(headerLine: bytes.bytes) ? bytes.count : (bytes.isEmpty ? 1 : 0)
}

private func sendBody(
  _ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ user: UnsafeMutableRawPointer?
) -> Int {
  guard let user, let data else { return Int(CURL_READFUNC_ABORT) }
  return data.withMemoryRebound(to: UInt8.self, capacity: size * count) { start in
    let buffer = UnsafeMutableBufferPointer(start: start, count: size * count)
    var out = OutputSpan(buffer: buffer, initializedCount: 0)
    let sending = transfer(user).send(into: &out)
    let sent = out.finalize(for: buffer)
    switch sending {
    case .sent: return sent
    case .paused: return Int(CURL_READFUNC_PAUSE)
    case .failed: return Int(CURL_READFUNC_ABORT)
    }
  }
}

private func seekBody(_ user: UnsafeMutableRawPointer?, _ offset: curl_off_t, _ origin: CInt) -> CInt {
  guard let user, origin == 0, transfer(user).seek(to: Int(offset)) else { return CInt(CURL_SEEKFUNC_FAIL) }
  return CInt(CURL_SEEKFUNC_OK)
}

private func checkHostKey(
  _ easy: UnsafeMutableRawPointer?, _ known: UnsafePointer<curl_khkey>?, _ found: UnsafePointer<curl_khkey>?,
  _ match: curl_khmatch, _ user: UnsafeMutableRawPointer?
) -> CInt {
  guard let user else { return CInt(CURLKHSTAT_REJECT.rawValue) }
  let transfer = Unmanaged<SSHTransfer>.fromOpaque(user).takeUnretainedValue()
  let isTrusted = transfer.trusts(match, keyType: found?.pointee.keytype)
  return CInt((isTrusted ? CURLKHSTAT_FINE : CURLKHSTAT_REJECT).rawValue)
}

/// An easy handle, to be asked about its transfer.
struct CurlHandle {
  // Safe because the loop owns the handle, and a transfer asks it in its callbacks and in `ended` only, when it still is
  // that transfer's.
  private let easy: UnsafeMutableRawPointer

  init(_ easy: UnsafeMutableRawPointer) { self.easy = easy }

  /// A number, -1 when libcurl has none.
  func number(_ info: CURLINFO) -> Int { Int(ccurl_get_number(easy, info)) }
}
