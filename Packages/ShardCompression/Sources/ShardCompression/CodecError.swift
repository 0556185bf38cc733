/// A compression that cannot be used, or bytes that it cannot read.
public struct CodecError: Error, Sendable, CustomStringConvertible {
  /// What is wrong.
  public struct Code: Sendable, Hashable {
    private let name: String
    /// No codec has this name.
    public static let unknownName = Code(name: "unknownName")
    /// The codec has no such level.
    public static let unknownLevel = Code(name: "unknownLevel")
    /// The compressed bytes are not what the codec writes: changed, cut off, or something else.
    public static let damaged = Code(name: "damaged")
    /// The compressed bytes end before the content does.
    public static let truncated = Code(name: "truncated")
    /// Bytes follow the compressed content that belong to nothing.
    public static let trailingBytes = Code(name: "trailingBytes")
    /// The content is longer than expected; it was not decompressed any further.
    public static let tooLong = Code(name: "tooLong")
    /// The content is complete and shorter than expected.
    public static let tooShort = Code(name: "tooShort")
    /// The caller's buffer has no room for the expected bytes.
    public static let noRoom = Code(name: "noRoom")
    /// There is no memory for the expected bytes, or for the codec's own state.
    public static let outOfMemory = Code(name: "outOfMemory")
    /// The content is larger than the format can hold.
    public static let tooLarge = Code(name: "tooLarge")
    /// The library could not compress.
    public static let compressionFailed = Code(name: "compressionFailed")
    /// The caller's closure threw; ``CodecError/cause`` is its error.
    public static let receiverFailed = Code(name: "receiverFailed")
  }

  public let code: Code
  /// The codec's text, such as `zstd:3`.
  public let codec: String
  public let expected: String
  public let found: String
  public let remedy: String
  /// The error of the caller's own closure, with `.receiverFailed`.
  public let cause: (any Error)?

  init(
    _ code: Code, _ codec: String, expected: String, found: String, remedy: String = CodecError.downloadAgain,
    cause: (any Error)? = nil
  ) {
    self.code = code
    self.codec = codec
    self.expected = expected
    self.found = found
    self.remedy = remedy
    self.cause = cause
  }

  static let downloadAgain = "Download the file again; `streaming verify` lists every damaged one"

  public var description: String { "\(codec): expected \(expected), found \(found).\n\(remedy)." }
}

extension CodecError {
  static func damaged(_ codec: String, _ found: String) -> CodecError {
    CodecError(.damaged, codec, expected: "an intact \(codec) stream", found: found)
  }

  static func truncated(_ codec: String, after byteCount: Int) -> CodecError {
    CodecError(
      .truncated, codec, expected: "the rest of the stream", found: "its end after \(byteCount) bytes")
  }

  static func trailingBytes(_ codec: String, _ byteCount: Int, after offset: Int) -> CodecError {
    CodecError(
      .trailingBytes, codec, expected: "the end of the file at byte \(offset)",
      found: "\(byteCount) more bytes")
  }

  static func tooLong(_ codec: String, bound: Int) -> CodecError {
    CodecError(.tooLong, codec, expected: "\(bound) bytes after decompression", found: "more than that")
  }

  static func tooShort(_ codec: String, bound: Int, found: Int) -> CodecError {
    CodecError(.tooShort, codec, expected: "\(bound) bytes after decompression", found: "\(found)")
  }

  static func outOfMemory(_ codec: String, _ byteCount: Int) -> CodecError {
    CodecError(
      .outOfMemory, codec, expected: "\(byteCount) bytes of memory", found: "less",
      remedy: "Check the size in the index, or give the process more memory")
  }

  static func compressionFailed(_ codec: String, _ found: String) -> CodecError {
    CodecError(
      .compressionFailed, codec, expected: "the library to compress", found: found,
      remedy: "Choose a lower level, or give the process more memory")
  }

  static func tooLarge(_ codec: String, _ byteCount: Int, limit: Int) -> CodecError {
    CodecError(
      .tooLarge, codec, expected: "at most \(limit) bytes", found: "\(byteCount)",
      remedy: "Set a smaller size limit for shards, or choose another compression")
  }
}
