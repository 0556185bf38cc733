package import BinaryIO

extension ObjectStoreError {
  /// Wraps a failure of this machine's file system.
  package init(_ error: FileError, url: String? = nil) {
    let code: Code =
      switch error.code {
      case .notFound, .notADirectory: .notFound
      case .permissionDenied: .forbidden
      case .alreadyExists: .alreadyExists
      default: .localFile
      }
    self.init(
      code, url: url ?? error.path, detail: "expected \(error.expected), found \(error.found)",
      remedy: error.remedy,
      cause: error)
  }

  /// Wraps a failure of a file that bytes are written to or read from, which is no object of a store.
  package init(sinkOrSource error: FileError) {
    self.init(
      .localFile, url: error.path, detail: "expected \(error.expected), found \(error.found)",
      remedy: error.remedy,
      cause: error)
  }
}
