internal import BinaryIO
public import ObjectStorage
internal import PythonJSON
public import ShardFormats

/// Makes one index of several data sets, without touching their shards.
///
/// The parts' shards follow one another in the order given; a part given twice counts once. The result is upstream's, byte
/// for byte, where upstream can read its own. It is written whole or not at all, in the store before the local directory.
/// - Parameter out: the directory that the merged index goes to, usually the one above the parts.
/// - Parameter stores: opens URLs.
/// - Returns: the merged index.
/// - Throws: ``WritingError`` `.badOption` without parts, `.badIndex` for one that is missing, damaged, or names a file that
///   another names too; `.outputNotEmpty` when there is an index already; `.localFile`, `.uploadFailed`, `.unconfirmed`.
@discardableResult
public func mergeIndex(
  _ parts: [DatasetAddress], into out: DatasetAddress, options: MergeOptions = MergeOptions(),
  stores: ObjectStoreRegistry
) async throws(WritingError) -> DatasetIndex {
  try await IndexMerger(out: out, options: options, stores: stores).merge(parts)
}

/// Makes one index of all data sets in the folders below `root`, at any depth, in the order of their paths' bytes.
///
/// Only files named `index.json` count, and not the one in `root` itself. With a local and a remote root, the store tells
/// which parts there are, and a local copy of a part's index is used where there is one.
/// - Throws: as ``mergeIndex(_:into:options:stores:)``.
@discardableResult
public func mergeIndex(
  under root: DatasetAddress, options: MergeOptions = MergeOptions(), stores: ObjectStoreRegistry
) async throws(WritingError) -> DatasetIndex {
  let merger = try await IndexMerger(out: root, options: options, stores: stores)
  return try await merger.merge(try await merger.parts())
}

struct IndexMerger: Sendable {
  private let out: DatasetAddress
  private let options: MergeOptions
  private let stores: ObjectStoreRegistry
  private let store: (any ObjectStore)?

  init(out: DatasetAddress, options: MergeOptions, stores: ObjectStoreRegistry) async throws(WritingError) {
    self.out = out
    self.options = options
    self.stores = stores
    store = try await Self.open(out.remote, stores)
  }

  private static func open(_ remote: String?, _ stores: ObjectStoreRegistry) async throws(WritingError) -> (
    any ObjectStore
  )? {
    guard let remote else { return nil }
    return try await WritingError.store { () async throws(ObjectStoreError) in try await stores.open(remote) }
  }

  func merge(_ parts: [DatasetAddress]) async throws(WritingError) -> DatasetIndex {
    var seen = Set<DatasetAddress>()
    let parts = parts.filter { seen.insert($0).inserted }
    guard !parts.isEmpty else {
      throw WritingError(
        .badOption, out.description, expected: "at least one data set to merge", found: "none",
        remedy: "Name the parts, or the folder above them")
    }
    try await checkFree()
    var shards: [JSONValue] = []
    for part in parts {
      let (json, folder) = try await read(part)
      for shard in json["shards"]?.array ?? [] { shards.append(Self.renamed(shard, below: folder)) }
    }
    let merged = JSONValue.object(JSONObject([("version", 2), ("shards", .array(shards))]))
    let bytes = merged.encoded(sortingKeys: false)
    let index = try Self.parsed(bytes, out.description + "/" + IndexFile.name)
    try await write(bytes)
    return index
  }

  /// The parts below the root, in the order of their paths.
  func parts() async throws(WritingError) -> [DatasetAddress] {
    func folders(_ names: [String]) -> [String] {
      names.filter { $0.hasSuffix("/" + IndexFile.name) }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        .map { String($0.dropLast(IndexFile.name.count + 1)) }
    }
    guard let store, let remote = out.remote else {
      let local = out.local ?? ""
      let names = try WritingError.files { () throws(FileError) in try FileSystem.listRecursively(local) }
      return folders(names).map { DatasetAddress(local + "/" + $0) }
    }
    let objects = try await WritingError.store { () async throws(ObjectStoreError) in
      try await store.allObjects()
    }
    return folders(objects.map(\.key.text)).map { folder in
      out.local.map { DatasetAddress(local: $0 + "/" + folder, remote: remote + "/" + folder) }
        ?? DatasetAddress(remote + "/" + folder)
    }
  }

  // MARK: Reading

  /// The JSON of a part's index, and the folder to put before its names.
  private func read(_ part: DatasetAddress) async throws(WritingError) -> (JSONValue, folder: String) {
    var bytes: [UInt8]?
    var place = part.description
    if let local = part.local {
      place = local + "/" + IndexFile.name
      bytes = try IndexFile.read(at: place)
    }
    if bytes == nil, let store = try await Self.open(part.remote, stores) {
      place = part.description + "/" + IndexFile.name
      bytes = try await IndexFile.read(from: store).0
    }
    guard let bytes else {
      throw WritingError(
        .badIndex, place, expected: "the index of a part", found: "none",
        remedy: "Check the address of the part")
    }
    _ = try Self.parsed(bytes, place)
    do throws(JSONError) {
      return (try JSONValue(parsing: bytes.span.bytes), folder(of: part))
    } catch {
      throw WritingError(
        .badIndex, place, expected: error.expected, found: error.found, remedy: "Write the part again",
        cause: error)
    }
  }

  private func folder(of part: DatasetAddress) -> String {
    if options.naming == .relativePath {
      for (path, root) in [(part.local, out.local), (part.remote, out.remote)] {
        if let path, let root, path.hasPrefix(root == "/" ? root : root + "/") {
          return String(path.dropFirst(root.count).drop { $0 == "/" })
        }
      }
    }
    let path = part.local ?? part.remote ?? ""
    return path.split(separator: "/").last.map(String.init) ?? ""
  }

  private static func parsed(_ bytes: [UInt8], _ place: String) throws(WritingError) -> DatasetIndex {
    do throws(ShardError) { return try DatasetIndex(parsing: bytes.span.bytes, file: place) } catch {
      throw WritingError(index: error)
    }
  }

  private static func renamed(_ shard: JSONValue, below folder: String) -> JSONValue {
    guard let object = shard.object else { return shard }
    return .object(
      JSONObject(
        object.map { key, value in
          guard ["raw_data", "zip_data", "raw_meta", "zip_meta"].contains(key), let file = value.object else {
            return (key, value)
          }
          let members = file.map { key, value in
            (key, key == "basename" ? JSONValue.string(folder + "/" + (value.string ?? "")) : value)
          }
          return (key, .object(JSONObject(members)))
        }))
  }

  // MARK: Writing

  private func checkFree() async throws(WritingError) {
    guard !options.replaceExisting else { return }
    var isTaken = false
    if let local = out.local {
      isTaken = try WritingError.files { () throws(FileError) in
        try FileSystem.status(of: local + "/" + IndexFile.name) != nil
      }
    }
    if !isTaken, let store { isTaken = try await IndexFile.byteCount(of: IndexFile.name, in: store) != nil }
    guard isTaken else { return }
    throw WritingError(
      .outputNotEmpty, out.description, expected: "no index.json yet", found: "one",
      remedy: "Set `replaceExisting` to replace it")
  }

  private func write(_ bytes: [UInt8]) async throws(WritingError) {
    if let store {
      try await WritingError.store { () async throws(ObjectStoreError) in
        _ = try await store.put("index.json", from: MemorySource(bytes), options: PutOptions())
      }
      let stored = try await IndexFile.byteCount(of: IndexFile.name, in: store)
      guard stored == bytes.count else {
        throw WritingError(
          .unconfirmed, out.description, expected: "\(bytes.count) bytes in the store after the upload",
          found: stored.map(String.init) ?? "nothing", remedy: "Run it again")
      }
      guard options.keepLocal else { return }
    }
    guard let local = out.local else { return }
    try WritingError.files { () throws(FileError) in
      try FileSystem.createDirectory(local)
      try FileSystem.write(bytes.span.bytes, to: local + "/" + IndexFile.name)
    }
  }
}
