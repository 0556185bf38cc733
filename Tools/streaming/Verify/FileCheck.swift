import Streaming
import Threading

/// Checks one file of a shard: as it is stored, and as it is after decompression.
struct FileCheck: Sendable {
  /// What came of it.
  struct Outcome: Sendable {
    /// Bytes of stored files that were read.
    var byteCount = 0
    var damages: [String] = []
    /// The file to read samples from; nil when there is none that could be.
    var rawPath: String?
  }

  let files: DatasetFiles
  let raw: FileInfo
  let zip: FileInfo?
  let compression: Codec?
  /// A directory for what has to be decompressed or downloaded.
  let folder: String

  /// A compressed file counts where it is there, else the uncompressed one that a cache keeps.
  func run() async throws -> Outcome {
    var outcome = Outcome()
    let storedZip = try await locate(zip, &outcome)
    let storedRaw = try await locate(raw, &outcome, isRequired: storedZip == nil)
    if let storedRaw, check(raw, at: storedRaw, &outcome) { outcome.rawPath = storedRaw }
    if let zip, let storedZip, check(zip, at: storedZip, &outcome) {
      if let unpacked = decompress(zip, storedZip, &outcome), outcome.rawPath == nil {
        outcome.rawPath = unpacked
      }
    }
    return outcome
  }

  /// The path of a stored file: its own where it is local, a download otherwise; nil when it is not there.
  private func locate(_ info: FileInfo?, _ outcome: inout Outcome, isRequired: Bool = false) async throws
    -> String?
  {
    guard let info else { return nil }
    let key = try ObjectKey(parsing: info.basename)
    if let directory = files.directory {
      let path = directory + "/" + info.basename
      if try FileSystem.status(of: path)?.kind == .file { return path }
    } else {
      let path = "\(folder)/\(info.basename.replacing("/", with: "_"))"
      do throws(ObjectStoreError) {
        try await files.store.download(key, to: path)
        return path
      } catch {
        guard error.code == .notFound else {
          outcome.damages.append("\(info.basename): \(firstLine(of: error))")
          return nil
        }
      }
    }
    if isRequired {
      let names = zip.map { "\($0.basename) or \(info.basename)" } ?? info.basename
      outcome.damages.append("\(names): expected a file, found none")
    }
    return nil
  }

  /// Compares size and every hash that this machine can compute.
  private func check(_ info: FileInfo, at path: String, _ outcome: inout Outcome) -> Bool {
    do {
      let file = try MappedFile(path: path)
      outcome.byteCount += file.byteCount
      return compare(file.bytes, with: info, &outcome)
    } catch {
      outcome.damages.append("\(info.basename): \(firstLine(of: error))")
      return false
    }
  }

  private func compare(_ bytes: RawSpan, with info: FileInfo, _ outcome: inout Outcome) -> Bool {
    guard bytes.byteCount == info.byteCount else {
      outcome.damages.append("\(info.basename): expected \(info.byteCount) bytes, found \(bytes.byteCount)")
      return false
    }
    var isSound = true
    for hash in info.hashes {
      guard let algorithm = try? HashAlgorithm(parsing: hash.algorithm) else {
        outcome.damages.append(
          "\(info.basename): expected a known hash, found \(hash.algorithm) in index.json")
        continue
      }
      let digest = algorithm.digest(of: bytes).hex
      if digest != hash.hex.lowercased() {
        outcome.damages.append("\(info.basename): expected \(hash.algorithm) \(hash.hex), found \(digest)")
        isSound = false
      }
    }
    return isSound
  }

  /// Decompresses a sound file and checks what comes of it.
  private func decompress(_ zip: FileInfo, _ path: String, _ outcome: inout Outcome) -> String? {
    guard let compression else { return nil }
    do {
      let packed = try MappedFile(path: path)
      let bytes = try compression.decompress(packed.bytes, expecting: raw.byteCount)
      guard compare(bytes.span.bytes, with: raw, &outcome) else { return nil }
      let target = "\(folder)/\(raw.basename.replacing("/", with: "_"))"
      try FileSystem.write(bytes.span.bytes, to: target)
      return target
    } catch {
      outcome.damages.append("\(zip.basename): \(firstLine(of: error))")
      return nil
    }
  }
}
