/// Why an image cannot be decoded or encoded: where, what was expected, what was found, what to do.
public struct ImageError: Error, Sendable {
  /// The kind of failure; compare with the static members. More kinds may be added.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// The bytes begin neither as JPEG nor as PNG.
    public static let unknownFormat = Code(description: "unknownFormat")
    /// The bytes contradict the format or a checksum.
    public static let damaged = Code(description: "damaged")
    /// The bytes end before the image does.
    public static let truncated = Code(description: "truncated")
    /// The image is larger than the decoder's ``ImageLimits`` allow; nothing was decoded.
    public static let limitExceeded = Code(description: "limitExceeded")
    /// There is no memory for the image.
    public static let outOfMemory = Code(description: "outOfMemory")
    /// A kind of image that the library does not read or write.
    public static let unsupported = Code(description: "unsupported")
    /// The image cannot be given in the layout that was asked for.
    public static let layoutUnavailable = Code(description: "layoutUnavailable")
    /// The caller's buffer has no room for the pixels.
    public static let noRoom = Code(description: "noRoom")
    /// Pixels, palette and shape do not belong together.
    public static let wrongShape = Code(description: "wrongShape")
    /// The image is larger than the file format can hold.
    public static let tooLarge = Code(description: "tooLarge")
    /// An option without sense.
    public static let badOption = Code(description: "badOption")
    /// The library could not encode.
    public static let encodingFailed = Code(description: "encodingFailed")
    /// The column cannot be read; see the cause.
    public static let unreadableColumn = Code(description: "unreadableColumn")
    /// The column holds no images.
    public static let notAnImage = Code(description: "notAnImage")
  }

  public var code: Code
  /// The file's path; empty when there is none.
  public var file: String
  /// The sample's number in its shard.
  public var sample: Int?
  public var column: String?
  /// The image's number in a list.
  public var element: Int?
  /// The position in the image's own bytes up to which they were read, where it is known.
  public var byteOffset: Int?
  public var expected: String
  public var found: String
  /// What to do, present tense, without a full stop.
  public var remedy: String
  /// The error of a lower layer that led to this one.
  public var cause: (any Error)?

  init(
    _ code: Code, byteOffset: Int? = nil, expected: String, found: String, remedy: String, cause: (any Error)? = nil
  ) {
    self.code = code
    file = ""
    self.byteOffset = byteOffset
    self.expected = expected
    self.found = found
    self.remedy = remedy
    self.cause = cause
  }

  /// The same error with what is known about its place filled in; what is set already stays.
  func at(file: String? = nil, sample: Int? = nil, column: String? = nil, element: Int? = nil) -> ImageError {
    var error = self
    if error.file.isEmpty { error.file = file ?? "" }
    error.sample = error.sample ?? sample
    error.column = error.column ?? column
    error.element = error.element ?? element
    return error
  }
}

extension ImageError: CustomStringConvertible {
  /// Two lines: the place with what was expected and found; then the remedy.
  public var description: String {
    var place: [String] = []
    if !file.isEmpty { place.append(file) }
    if let sample { place.append("sample \(sample)") }
    if let column { place.append("column \"\(column)\"") }
    if let element { place.append("element \(element)") }
    if let byteOffset { place.append("byte \(byteOffset) of the image") }
    let head = place.isEmpty ? "" : place.joined(separator: ", ") + ": "
    return "\(head)expected \(expected), found \(found).\n\(remedy.prefix(1).uppercased())\(remedy.dropFirst())."
  }
}

extension ImageError {
  static let getAgain =
    "get the file again; `streaming verify` lists damaged shards, and `toleratesDamage` reads what can be read"

  static func damaged(_ format: ImageFileFormat, _ found: String, at byteOffset: Int? = nil) -> ImageError {
    ImageError(
      .damaged, byteOffset: byteOffset, expected: "an intact \(format) file", found: found, remedy: getAgain)
  }

  static func truncated(_ format: ImageFileFormat, after byteCount: Int, _ found: String) -> ImageError {
    ImageError(
      .truncated, byteOffset: byteCount, expected: "the rest of the \(format) file", found: found, remedy: getAgain)
  }

  static func outOfMemory(_ byteCount: Int) -> ImageError {
    ImageError(
      .outOfMemory, expected: "\(byteCount) bytes of memory", found: "less",
      remedy: "give the process more memory, or lower the decoder's limits")
  }
}
