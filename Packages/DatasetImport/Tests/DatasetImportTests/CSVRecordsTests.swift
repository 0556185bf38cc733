import BinaryIO
import DatasetImport
import Foundation
import PythonJSON
import ShardFormats
import TestSupport
import Testing

/// All records of a text, every column a string.
func records(_ text: String, _ columns: String, separator: Unicode.Scalar = ",") throws -> [[String:
  ColumnValue]]
{
  try withTemporaryDirectory { path in
    try FileSystem.write(Array(text.utf8).span.bytes, to: path + "/t.csv")
    var source = try CSVRecords(
      path: path + "/t.csv", columns: ImportColumns(parsing: columns), separator: separator)
    var all: [[String: ColumnValue]] = []
    while let sample = try source.next() { all.append(sample) }
    return all
  }
}

/// The shortest parser of the same language: one character at a time over the whole text.
func naiveCSV(_ text: String) -> [[String]] {
  var (rows, row, field, inQuotes): ([[String]], [String], String, Bool) = ([], [], "", false)
  var scalars = Array(text.unicodeScalars)
  if scalars.last != "\n" { scalars.append("\n") }
  var index = 0
  while index < scalars.count {
    let scalar = scalars[index]
    let next = index + 1 < scalars.count ? scalars[index + 1] : nil
    switch scalar {
    case "\"" where inQuotes && next == "\"":
      field.unicodeScalars.append("\"")
      index += 1
    case "\"": inQuotes.toggle()
    case "\r" where !inQuotes && next == "\n": break
    case "," where !inQuotes:
      row.append(field)
      field = ""
    case "\n" where !inQuotes:
      row.append(field)
      if row != [""] { rows.append(row) }
      (row, field) = ([], "")
    default: field.unicodeScalars.append(scalar)
    }
    index += 1
  }
  return rows
}

@Suite("CSV import") struct CSVRecordsTests {
  @Test("quotes, doubled quotes, line breaks within, CRLF, a byte order mark, no last line break")
  func forms() throws {
    let text =
      "\u{FEFF}a,b\r\n1,\"x, y\"\r\n\r\n\"2\",\"he said \"\"no\"\"\"\n3,\"two\r\nlines\"\n\"\",\"\"\n4,é"
    let rows = try records(text, "b:str,a:str")
    let pairs = rows.map { [$0["a"], $0["b"]] }
    #expect(
      pairs == [
        ["1", "x, y"], ["2", "he said \"no\""], ["3", "two\r\nlines"], ["", ""], ["4", "é"],
      ])
  }

  @Test("agrees with the naive parser on random tables", arguments: 0..<200 as Range<UInt64>)
  func random(seed: UInt64) throws {
    var state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1
    func pick(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    let pieces = ["a", "b,", "\"\"", "\n", "\r\n", " ", "é", "x\ry"]
    var text = "p,q,r\n"
    for _ in 0..<pick(8) {
      var fields: [String] = []
      for _ in 0..<3 {
        if pick(2) == 0 {
          fields.append("\"" + (0..<pick(5)).map { _ in pieces[pick(pieces.count)] }.joined() + "\"")
        } else {
          fields.append(["", "plain", "1.5", " spaced ", "é\rü"][pick(5)])
        }
      }
      text += fields.joined(separator: ",") + ["\n", "\r\n"][pick(2)]
    }
    let expected = naiveCSV(text).dropFirst().map { row in row.map { ColumnValue.string($0) } }
    let rows = try records(text, "p:str,q:str,r:str").map { [$0["p"], $0["q"], $0["r"]] }
    #expect(rows == expected.map { $0.map(Optional.some) }, "\(text.debugDescription)")
  }

  @Test("records longer than the read buffer")
  func longRecords() throws {
    let long = String(repeating: "long text, \"\"quoted\"\"\n", count: 40_000)
    let rows = try records("a,b\n1,\"\(long)\"\n2,x\n", "a:int,b:str")
    #expect(rows.count == 2)
    #expect(rows[0]["b"] == .string(long.replacingOccurrences(of: "\"\"", with: "\"")))
    #expect(rows[1]["a"] == 2)
  }

  @Test("values become what the column asks for")
  func types() throws {
    let rows = try records(
      "i;f;d;j;b;big;n\n5;1e3;1.10;\"{\"\"a\"\": [1]}\";raw;99999999999999999999;[[1,2],[3,4]]\n 7 ;nan;0;1;;-1;[[0.5,1],[2,3]]\n",
      "i:int8,f:float32,d:str_decimal,j:json,b:bytes,big:str_int,n:ndarray", separator: ";")
    #expect(rows[0]["i"] == 5)
    #expect(rows[0]["f"] == .float(1000))
    #expect(rows[0]["d"] == .decimal("1.10"))
    #expect(rows[0]["j"] == .json(["a": [1]]))
    #expect(rows[0]["b"] == .bytes(Array("raw".utf8)))
    #expect(rows[0]["n"] == .ndarray(try NDArray([1, 2, 3, 4] as [Int64], shape: [2, 2])))
    #expect(rows[1]["i"] == 7)
    #expect(rows[1]["n"] == .ndarray(try NDArray([0.5, 1, 2, 3] as [Double], shape: [2, 2])))
    if case .float(let value)? = rows[1]["f"] { #expect(value.isNaN) } else { Issue.record("no float") }
    #expect(try records("x\n5.0\n", "x:int")[0]["x"] == 5)
  }

  @Test("an array of fixed shape takes numbered columns", arguments: ["", "_"])
  func gathered(infix: String) throws {
    let header = [3, 1, 0, 2].map { "p\(infix)\($0)" }.joined(separator: ",")
    let rows = try records("y,\(header)\n9,3,1,0,2\n", "p:ndarray:uint8:2,2,y:int")
    #expect(rows[0]["p"] == .ndarray(try NDArray([0, 1, 2, 3] as [UInt8], shape: [2, 2])))
    #expect(rows[0]["y"] == 9)
  }

  @Test(
    "names the line of what is wrong",
    arguments: [
      ("a,b\n1,2\n3\n", "a:int", 3, ImportError.Code.badRecord), ("a,b\n1,2,3\n", "a:int", 2, .badRecord),
      ("a\n\"x\n", "a:str", 2, .badRecord), ("a\n\"x\"y\n", "a:str", 2, .badRecord),
      ("a\nx\"y\n", "a:str", 2, .badRecord),
      ("a\n\"1\n2\"\nx\n", "a:int", 2, .badValue), ("a\n1\n\n2.5\n", "a:int", 4, .badValue),
      ("a\n\"[1,[2]]\"\n", "a:ndarray", 2, .badValue), ("a\n[300]\n", "a:ndarray:uint8", 2, .badValue),
      ("a\n{\n", "a:json", 2, .badValue), ("", "a:int", 1, .missingColumn),
      ("a,a\n1,2\n", "a:int", 1, .missingColumn),
      ("b\n1\n", "a:int", 1, .missingColumn),
    ])
  func errors(text: String, columns: String, line: Int, code: ImportError.Code) throws {
    let error = #expect(throws: ImportError.self) { try records(text, columns) }
    #expect(error?.code == code)
    #expect(error?.line == line)
    #expect(error?.file.hasSuffix("t.csv") == true)
  }

  @Test("a quote that is never closed stops at the limit")
  func limit() throws {
    try withTemporaryDirectory { path in
      try FileSystem.write(
        Array(("a\n\"" + String(repeating: "x\n", count: 500_000)).utf8).span.bytes, to: path + "/t.csv")
      var source = try CSVRecords(
        path: path + "/t.csv", columns: ImportColumns(parsing: "a:str"), recordLimit: 1000)
      let error = #expect(throws: ImportError.self) { try source.next() }
      #expect(error?.code == .recordTooLong)
      #expect(source.position.byteCount < 600_000)
    }
  }

  @Test("bytes that are no UTF-8 are refused, and files that are none")
  func badFiles() throws {
    try withTemporaryDirectory { path in
      try FileSystem.write(([0x61, 0x0A, 0xFF, 0x0A] as [UInt8]).span.bytes, to: path + "/t.csv")
      var source = try CSVRecords(path: path + "/t.csv", columns: ImportColumns(parsing: "a:str"))
      let error = #expect(throws: ImportError.self) { try source.next() }
      #expect(error?.code == .badRecord)
      for name in ["/none", ""] {
        let missing = #expect(throws: ImportError.self) {
          try CSVRecords(path: path + name, columns: ImportColumns(parsing: "a:str"))
        }
        #expect(missing?.code == .unreadable)
      }
    }
  }
}
