/// The five shard formats, by the names that the index and file names use.
public enum ShardFormatName: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
  /// Binary, any encoding.
  case mds
  /// Text in columns: comma, tab, or any separator.
  case csv, tsv, xsv
  /// A JSON object per line.
  case json

  public var description: String { rawValue }

  /// Whether a `.meta` file with the offsets lies beside the data file.
  public var hasMeta: Bool { self != .mds }

  /// The data file's name of the `number`-th shard that a writer makes: `shard.00012.mds`; wider from 100,000 on.
  public func basename(shard number: Int) -> String {
    let digits = String(number)
    return "shard." + String(repeating: "0", count: max(0, 5 - digits.utf8.count)) + digits + "." + rawValue
  }
}
