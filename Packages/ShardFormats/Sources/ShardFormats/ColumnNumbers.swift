/// Column names to numbers: a table, exact to the code point where Swift's strings are not.
package struct ColumnNumbers: Sendable {
  private let columns: [ColumnSpec]
  private let numbers: [String: Int]

  package init(_ columns: [ColumnSpec]) {
    self.columns = columns
    numbers = Dictionary(columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  package subscript(name: String) -> Int? {
    guard let number = numbers[name] else { return nil }
    if columns[number].name.utf8.elementsEqual(name.utf8) { return number }
    // A composed and a decomposed name are one to Swift and two to upstream.
    return columns.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
  }
}
