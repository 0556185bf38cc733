import BinaryIO
import DatasetImport
import DatasetWriting
import MDSFormat
import ObjectStorage
import PythonJSON
import ShardFormats
import TestSupport
import Testing

@Suite("Import") struct ImportTests {
  private func lines(_ text: String, _ columns: String) throws -> [[String: ColumnValue]] {
    try withTemporaryDirectory { path in
      try FileSystem.write(Array(text.utf8).span.bytes, to: path + "/t.jsonl")
      var source = try JSONLinesRecords(path: path + "/t.jsonl", columns: ImportColumns(parsing: columns))
      var all: [[String: ColumnValue]] = []
      while let sample = try source.next() { all.append(sample) }
      return all
    }
  }

  @Test("JSON lines: every kind of member, others ignored, empty lines skipped")
  func jsonLines() throws {
    let rows = try lines(
      """
      {"t": "x", "n": 3, "f": 2, "b": "AAEC/w==", "a": [[1, 2]], "j": null, "more": 1}

      {"t": "é", "n": 18446744073709551615, "f": 0.5, "b": "", "a": [[0.5]], "j": {"k": [true]}}
      """, "t:str,n:uint64,f:float64,b:bytes,a:ndarray:float32,j:json")
    #expect(rows.count == 2)
    #expect(rows[0]["b"] == .bytes([0, 1, 2, 255]))
    #expect(rows[0]["f"] == .float(2))
    #expect(rows[0]["a"] == .ndarray(try NDArray([1, 2] as [Float], shape: [1, 2])))
    #expect(rows[0]["j"] == .json(.null))
    #expect(rows[1]["n"] == .integer(JSONInteger(UInt64.max)))
    #expect(rows[1]["j"] == .json(["k": [true]]))
  }

  @Test(
    "JSON lines: errors name the line",
    arguments: [
      ("{}\n", 1, ImportError.Code.missingColumn), ("{\"a\": 1}\n\n[1]\n", 3, .badRecord),
      ("{\"a\": \"x\"}\n", 1, .badValue),
      ("{\"a\": 1}\n{\"a\": 2\n", 2, .badRecord), ("{\"a\": 1.5}", 1, .badValue),
      ("{\"a\": true}", 1, .badValue),
    ])
  func jsonErrors(text: String, line: Int, code: ImportError.Code) {
    let error = #expect(throws: ImportError.self) { try lines(text, "a:int") }
    #expect(error?.code == code)
    #expect(error?.line == line)
  }

  @Test(
    "base64: bytes of each length, and what is none",
    arguments: ["A", "AA=A", "A===", "AB!D", "====", "AA AA"])
  func base64(bad: String) throws {
    #expect(throws: ImportError.self) { try lines("{\"a\": \"\(bad)\"}", "a:bytes") }
    #expect(try lines("{\"a\": \"AAECAwQ=\"}", "a:bytes")[0]["a"] == .bytes([0, 1, 2, 3, 4]))
    #expect(try lines("{\"a\": \"AAEC+/8\"}", "a:bytes")[0]["a"] == .bytes([0, 1, 2, 251, 255]))
  }

  @Test("arrays and images as `streaming head --json` prints them")
  func printed() throws {
    let image = #"{"mode": "L", "size": [2, 1], "base64": "AAE="}"#
    let rows = try lines(
      #"{"a": {"dtype": "uint16", "shape": [1, 2], "base64": "AAECAw=="}, "i": \#(image), "l": [\#(image)]}"#,
      "a:ndarray,i:pil,l:list[pil]")
    let value = ColumnValue.image(try RawImage(mode: "L", width: 2, height: 1, pixels: [0, 1]))
    #expect(rows[0]["a"] == .ndarray(try NDArray(type: .uint16, shape: [1, 2], bytes: [0, 1, 2, 3])))
    #expect(rows[0]["i"] == value)
    #expect(rows[0]["l"] == .list([value]))
    for text in [
      #"{"dtype": "uint16", "shape": [3], "base64": "AAEC"}"#, #"{"dtype": "x", "shape": [1], "base64": "AA=="}"#,
      #"{"dtype": "uint8", "shape": [-1], "base64": ""}"#, #"{"dtype": "uint8", "shape": 1, "base64": "AA=="}"#,
    ] {
      let error = #expect(throws: ImportError.self) { try lines(#"{"a": \#(text)}"#, "a:ndarray") }
      #expect(error?.code == .badValue, "\(text)")
    }
    for text in [#"{"mode": "L", "size": [2], "base64": "AAE="}"#, #"{"mode": "L", "size": [3, 1], "base64": "AAE="}"#, "1"] {
      let error = #expect(throws: ImportError.self) { try lines(#"{"a": \#(text)}"#, "a:pil") }
      #expect(error?.code == .badValue, "\(text)")
    }
  }

  @Test("pickles are written only with leave")
  func pickles() throws {
    #expect(throws: ImportError.self) { try lines(#"{"a": "gAQu"}"#, "a:pkl") }
    try withTemporaryDirectory { path in
      try FileSystem.write(Array(#"{"a": "gAQu"}"#.utf8).span.bytes, to: path + "/t.jsonl")
      var source = try JSONLinesRecords(
        path: path + "/t.jsonl", columns: ImportColumns(parsing: "a:pkl"), allowsPickles: true)
      #expect(try source.next()?["a"] == .bytes([0x80, 4, 0x2E]))
    }
  }

  @Test("columns as text: dimensions belong to the array before them")
  func columns() throws {
    let columns = try ImportColumns(parsing: "x:ndarray:float32:2,3,y:int,a b:str,z:ndarray:int8:4")
    #expect(columns.columns.map(\.name) == ["x", "y", "a b", "z"])
    #expect(columns.columns[0].encodingName == "ndarray:float32:2,3")
    for text in [
      "", "x", "x:", ":int", "x:int,x:str", "x:int,", "x:int,3", "x:nope", "x:ndarray:float32:2,b",
    ] {
      let error = #expect(throws: ImportError.self) { try ImportColumns(parsing: text) }
      #expect(error?.code == .badColumns, "\(text)")
    }
  }

  @Test(
    "encodings that the source cannot give are refused at once",
    arguments: ["jpeg", "pil", "pkl", "list[png]"])
  func unusable(encoding: String) throws {
    let error = #expect(throws: ImportError.self) { try records("a\nx\n", "a:\(encoding)") }
    #expect(error?.code == .badColumns)
  }

  @Test("a table becomes a data set, also after an interruption")
  func endToEnd() async throws {
    try await withTemporaryDirectory { path in
      let table = "n,text\n" + (0..<500).map { "\($0),\"line \($0), quoted\"\n" }.joined()
      try FileSystem.write(Array(table.utf8).span.bytes, to: path + "/t.csv")
      try FileSystem.write(Array((table + "500,x,y\n").utf8).span.bytes, to: path + "/bad.csv")
      // snippet: import
      let columns = try ImportColumns(parsing: "n:int,text:str")
      let source = try CSVRecords(path: path + "/t.csv", columns: columns)
      let writer = try MDSWriter(to: path + "/out", columns: columns.encodings, stores: ObjectStoreRegistry())
      {
        $0.sizeLimit = .kilobytes(4)
      }
      let index = try await importRecords(from: source, into: writer)
      // end snippet
      #expect(index.sampleCount == 500)

      func writeResuming(_ file: String) async throws -> DatasetIndex {
        try await importRecords(
          from: try CSVRecords(path: path + file, columns: columns),
          into: try MDSWriter(to: path + "/again", columns: columns.encodings, stores: ObjectStoreRegistry())
          {
            $0.sizeLimit = .kilobytes(4)
            $0.resumes = true
          })
      }
      let error = await #expect(throws: ImportError.self) { try await writeResuming("/bad.csv") }
      #expect(error?.code == .badRecord)
      #expect(error?.line == 502)
      #expect(try FileSystem.status(of: path + "/again/index.json") == nil)
      #expect(try await writeResuming("/t.csv").encoded() == index.encoded())
      for name in try FileSystem.list(path + "/out") {
        #expect(try FileSystem.readAll(path + "/out/" + name) == FileSystem.readAll(path + "/again/" + name))
      }
      #expect(try FileSystem.list(path + "/out") == FileSystem.list(path + "/again"))
    }
  }
}
