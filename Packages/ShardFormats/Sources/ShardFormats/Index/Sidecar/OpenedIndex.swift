public import BinaryIO
internal import ShardHashing

/// An index as it is read from a file, with what tells versions of it apart.
///
/// The first reading of a large index leaves a side-car beside it, a file named as the index with `.arrays` behind; later ones
/// map that, which takes a few milliseconds for each 100,000 shards. A side-car that is damaged, of another version of the
/// index or somebody else's is ignored and written anew; where it can't be written, the index is parsed each time.
public struct OpenedIndex: Sendable {
  public let index: DatasetIndex
  /// The xxh64 of the file's bytes.
  public let contentHash: UInt64
  /// Whether the index was not parsed.
  public let isFromSidecar: Bool

  /// Reads an index. Blocks on the file system.
  /// - Parameter file: the `index.json`, just mapped.
  /// - Parameter encodings: the caller's own encodings.
  /// - Throws: ``ShardError`` as ``DatasetIndex/init(parsing:file:encodings:)``; `FileError` `.truncated` when the file was cut short
  ///   meanwhile.
  /// - Complexity: O(bytes) without a side-car, O(shards) with one.
  public init(_ file: MappedFile, encodings: EncodingRegistry = .empty) throws {
    try self.init(file, encodings: encodings, sidecarFrom: IndexSidecar.indexByteCountMinimum)
  }

  /// - Parameter minimum: bytes of an index from which on there is a side-car.
  package init(_ file: MappedFile, encodings: EncodingRegistry = .empty, sidecarFrom minimum: Int) throws {
    self = try file.guarding { bytes in
      guard bytes.byteCount >= minimum else { return try Self.parsed(file, bytes, encodings) }
      let key = SidecarKey(file, bytes)
      if let (index, contentHash) = IndexSidecar.read(for: key, path: file.path, encodings: encodings) {
        return OpenedIndex(index: index, contentHash: contentHash, isFromSidecar: true)
      }
      let opened = try Self.parsed(file, bytes, encodings)
      // What was read of a file that is being cut short must not be kept.
      if !file.isCutShort {
        IndexSidecar.write(
          opened.index, contentHash: opened.contentHash, key: key, path: file.path, encodings: encodings)
      }
      return opened
    }
  }

  private init(index: DatasetIndex, contentHash: UInt64, isFromSidecar: Bool) {
    self.index = index
    self.contentHash = contentHash
    self.isFromSidecar = isFromSidecar
  }

  private static func parsed(
    _ file: MappedFile, _ bytes: RawSpan, _ encodings: EncodingRegistry
  ) throws(ShardError) -> OpenedIndex {
    let index = try DatasetIndex(parsing: bytes, file: file.path, encodings: encodings)
    return OpenedIndex(index: index, contentHash: HashAlgorithm.xxh64.digest(of: bytes).word, isFromSidecar: false)
  }
}
