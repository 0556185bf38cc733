internal import PythonJSON

/// Splits JSON lines into objects; see ``JSONLinesRecords``.
struct JSONLinesParser: Sendable {
  private var chunks: FileChunks
  private let recordLimit: Int
  /// The line of the object that was read last.
  private(set) var line = 0

  init(path: String, recordLimit: Int) throws(ImportError) {
    chunks = try FileChunks(path: path)
    self.recordLimit = recordLimit
  }

  var path: String { chunks.path }
  var position: (byteCount: Int, of: Int?) { chunks.position }

  /// The next object; nil at the end. Errors have file and line.
  mutating func next() throws(ImportError) -> JSONObject? {
    guard let bytes = try readLine() else { return nil }
    do throws(ImportError) { return try parse(bytes) } catch { throw error.at(file: path, line: line) }
  }

  private func parse(_ bytes: [UInt8]) throws(ImportError) -> JSONObject {
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue(parsing: bytes.span.bytes) } catch {
      throw ImportError(
        .badRecord, expected: error.expected, found: "\(error.found) at byte \(error.byteOffset) of the line",
        remedy: "Write one JSON object per line", cause: error)
    }
    guard let object = value.object else {
      throw ImportError(
        .badRecord, expected: "a JSON object", found: value.kind, remedy: "Write one JSON object per line")
    }
    return object
  }

  /// The next line that is not empty, without its end.
  private mutating func readLine() throws(ImportError) -> [UInt8]? {
    var bytes: [UInt8] = []
    while let byte = try chunks.peek() {
      guard byte == 0x0A else {
        chunks.take(until: 0x0A, 0x0A, 0x0A, into: &bytes)
        guard bytes.count <= recordLimit else {
          throw ImportError(
            .recordTooLong, file: chunks.path, line: line + 1,
            expected: "a line of at most \(recordLimit) bytes",
            found: "a longer one", remedy: "Raise the limit if this is JSON lines")
        }
        continue
      }
      chunks.skip()
      line += 1
      if bytes.contains(where: { !Self.isBlank($0) }) { return bytes }
      bytes.removeAll(keepingCapacity: true)
    }
    guard bytes.contains(where: { !Self.isBlank($0) }) else { return nil }
    line += 1
    return bytes
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
}
