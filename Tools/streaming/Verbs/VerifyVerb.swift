import ArgumentParser
import PythonJSON
import Streaming

/// `streaming verify`: every file's size and hash, every offset, every value.
struct VerifyVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check every file and sample of a data set; list all damage.",
    discussion: """
      Checks sizes and hashes of all files against index.json, decompresses, checks every offset and decodes every \
      value, JPEG and PNG images too, several shards at a time. Prints a line per damage. Exits with 65 when there is \
      any, and when there is no sample, without which no data set can be opened. Shards in a directory that the index \
      does not list are told.

      EXAMPLE
        streaming verify s3://bucket/digits/train --jobs 8
      """)

  @Argument(help: "A directory or URL with an index.json.", completion: .directory)
  var dataset: String

  @Option(name: .long, help: "Shards checked at a time; the processors when not given.")
  var jobs: Int?

  @Flag(name: .long, help: "Leave images undecoded: only sizes, hashes and offsets tell of them.")
  var skipImages = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs: expected 1 or more, found \(jobs).") }
  }

  func run() async throws {
    let files = try await DatasetFiles.open(dataset)
    let index = try await files.index()
    let progress = ProgressLine("verifying \(dataset)", total: index.shards.count)
    let reports = try await withTemporaryDirectory { scratch in
      let verifier = ShardVerifier(files: files, scratch: scratch, decodesImages: !skipImages)
      return try await verifier.verifyAll(index, jobs: jobs ?? processorCount()) { report in
        progress.advance()
        if !json { for damage in report.damages { progress.print(damage) } }
      }
    }
    progress.finish()
    let unlisted = try files.unlistedShards(index)
    let damaged = reports.filter { !$0.damages.isEmpty }
    let byteCount = reports.reduce(0) { $0 + $1.byteCount }
    let sampleCount = reports.reduce(0) { $0 + $1.sampleCount }
    if json {
      let object = JSONValue.object([
        ("shards", .integer(reports.count)), ("samples", .integer(sampleCount)),
        ("bytes", .integer(byteCount)),
        ("damaged_shards", .integer(damaged.count)),
        ("damages", .array(reports.flatMap(\.damages).map { .string($0) })),
        ("unlisted_shards", .array(unlisted.map { .string($0) })),
      ])
      print(object.line)
    } else {
      if let first = unlisted.first {
        let others = unlisted.count == 1 ? "" : " and \(unlisted.count - 1) more"
        print("\(first)\(others): not listed in index.json, left unread")
      }
      if !damaged.isEmpty {
        print("\(damaged.count) of \(reports.count) shards damaged")
      } else if index.sampleCount == 0 {
        print("index.json: expected samples, found none in \(reports.count) shards")
      } else {
        print("\(reports.count) shards, \(sampleCount) samples, \(byteCount) bytes: no damage")
      }
    }
    if !damaged.isEmpty || index.sampleCount == 0 { throw ExitCode(ExitStatus.dataError.rawValue) }
  }
}
