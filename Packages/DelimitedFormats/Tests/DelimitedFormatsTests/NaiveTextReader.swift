import PythonJSON
import ShardFormats
import Testing

/// The shortest right reader of a text shard: splits the whole data file into lines by the newline, without offsets.
///
/// Right only for undamaged files whose values hold no newline, which is what a writer makes.
enum NaiveTextReader {
  /// Each line's columns as text: the parts of a CSV line, the JSON values of a JSON line.
  static func read(_ data: [UInt8], _ schema: ShardSchema) throws -> [[String]] {
    let text = String(decoding: data, as: UTF8.self)
    var lines = split(text, schema.newline ?? "\n")
    #expect(lines.popLast() == "")
    guard schema.format != .json else {
      return try lines.map { line in
        let json = try JSONValue(parsing: line)
        return schema.columns.map { column in
          String(decoding: (json[column.name] ?? .null).encoded(sortingKeys: false), as: UTF8.self)
        }
      }
    }
    let separator = schema.format == .csv ? "," : schema.format == .tsv ? "\t" : schema.separator ?? ""
    let rows = lines.map { split($0, separator) }
    #expect(rows[0] == schema.columns.map(\.name))
    return Array(rows.dropFirst())
  }

  private static func split(_ text: String, _ separator: String) -> [String] {
    // Foundation compares canonically equivalent text: split bytes.
    var parts: [[UInt8]] = [[]]
    let bytes = Array(text.utf8)
    let needle = Array(separator.utf8)
    var position = 0
    while position < bytes.count {
      if bytes[position...].starts(with: needle) {
        parts.append([])
        position += needle.count
      } else {
        parts[parts.count - 1].append(bytes[position])
        position += 1
      }
    }
    return parts.map { String(decoding: $0, as: UTF8.self) }
  }
}
