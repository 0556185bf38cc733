internal import BinaryIO
internal import ObjectStorage
internal import ShardFormats

/// `index.json`, in a directory or a store.
enum IndexFile {
  static let name = "index.json"
  /// A million shards take half a gigabyte.
  static let limit: ByteCount = .gigabytes(4)

  /// The file's bytes, nil when it is absent.
  static func read(at path: String) throws(WritingError) -> [UInt8]? {
    try WritingError.files { () throws(FileError) in
      guard try FileSystem.status(of: path)?.kind == .file else { return nil }
      return try FileSystem.readAll(path, limit: limit)
    }
  }

  /// The object's bytes and entity tag, nil when it is absent.
  static func read(from store: any ObjectStore) async throws(WritingError) -> ([UInt8]?, String?) {
    let sink = MemorySink(limit: limit)
    do throws(ObjectStoreError) {
      let info = try await store.get("index.json", options: GetOptions(), into: sink)
      return (sink.takeBytes(), info.entityTag)
    } catch {
      if error.code == .notFound { return (nil, nil) }
      throw WritingError(error)
    }
  }

  /// The size of an object, nil when it is absent.
  static func byteCount(of name: String, in store: any ObjectStore) async throws(WritingError) -> Int? {
    try await head(name, in: store)?.byteCount
  }

  /// The index's entity tag, nil when there is none.
  static func tag(in store: any ObjectStore) async throws(WritingError) -> String? {
    try await head(name, in: store)?.entityTag
  }

  private static func head(_ name: String, in store: any ObjectStore) async throws(WritingError)
    -> ObjectInfo?
  {
    do throws(ObjectStoreError) { return try await store.head(try ObjectKey(parsing: name)) } catch {
      if error.code == .notFound { return nil }
      throw WritingError(error)
    }
  }
}

extension DatasetIndex {
  /// The index of these shards.
  static func of(_ shards: [ShardInfo]) throws(WritingError) -> DatasetIndex {
    var index = DatasetIndex()
    do throws(ShardError) {
      for shard in shards { try index.append(shard) }
    } catch {
      throw WritingError(index: error)
    }
    return index
  }
}
