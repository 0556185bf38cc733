internal import PythonJSON
internal import ShardFormats

/// A file's content as a column's value.
enum MemberContent {
  /// The encoding that files of an extension get; what follows its last dot decides.
  static func encoding(ofExtension name: String) -> Encoding {
    switch name.split(separator: ".").last.map(String.init) ?? name {
    case "jpg", "jpeg": .jpeg
    case "png": .png
    case "cls", "cls2", "class", "count", "id", "index", "inx": .int
    case "txt", "text", "transcript", "caption": .str
    case "json", "jsn": .json
    case "npy": .ndarray(.dynamic)
    default: .bytes
    }
  }

  /// Refuses encodings that a file cannot give.
  static func check(_ encoding: Encoding, of column: String, file: String) throws(ImportError) {
    switch encoding {
    case .pil, .listPIL, .listJPEG, .listPNG, .jpegArray, .jpegarray, .pkl:
      throw ImportError(
        .badColumns, file: file, column: column, expected: "an encoding that a file of the archive can give",
        found: encoding.name, remedy: "write the data set with a program")
    default: return
    }
  }

  static func value(of bytes: [UInt8], column: ColumnSpec) throws(ImportError) -> ColumnValue {
    switch column.encoding {
    case .bytes, .custom: return .bytes(bytes)
    case .jpeg, .png:
      guard ImageKind(of: bytes) != nil else { throw notAnImage(column.name) }
      return .bytes(bytes)
    case .ndarray where NumPyFile.isOne(bytes): return try NumPyFile.array(in: bytes, column: column.name)
    case .str: return .string(try text(bytes, column))
    default: return try TextValue.value(of: trimmed(try text(bytes, column)), column: column)
    }
  }

  static func notAnImage(_ column: String) -> ImportError {
    ImportError(
      .badValue, column: column, expected: "a JPEG or PNG file", found: "other bytes",
      remedy: "Remove the file, or take the column as bytes")
  }

  private static func text(_ bytes: [UInt8], _ column: ColumnSpec) throws(ImportError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ImportError(
        .badValue, column: column.name, expected: "UTF-8", found: "other bytes",
        remedy: "Convert the file to UTF-8, or take the column as bytes")
    }
    return text
  }

  private static func trimmed(_ text: String) -> String {
    let isBlank = { (character: Character) in character.isWhitespace }
    return String(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}

/// The kinds of image that are copied as they are, told by their first bytes.
enum ImageKind: Sendable {
  case jpeg, png

  init?(of bytes: [UInt8]) {
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else {
      return nil
    }
  }

  /// By a file's name.
  init?(ofName name: String) {
    let name = name.lowercased()
    if name.hasSuffix(".jpg") || name.hasSuffix(".jpeg") {
      self = .jpeg
    } else if name.hasSuffix(".png") {
      self = .png
    } else {
      return nil
    }
  }
}
