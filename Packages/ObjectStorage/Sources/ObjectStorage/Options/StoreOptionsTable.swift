/// Options by URL prefix: the more of an address a prefix covers, the more its options count.
public struct StoreOptionsTable: Sendable {
  private var rows: [(prefix: String, options: StoreOptions)] = []

  /// Makes an empty table.
  public init() {}

  /// The prefixes that have options, shortest first.
  public var prefixes: [String] { rows.map(\.prefix) }

  /// Changes the options of addresses below `prefix`.
  /// - Parameter prefix: `s3://` for a scheme, `s3://bucket`, `s3://bucket/folder`, a path: it covers whole names
  ///   between slashes, so `s3://web` does not cover `s3://web2`.
  /// - Throws: `.unusableURL`.
  public mutating func configure(
    _ prefix: String, _ change: (inout StoreOptions) -> Void
  ) throws(ObjectStoreError) {
    let name = try StoreURL(parsing: prefix).description
    if let place = rows.firstIndex(where: { $0.prefix.utf8.elementsEqual(name.utf8) }) {
      change(&rows[place].options)
      return
    }
    var options = StoreOptions()
    change(&options)
    let length = name.utf8.count
    let place = rows.firstIndex { $0.prefix.utf8.count > length } ?? rows.endIndex
    rows.insert((name, options), at: place)
  }

  /// The options for an address: those of all prefixes that cover it, the longer ones over the shorter.
  public subscript(url: StoreURL) -> StoreOptions {
    let text = url.description
    var options = StoreOptions()
    for row in rows where Self.covers(row.prefix, text) { options = row.options.over(options) }
    return options
  }

  /// This table's rows over those of another.
  public func over(_ general: StoreOptionsTable) -> StoreOptionsTable {
    var joined = general
    for row in rows {
      // The prefix was read before.
      try? joined.configure(row.prefix) { $0 = row.options.over($0) }
    }
    return joined
  }

  private static func covers(_ prefix: String, _ text: String) -> Bool {
    guard text.startsWithBytes(prefix) else { return false }
    return prefix.utf8.last == slash || text.utf8.count == prefix.utf8.count
      || text.utf8.dropFirst(prefix.utf8.count).first == slash
  }
}
