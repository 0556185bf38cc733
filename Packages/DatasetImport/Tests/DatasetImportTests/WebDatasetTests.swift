import ArchiveReading
import BinaryIO
import DatasetImport
import PythonJSON
import ShardCompression
import ShardFormats
import TestSupport
import Testing

@Suite("WebDatasetRecords") struct WebDatasetTests {
  private typealias File = (name: String, content: [UInt8])
  private static let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3]

  private func samples(
    _ files: [(name: String, content: [UInt8])], _ columns: String? = nil, codec: Codec? = nil,
    limits: ArchiveLimits = ArchiveLimits()
  ) throws -> (columns: ImportColumns, samples: [[String: ColumnValue]]) {
    try withTemporaryDirectory { folder in
      var bytes = TarArchive(files).bytes
      if let codec { bytes = try codec.compress(bytes.span.bytes) }
      try FileSystem.write(bytes.span.bytes, to: folder + "/a.tar")
      var source = try WebDatasetRecords(
        path: folder + "/a.tar", columns: columns.map { try ImportColumns(parsing: $0) }, limits: limits)
      var all: [[String: ColumnValue]] = []
      while let sample = try source.next() { all.append(sample) }
      return (source.columns, all)
    }
  }

  private func text(_ text: String) -> [UInt8] { Array(text.utf8) }

  private func sample(_ key: String, _ label: Int) -> [File] {
    [("\(key).jpg", Self.jpeg + [UInt8(label)]), ("\(key).cls", text("\(label)\n"))]
  }

  @Test("the first sample tells the columns by their extensions", arguments: [nil, Codec.gzip(), Codec.zstd()])
  func inferred(codec: Codec?) throws {
    let (columns, rows) = try samples(
      sample("train/0001", 7) + [("train/0001.txt", text(" é\n")), ("train/0001.seg.png", Self.jpeg)]
        + [("train/0001.json", text(#"{"b": 1, "a": [null]}"#)), ("train/0001.xyz", [0, 1])]
        + sample("train/0002", 8) + [("train/0002.txt", []), ("train/0002.SEG.PNG", Self.jpeg)]
        + [("train/0002.json", text("3")), ("train/0002.xyz", [])], codec: codec)
    #expect(
      columns.columns.map { "\($0.name):\($0.encodingName)" } == [
        "jpg:jpeg", "cls:int", "txt:str", "seg.png:png", "json:json", "xyz:bytes",
      ])
    #expect(rows.count == 2)
    #expect(rows[0]["jpg"] == .bytes(Self.jpeg + [7]))
    #expect(rows[0]["cls"] == .int(7) && rows[1]["cls"] == .int(8))
    #expect(rows[0]["txt"] == .string(" é\n") && rows[1]["txt"] == .string(""))
    #expect(rows[0]["json"] == .json(["b": 1, "a": [nil]]))
    #expect(rows[1]["xyz"] == .bytes([]) && rows[1]["seg.png"] == .bytes(Self.jpeg))
  }

  @Test("keys end at the first dot behind the last slash; dotfiles and names without a dot are left out")
  func keys() throws {
    let files: [File] = [
      ("README", text("x")), ("a.b/0001.cls", text("1")), ("a.b/._0001.cls", text("9")), ("a.b/0002.cls", text("2")),
      ("other/0002.cls", text("3")), ("other/0002.cls.", text("x")),
    ]
    let rows = try samples(files, "__key__:str,cls:int").samples
    #expect(rows.map { $0["__key__"] } == ["a.b/0001", "a.b/0002", "other/0002"])
    #expect(rows.map { $0["cls"] } == [1, 2, 3])
  }

  @Test("with columns that are asked for, other files are left out and encodings are as asked")
  func explicit() throws {
    let (columns, rows) = try samples(sample("1", 3) + [("1.txt", text("x"))] + sample("2", 4), "cls:uint8,jpg:bytes")
    #expect(columns.columns.map(\.name) == ["cls", "jpg"])
    #expect(rows.map { $0["cls"] } == [3, 4])
    #expect(rows[0].count == 2)
  }

  @Test(
    "what does not fit is told with archive and file",
    arguments: [
      ([("1.cls", "1"), ("2.cls", "x")], nil, ImportError.Code.badValue, "2.cls"),
      ([("1.cls", "1"), ("2.txt", "x")], nil, .badRecord, "2.txt"),
      ([("1.cls", "1"), ("1.txt", "1"), ("2.cls", "1")], nil, .missingColumn, "2"),
      ([("1.cls", "1"), ("1.cls", "2")], "cls:int", .badRecord, "1.cls"),
      ([("1.jpg", "no image")], nil, .badValue, "1.jpg"),
      ([("1.json", "{")], nil, .badValue, "1.json"),
      ([("1.npy", "no array")], nil, .badValue, "1.npy"),
      ([("1", "x")], nil, .badRecord, ""),
      ([("1.cls", "1")], "cls:pil", .badColumns, ""),
      ([("1.cls", "1"), ("1.txt", "12345678")], nil, .recordTooLong, "1"),
    ] as [([(String, String)], String?, ImportError.Code, String)])
  func errors(files: [(String, String)], columns: String?, code: ImportError.Code, place: String) throws {
    let limits = code == .recordTooLong ? ArchiveLimits(memberByteCount: ByteCount(8)) : ArchiveLimits()
    let error = #expect(throws: ImportError.self) {
      try samples(files.map { ($0.0, text($0.1)) }, columns, limits: limits)
    }
    #expect(error?.code == code)
    #expect(error?.file.hasSuffix(place) == true, "\(error?.file ?? "")")
  }

  @Test("a bomb and a cut archive give the archive's error")
  func archiveErrors() throws {
    let error = #expect(throws: ImportError.self) {
      try samples(sample("1", 1), limits: ArchiveLimits(memberByteCount: ByteCount(4)))
    }
    #expect(error?.code == .badArchive)
    #expect((error?.cause as? ArchiveError)?.code == .memberTooLarge)
  }

  /// `python3 -c "import numpy, io; b = io.BytesIO(); numpy.save(b, ARRAY); print(b.getvalue().hex())"`, numpy 2.1.3; the
  /// headers are padded with blanks to 128 bytes.
  @Test(
    "npy files become arrays, in C order and little-endian whatever they have",
    arguments: [
      ("<i2", "False", "(2, 3)", [1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0], [1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0]),
      (">i2", "False", "(2, 3)", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6], [1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0]),
      ("<i2", "True", "(2, 3)", [1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6, 0], [1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0]),
    ] as [(String, String, String, [UInt8], [UInt8])])
  func arrays(type: String, order: String, shape: String, stored: [UInt8], expected: [UInt8]) throws {
    let file = npy("{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }", stored)
    let rows = try samples([("1.npy", file)]).samples
    #expect(rows[0]["npy"] == .ndarray(try NDArray(type: .int16, shape: [2, 3], bytes: expected)))
  }

  @Test(
    "npy files that are none are refused",
    arguments: [
      "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "{'descr': '<i2', 'fortran_order': False, 'shape': (3,), }",
      "{'descr': '<i2', 'fortran_order': True, 'shape': (9223372036854775807, 2), }", "{'descr': '<i2'}", "",
      "{'descr': '<i2', 'fortran_order': False, 'shape': (-1, -4), }", "{'descr': [('a', '<i2')], 'fortran_order': False, 'shape': (4,), }",
    ])
  func badArrays(header: String) throws {
    let error = #expect(throws: ImportError.self) { try samples([("1.npy", npy(header, [0, 1, 2, 3]))]) }
    #expect(error?.code == .badValue)
    #expect(throws: ImportError.self) { try samples([("1.npy", Array(npy(header, []).prefix(9)))]) }
  }

  private func npy(_ header: String, _ body: [UInt8]) -> [UInt8] {
    let padded = header + String(repeating: " ", count: max(0, 117 - header.utf8.count)) + "\n"
    let size = padded.utf8.count
    return [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(size & 255), UInt8(size >> 8)] + Array(padded.utf8) + body
  }
}
