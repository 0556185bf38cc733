import ArchiveReading
import BinaryIO
import DatasetImport
import ShardCompression
import ShardFormats
import TestSupport
import Testing

@Suite("Column inference and several files") struct InferenceTests {
  private func inferred(_ text: String, lines: Bool = false) throws -> String {
    try withTemporaryDirectory { folder in
      try FileSystem.write(Array(text.utf8).span.bytes, to: folder + "/t")
      let columns =
        try lines ? ImportColumns.inferred(fromJSONLines: folder + "/t") : ImportColumns.inferred(fromCSV: folder + "/t")
      return columns.columns.map { "\($0.name):\($0.encodingName)" }.joined(separator: ",")
    }
  }

  @Test(
    "a table's columns by their texts",
    arguments: [
      ("1", "int"), ("-3\n4", "int"), ("1\n2.5", "float64"), ("1e3", "float64"), ("nan", "float64"), ("007", "str"),
      ("1\n007", "str"), ("9223372036854775808", "float64"), ("x", "str"), ("x\n1", "str"), ("1_000", "str"),
      (" 1", "str"),
    ])
  func table(values: String, encoding: String) throws {
    #expect(try inferred("a\n" + values + "\n") == "a:" + encoding)
  }

  @Test(
    "a member of JSON lines by its kinds",
    arguments: [
      ("1", "int"), ("18446744073709551616", "str_int"), ("1\n2.5", "float64"), ("\"1\"", "str"), ("null", "json"),
      ("\"x\"\n1", "json"), ("[1]", "json"), ("true", "json"),
    ])
  func lines(values: String, encoding: String) throws {
    let text = values.split(separator: "\n").map { "{\"a\": \($0)}\n" }.joined()
    #expect(try inferred(text, lines: true) == "a:" + encoding)
  }

  @Test("what tells no columns is refused")
  func refused() throws {
    for text in ["", "a,b\n", "a,a\n1,2\n", "a,b\n1\n"] { #expect(throws: ImportError.self) { try inferred(text) } }
    for text in ["", "{\"a\": 1}\n{\"b\": 1}\n", "[1]\n"] {
      #expect(throws: ImportError.self) { try inferred(text, lines: true) }
    }
  }

  @Test("text takes float where MDS has float64; a table without a header has a field per element")
  func forms() throws {
    let columns = try ImportColumns(parsing: "x:ndarray:uint8:1,3,y:float64")
    #expect(columns.fieldNames == ["x0", "x1", "x2", "y"])
    #expect(try columns.forText().columns.map(\.encodingName) == ["ndarray:uint8:1,3", "float"])
  }

  @Test("several files follow one another, compressed or not; progress counts all of their bytes")
  func chained() throws {
    try withTemporaryDirectory { folder in
      let second = try Codec.gzip().compress(Array("n\n3\n".utf8).span.bytes)
      try FileSystem.write(Array("n\n1\n2\n".utf8).span.bytes, to: folder + "/a.csv")
      try FileSystem.write(second.span.bytes, to: folder + "/b.csv.gz")
      try FileSystem.write(Array("n\n".utf8).span.bytes, to: folder + "/empty.csv")
      let columns = try ImportColumns(parsing: "n:int")
      let paths = ["/empty.csv", "/a.csv", "/b.csv.gz", "/empty.csv"].map { folder + $0 }
      var source = try ChainedRecords(paths) { path throws(ImportError) in try CSVRecords(path: path, columns: columns) }
      var values: [ColumnValue?] = []
      while let sample = try source.next() { values.append(sample["n"]) }
      #expect(values == [1, 2, 3])
      #expect(source.position.of == 2 + 6 + second.count + 2)
      #expect(source.position.byteCount == source.position.of)
      #expect(try source.next() == nil)
      let error = #expect(throws: ImportError.self) {
        try ChainedRecords([folder + "/a.csv", folder + "/absent.csv"]) { path throws(ImportError) in
          try CSVRecords(path: path, columns: columns)
        }
      }
      #expect(error?.code == .unreadable)
    }
  }
}
