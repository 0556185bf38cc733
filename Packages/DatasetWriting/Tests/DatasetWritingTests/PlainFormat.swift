import BinaryIO
import DatasetWriting
import Foundation
import ObjectStorage
import ShardCompression
import ShardFormats
import ShardHashing

/// The simplest format that a writer can have: samples one after another, no head. The naive stand-in for MDS, so that
/// these tests are about the writer alone.
struct PlainFormat: ShardFormat {
  let schema: ShardSchema
  let emptyByteCount = 10
  let sampleOverhead = 4

  init(_ options: WriterOptions, column: String = "x") {
    schema = ShardSchema(
      format: .mds, columns: [ColumnSpec(name: column, encoding: .bytes)], compression: options.compression,
      hashes: options.hashes.map(\.name), sizeLimit: options.sizeLimit?.value)
  }

  func encode(_ values: [ColumnValue], into output: inout [UInt8]) throws(ShardError) {
    guard case .bytes(let bytes)? = values.first else {
      throw ShardError(
        .wrongType, column: "x", expected: "bytes", found: "something else", remedy: "give bytes")
    }
    output += bytes
  }

  func frame(_ ends: [Int]) throws(ShardError) -> ShardFrame { ShardFrame(head: Array("head".utf8)) }
}

typealias PlainWriter = ShardWriter<PlainFormat>

/// The n-th sample: its number and a run that depends on it, 0 to 96 bytes.
func sample(_ number: Int) -> [String: ColumnValue] {
  [
    "x": .bytes(
      Array("\(number):".utf8)
        + [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: number * 37 % 97))
  ]
}

/// Options under which some dozen samples fill a shard.
func smallShards(_ change: (inout WriterOptions) -> Void = { _ in }) -> WriterOptions {
  var options = WriterOptions()
  options.sizeLimit = 600
  options.hashes = [.sha1, .xxh64]
  change(&options)
  return options
}

/// All files below a directory with their contents.
func contents(of directory: String) throws -> [String: [UInt8]] {
  var files: [String: [UInt8]] = [:]
  guard try FileSystem.status(of: directory) != nil else { return files }
  for name in try FileSystem.listRecursively(directory) {
    files[name] = try FileSystem.readAll(directory + "/" + name)
  }
  return files
}

/// What a writer makes that nobody disturbs, by the shortest way.
func undisturbed(_ count: Int, _ options: WriterOptions) async throws -> [String: [UInt8]] {
  let store = MemoryStore()
  var options = options
  options.resumes = false
  options.keepLocal = false
  var writer = try PlainWriter(to: store, format: PlainFormat(options), options: options)
  for number in 0..<count { try await writer.write(sample(number)) }
  _ = try await writer.finish()
  return try await contents(of: store)
}

func contents(of store: any ObjectStore) async throws -> [String: [UInt8]] {
  var files: [String: [UInt8]] = [:]
  for object in try await store.allObjects() {
    files[object.key.text] = try await store.bytes(of: object.key, limit: .gigabytes(1))
  }
  return files
}

/// Checks that an index names only files that are there whole, with sizes and hashes.
func check(_ files: [String: [UInt8]]) throws -> DatasetIndex {
  guard let bytes = files["index.json"] else { throw MissingIndex() }
  let index = try DatasetIndex(parsing: bytes.span.bytes, file: "index.json")
  for shard in index.shards {
    for (raw, zip) in shard.files {
      let file = zip ?? raw
      guard let content = files[file.basename], content.count == file.byteCount else {
        throw Missing(name: file.basename)
      }
      for hash in file.hashes {
        let digest = try HashAlgorithm(parsing: hash.algorithm).digest(of: content.span.bytes)
        guard digest.hex == hash.hex else { throw Missing(name: file.basename) }
      }
      guard let codec = shard.compression else { continue }
      let content2 = try codec.decompress(content.span.bytes, expecting: raw.byteCount)
      for hash in raw.hashes {
        let digest = try HashAlgorithm(parsing: hash.algorithm).digest(of: content2.span.bytes)
        guard digest.hex == hash.hex else { throw Missing(name: raw.basename) }
      }
    }
  }
  return index
}

struct MissingIndex: Error {}
struct Missing: Error { let name: String }
