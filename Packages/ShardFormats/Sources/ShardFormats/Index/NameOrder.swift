internal import BinaryIO

/// Shows for names in their usual order that none occurs twice, in one pass and without a table.
///
/// Writers number their shards, so that each table's names become longer, or greater at the same length. Where that holds in
/// every table, the tables are merged like sorted lists, and a name that occurs twice would come twice in a row.
enum NameOrder {
  /// Whether all names are different. False also means that the order tells nothing.
  static func provesUnique(_ tables: [FileTable]) -> Bool {
    var heads = tables.map { Head(row: -1, of: $0) }
    for table in heads.indices {
      guard advance(&heads[table], tables[table]) else { return false }
    }
    var last: (table: Int, name: Range<Int>)?
    while true {
      var least: (table: Int, name: Range<Int>)?
      for table in heads.indices {
        guard let name = heads[table].name else { continue }
        if let found = least, !isLess(tables[table], name, tables[found.table], found.name) { continue }
        least = (table, name)
      }
      guard let least else { return true }
      if let last, !isLess(tables[last.table], last.name, tables[least.table], least.name) { return false }
      last = least
      guard advance(&heads[least.table], tables[least.table]) else { return false }
    }
  }

  /// The next name of a table.
  private struct Head {
    var row: Int
    var name: Range<Int>?
    let rowCount: Int

    init(row: Int, of table: FileTable) {
      self.row = row
      rowCount = table.byteCounts.count
    }
  }

  /// Steps to the next row with a name; false when it is not greater than the one before.
  @inline(__always)
  private static func advance(_ head: inout Head, _ table: FileTable) -> Bool {
    let before = head.name
    head.name = nil
    head.row += 1
    while head.row < head.rowCount, head.name == nil {
      head.name = table.nameRange(head.row)
      if head.name == nil { head.row += 1 }
    }
    guard let before, let name = head.name else { return true }
    return isLess(table, before, table, name)
  }

  /// Whether the left name is shorter, or as long and less.
  @inline(__always)
  private static func isLess(_ left: FileTable, _ a: Range<Int>, _ right: FileTable, _ b: Range<Int>) -> Bool {
    guard a.count == b.count else { return a.count < b.count }
    let (one, other) = (left.blob.span.bytes, right.blob.span.bytes)
    var index = 0
    while index + 8 <= a.count {
      let x = one.unsafeLoadUnaligned(fromByteOffset: a.lowerBound + index, as: UInt64.self)
      let y = other.unsafeLoadUnaligned(fromByteOffset: b.lowerBound + index, as: UInt64.self)
      if x != y { return x.byteSwapped < y.byteSwapped }
      index += 8
    }
    while index < a.count {
      let x = one.unsafeLoad(fromByteOffset: a.lowerBound + index, as: UInt8.self)
      let y = other.unsafeLoad(fromByteOffset: b.lowerBound + index, as: UInt8.self)
      if x != y { return x < y }
      index += 1
    }
    return false
  }
}
