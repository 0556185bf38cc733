import BinaryIO
import CStreaming
import ColumnarBatch
import DatasetLoading
import PythonJSON
import SampleOrder
import Threading

/// What a call returns instead of `STREAMING_OK`: a status of `streaming.h` and the text for `streaming_error_text`.
struct Failure: Error {
  let status: Int32
  let text: String

  init(_ status: Int, _ text: String) {
    self.status = Int32(status)
    self.text = text
  }

  /// Of a caller's argument.
  static func argument(_ name: String, expected: String, found: String) -> Failure {
    Failure(STREAMING_BAD_ARGUMENT, "\(name): expected \(expected), found \(found).")
  }

  /// Of a caller's options.
  static func options(_ name: String, expected: String, found: String) -> Failure {
    Failure(STREAMING_BAD_OPTIONS, "\(name): expected \(expected), found \(found).")
  }

  init(_ error: LoadingError) {
    let status =
      switch error.code {
      case .configuration, .unsafeColumn: STREAMING_BAD_OPTIONS
      case .memory: STREAMING_OUT_OF_MEMORY
      case .timedOut: STREAMING_TIMED_OUT
      case .cancelled: STREAMING_CLOSED
      default: STREAMING_UNREADABLE
      }
    self.init(status, "\(error)")
  }

  init(_ error: ConfigurationError) { self.init(STREAMING_BAD_OPTIONS, "\(error)") }

  init(_ error: BatchError) {
    self.init(error.code == .outOfMemory ? STREAMING_OUT_OF_MEMORY : STREAMING_BAD_ARGUMENT, "\(error)")
  }
}
