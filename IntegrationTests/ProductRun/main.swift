import DatasetImport
import Streaming
import SystemLibC

// Writes a data set per line of the standard input, and prints the line again once it is written: what IntegrationTests/
// upstream-product has upstream read. One process for all of them, as starting one takes longer than such a data set.
//
//   upstream-product-run DIR    with mds.jsonl, mds.columns, text.jsonl and text.columns in DIR; data sets go below DIR/ours

/// A line: name, format, compression, hashes and separator, `-` for none.
struct Combination {
  let name: String
  let format: String
  let compression: Codec?
  let hashes: [HashAlgorithm]
  let separator: String

  init(_ line: String) throws {
    let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 5 else { throw Unexpected("expected five fields, found \"\(line)\"") }
    (name, format, separator) = (parts[0], parts[1], parts[4])
    compression = parts[2] == "-" ? nil : try Codec(parsing: parts[2])
    hashes = parts[3] == "-" ? [] : try HashAlgorithm.list(parsing: parts[3].split(separator: ",").map(String.init))
  }
}

struct Unexpected: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Samples and their columns, as `streaming convert` reads them.
struct Source {
  let columns: ImportColumns
  var samples: [[String: ColumnValue]] = []

  init(_ folder: String, _ name: String) throws {
    let text = try FileSystem.readAll("\(folder)/\(name).columns")
    columns = try ImportColumns(parsing: String(decoding: text, as: UTF8.self))
    var records = try JSONLinesRecords(path: "\(folder)/\(name).jsonl", columns: columns, allowsPickles: true)
    while let sample = try records.next() { samples.append(sample) }
    guard !samples.isEmpty else { throw Unexpected("expected samples in \(name).jsonl, found none") }
  }

  func fill<Format: ShardFormat>(_ writer: consuming ShardWriter<Format>) async throws {
    var writer = writer
    for sample in samples { try await writer.write(sample) }
    _ = try await writer.finish()
  }
}

func write(_ combination: Combination, _ source: Source, to path: String) async throws {
  let columns = source.columns.encodings
  let configure = { (options: inout WriterOptions) in
    options.compression = combination.compression
    options.hashes = combination.hashes
    options.sizeLimit = combination.format == "mds" ? .kilobytes(128) : ByteCount(200)
  }
  switch combination.format {
  case "mds": try await source.fill(try MDSWriter(to: path, columns: columns, configure: configure))
  case "csv": try await source.fill(try CSVWriter(to: path, columns: columns, configure: configure))
  case "tsv": try await source.fill(try TSVWriter(to: path, columns: columns, configure: configure))
  case "json": try await source.fill(try JSONWriter(to: path, columns: columns, configure: configure))
  case "xsv":
    try await source.fill(
      try XSVWriter(to: path, columns: columns, separator: combination.separator, configure: configure))
  default: throw Unexpected("expected a format, found \"\(combination.format)\"")
  }
}

guard CommandLine.arguments.count == 2 else { exit(64) }
let folder = CommandLine.arguments[1]
let (mds, text) = (try Source(folder, "mds"), try Source(folder, "text"))
while let line = readLine() {
  let combination = try Combination(line)
  try await write(
    combination, combination.format == "mds" ? mds : text, to: "\(folder)/ours/\(combination.name)")
  print(line)
  // The reader goes on at once; it is slower, and a full pipe keeps this from filling the disk.
  fflush(nil)
}
