internal import BinaryIO
internal import DelimitedFormats
internal import MDSFormat
internal import ShardCompression
internal import ShardFormats
internal import ShardHashing

/// The files of a shard that lie in a directory without an index, by their names.
struct ShardFilesOnDisk: Sendable {
  /// A file in its forms, by paths below the directory.
  struct Form: Sendable {
    /// The name of the uncompressed file, whether it is there or not.
    var rawName = ""
    var hasRaw = false
    var zipName: String?
    var zipExtension: String?
  }

  let directory: String
  let folder: String
  let number: Int
  let format: ShardFormatName
  var data = Form()
  var meta = Form()

  private var name: String { directory + "/" + (data.rawName.isEmpty ? meta.rawName : data.rawName) }

  // MARK: Finding

  /// All shards below a directory in their order.
  static func find(in directory: String, _ options: RebuildOptions) throws(WritingError) -> [ShardFilesOnDisk] {
    let names = try WritingError.files { () throws(FileError) in try FileSystem.listRecursively(directory) }
    if names.contains(WriterJournal.name) {
      throw WritingError(
        .badOption, directory, expected: "a data set that was finished once", found: "an interrupted writer's files",
        remedy: "Set `resumes` to go on with it, or delete \(WriterJournal.name) to take what is there")
    }
    if names.contains(IndexFile.name), !options.replaceExisting {
      throw WritingError(
        .outputNotEmpty, directory + "/" + IndexFile.name, expected: "no index yet", found: "one",
        remedy: "Set `replaceExisting` to replace it")
    }
    var shards: [String: ShardFilesOnDisk] = [:]
    for path in names { try add(path, directory, to: &shards) }
    let sorted = shards.values.sorted {
      $0.folder == $1.folder
        ? ($0.number, $0.format.rawValue) < ($1.number, $1.format.rawValue)
        : ($0.folder + "/").utf8.lexicographicallyPrecedes(($1.folder + "/").utf8)
    }
    guard !sorted.isEmpty else {
      throw WritingError(
        .badIndex, directory, expected: "files named shard.00000.mds and so on", found: "none",
        remedy: "Name the directory that holds the shards")
    }
    if !options.allowsGaps { try requireNoGaps(sorted) }
    return sorted
  }

  private static func add(
    _ path: String, _ directory: String, to shards: inout [String: ShardFilesOnDisk]
  ) throws(WritingError) {
    let slash = path.utf8.lastIndex(of: 0x2F)
    let folder = slash.map { String(path[..<$0]) } ?? ""
    var parts = path[(slash.map { path.utf8.index(after: $0) } ?? path.startIndex)...].split(
      separator: ".", omittingEmptySubsequences: false
    ).map(String.init)
    guard parts.count >= 3, parts[0] == "shard", parts[1].count >= 5, let number = Int(parts[1]), number >= 0,
      let format = ShardFormatName(rawValue: parts[2])
    else { return }
    let rawParts = parts.count > 3 && parts[3] == "meta" ? 4 : 3
    var zipExtension: String?
    if parts.count == rawParts + 1, (try? Codec(parsing: parts[rawParts])) != nil {
      zipExtension = parts.removeLast()
    }
    guard parts.count == rawParts else { return }
    let key = "\(folder)/\(number).\(format.rawValue)"
    var shard =
      shards[key] ?? ShardFilesOnDisk(directory: directory, folder: folder, number: number, format: format)
    var form = rawParts == 4 ? shard.meta : shard.data
    form.rawName = (folder.isEmpty ? "" : folder + "/") + parts.joined(separator: ".")
    if zipExtension == nil {
      form.hasRaw = true
    } else if let other = form.zipName {
      throw WritingError(
        .badIndex, directory, expected: "one compressed form of a shard", found: "\(other) and \(path)",
        remedy: "Remove the one that does not belong here")
    } else {
      (form.zipName, form.zipExtension) = (path, zipExtension)
    }
    if rawParts == 4 { shard.meta = form } else { shard.data = form }
    shards[key] = shard
  }

  private static func requireNoGaps(_ shards: [ShardFilesOnDisk]) throws(WritingError) {
    var expected: [String: Int] = [:]
    for shard in shards {
      let next = expected[shard.folder, default: 0]
      guard shard.number == next else {
        throw WritingError(
          .badIndex, shard.name, expected: "shard \(next) before it",
          found: shard.number < next ? "shard \(shard.number) twice" : "none",
          remedy: shard.number < next
            ? "Remove the one that does not belong here"
            : "Bring the shard back, or set `allowsGaps` to go on without its samples")
      }
      expected[shard.folder] = next + 1
    }
  }

  // MARK: Describing

  /// What the index tells of the shard. Blocks: reads all of its files.
  func describe(_ chosen: [HashAlgorithm]?) throws(WritingError) -> ShardInfo {
    var opened = [try open(data)]
    if format.hasMeta { opened.append(try open(meta)) }
    let files = opened
    var info: ShardInfo
    do throws(ShardError) {
      info =
        format.hasMeta
        ? try TextShard.describe(
          data: files[0].raw, dataBasename: data.rawName, meta: files[1].raw, metaBasename: meta.rawName)
        : try MDSShard.describe(files[0].raw, basename: data.rawName)
    } catch {
      throw WritingError(index: error)
    }
    if let zipExtension = data.zipExtension ?? meta.zipExtension {
      if info.schema.compression?.fileExtension != zipExtension {
        info.schema.compression = try? Codec(parsing: zipExtension)
      }
    } else {
      // Only what was decompressed is left: that is what there is.
      info.schema.compression = nil
    }
    var hashes = chosen ?? []
    if chosen == nil {
      for name in info.schema.hashes { hashes.append(try Self.algorithm(name, files[0].raw.path)) }
    }
    info.schema.hashes = hashes.map(\.name)
    info.rawData.hashes = Self.hashes(files[0].raw, hashes)
    info.zipData = files[0].zip.map { Self.info(data.zipName ?? "", $0, hashes) }
    guard files.count == 2 else { return info }
    info.rawMeta?.hashes = Self.hashes(files[1].raw, hashes)
    info.zipMeta = files[1].zip.map { Self.info(meta.zipName ?? "", $0, hashes) }
    return info
  }

  private func open(_ form: Form) throws(WritingError) -> (raw: MappedFile, zip: MappedFile?) {
    guard form.hasRaw || form.zipName != nil else {
      throw WritingError(
        .badIndex, name, expected: "a data file and its .meta", found: "one of them",
        remedy: "Bring the other back, or remove this one")
    }
    let zip = try form.zipName.map { (name: String) throws(WritingError) in
      try WritingError.files { () throws(FileError) in try MappedFile(path: directory + "/" + name) }
    }
    if form.hasRaw {
      let raw = try WritingError.files { () throws(FileError) in try MappedFile(path: directory + "/" + form.rawName) }
      return (raw, zip)
    }
    guard let zip, let zipExtension = form.zipExtension else { throw .cancelled(name) }
    let content: [UInt8]
    do throws(CodecError) {
      // Offsets have 32 bits: a file cannot be longer.
      content = try Codec(parsing: zipExtension).decompress(zip.bytes, limit: Int(UInt32.max))
    } catch {
      throw WritingError(error, shard: zip.path)
    }
    return (try Self.mapped(content, named: form.rawName), zip)
  }

  /// The bytes as a file, which is gone with the mapping.
  private static func mapped(_ content: [UInt8], named name: String) throws(WritingError) -> MappedFile {
    try WritingError.files { () throws(FileError) in
      let path =
        FileSystem.temporaryDirectory + "/streaming-\(String(UInt64.random(in: 0 ... .max), radix: 36))-"
        + name.replacing("/", with: "-")
      defer { _ = try? FileSystem.remove(path) }
      try FileSystem.write(content.span.bytes, to: path)
      return try MappedFile(path: path)
    }
  }

  private static func algorithm(_ name: String, _ file: String) throws(WritingError) -> HashAlgorithm {
    do { return try HashAlgorithm(parsing: name) } catch {
      throw WritingError(
        .badIndex, file, expected: "hashes that are known here", found: name, remedy: "Choose the hashes yourself",
        cause: error)
    }
  }

  private static func info(_ name: String, _ file: MappedFile, _ hashes: [HashAlgorithm]) -> FileInfo {
    FileInfo(basename: name, byteCount: file.byteCount, hashes: Self.hashes(file, hashes))
  }

  private static func hashes(_ file: MappedFile, _ algorithms: [HashAlgorithm]) -> [FileHash] {
    algorithms.map { FileHash(algorithm: $0.name, hex: $0.digest(of: file.bytes).hex) }
  }
}
