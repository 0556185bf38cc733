import ArgumentParser
import Foundation
import Streaming

/// `streaming cat`: an object's bytes.
struct CatVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cat",
    abstract: "Write an object's bytes to the standard output.",
    discussion: """
      Reads in pieces of 8 MB, all of one version: an object that is replaced meanwhile is an error, not a mixture.

      EXAMPLE
        streaming cat s3://bucket/digits/train/index.json --bytes 0-99
      """)

  @Argument(help: "An object's path or URL.", completion: .file())
  var address: String

  @Option(help: "Only these bytes, such as 0-99, 100- or -50, as HTTP's Range has them.")
  var bytes: String?

  func run() async throws {
    let (store, key) = try await ObjectStoreRegistry.commandLine.open(object: StoreURL(parsing: address))
    let info = try await store.head(key)
    let options = GetOptions(range: try bytes.map(parsedRange))
    let wanted = try options.resolvedRange(of: info, url: address)
    let pieceByteCount = 8 << 20
    for start in stride(from: wanted.lowerBound, to: wanted.upperBound, by: pieceByteCount) {
      let piece = start..<min(start + pieceByteCount, wanted.upperBound)
      let sink = MemorySink(limit: ByteCount(pieceByteCount))
      _ = try await store.get(
        key, options: GetOptions(range: .bytes(piece), ifMatch: info.entityTag), into: sink)
      do {
        try FileHandle.standardOutput.write(contentsOf: Data(sink.takeBytes()))
      } catch {
        throw CommandError(.inputOutput, "standard output: cannot be written, after \(start) bytes.")
      }
    }
  }

  private func parsedRange(_ text: String) throws -> ByteRange {
    let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let range: ByteRange? =
      if ends.count != 2 { nil } else if ends[0].isEmpty {
        Int(ends[1]).map { .suffix($0) }
      } else if ends[1]
        .isEmpty
      {
        Int(ends[0]).map { .from($0) }
      } else if let first = Int(ends[0]), let last = Int(ends[1]),
        first <= last, last < .max
      { .bytes(first..<(last + 1)) } else { nil }
    guard let range else {
      throw CommandError(.usage, "--bytes \(text): expected A-B, A- or -N.")
    }
    return range
  }
}
