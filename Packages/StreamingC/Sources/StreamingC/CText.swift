import CStreaming

/// The text that a caller passed.
/// - Throws: ``Failure`` `STREAMING_BAD_ARGUMENT` for a null pointer and for bytes that are not UTF-8.
func text(_ start: UnsafePointer<CChar>?, _ name: String) throws(Failure) -> String {
  guard let start else { throw .argument(name, expected: "a text", found: "a null pointer") }
  // Safe because the caller's texts end with a zero byte, as the header demands.
  guard let text = String(validatingCString: start) else {
    throw .argument(name, expected: "UTF-8", found: "other bytes")
  }
  return text
}

/// The place for a result.
/// - Throws: ``Failure`` `STREAMING_BAD_ARGUMENT` for a null pointer.
func place<T>(_ pointer: UnsafeMutablePointer<T>?, _ name: String) throws(Failure) -> UnsafeMutablePointer<T> {
  guard let pointer else { throw .argument(name, expected: "a place for the result", found: "a null pointer") }
  return pointer
}

/// Copies a text with a zero byte to where the caller wants it.
/// - Throws: ``Failure`` `STREAMING_TOO_SMALL` when it does not fit; `STREAMING_BAD_ARGUMENT` for a null pointer.
func write(
  _ string: String, to target: UnsafeMutablePointer<CChar>?, _ capacity: Int, _ length: UnsafeMutablePointer<Int>?
) throws(Failure) {
  var string = string
  let count = string.utf8.count
  // Safe because a pointer that is not null leads to memory of the caller's for one number.
  length?.pointee = count
  guard capacity > count else {
    throw Failure(
      STREAMING_TOO_SMALL, "text: expected room for \(count) bytes and a zero byte, found \(max(capacity, 0)) bytes.")
  }
  let start = try place(target, "text")
  string.withUTF8 { bytes in
    for (offset, byte) in bytes.enumerated() {
      // Safe because the caller's memory has `capacity` bytes, which are more than the text's.
      (start + offset).initialize(to: CChar(bitPattern: byte))
    }
  }
  (start + count).initialize(to: 0)
}

/// Runs a call, keeps its error's text for this thread and gives its status.
func call(_ body: () throws(Failure) -> Int) -> Int32 {
  let status = streaming_check_process()
  guard status == Int32(STREAMING_OK) else { return status }
  do throws(Failure) {
    return Int32(try body())
  } catch {
    streaming_set_error_text(error.text)
    return error.status
  }
}
