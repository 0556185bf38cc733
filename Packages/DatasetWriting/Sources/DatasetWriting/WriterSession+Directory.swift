internal import BinaryIO
internal import ShardCompression
internal import ShardFormats
internal import ShardHashing

extension WriterOptions {
  /// Refuses what makes no sense, alone or together with the format.
  func check(against schema: ShardSchema, local: String?) throws(WritingError) {
    func refuse(_ expected: String, _ found: String, _ remedy: String) throws(WritingError) {
      throw WritingError(.badOption, expected: expected, found: found, remedy: remedy)
    }
    if replaceExisting, appends {
      try refuse("either `replaceExisting` or `appends`", "both", "leave one out")
    }
    if resumes, local == nil {
      try refuse("a local directory to resume in", "none", "name one where the writer keeps its journal")
    }
    if let limit = sizeLimit?.value, limit < 0 || limit >= 1 << 32 {
      try refuse(
        "a size limit below 4294967296 bytes", "\(limit)", "offsets in shards have 32 bits; choose less")
    }
    if hashes.map(\.name) != hashes.map(\.name).sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      try refuse("hashes sorted by name", "\(hashes)", "sort them")
    }
    if let compression, !compression.isUpstream, !allowsOwnCompressions {
      try refuse(
        "a compression that upstream reads", "\(compression)",
        "set `allowsOwnCompressions` if only this library is to read the data set")
    }
    if concurrentShards < 1 { try refuse("at least 1 shard at once", "\(concurrentShards)", "choose more") }
    guard
      schema.compression == compression, schema.hashes == hashes.map(\.name),
      schema.sizeLimit ?? 0 == sizeLimit?.value ?? 0
    else {
      return try refuse(
        "a format with the compression, hashes and size limit of the options", "others",
        "make the format from the same options")
    }
  }
}

extension WriterSession {
  /// Makes the local directory, empties it where that was asked for, or refuses what is in it.
  static func prepare(_ local: String, _ options: WriterOptions, hasRemote: Bool) throws(WritingError) {
    try WritingError.files { () throws(FileError) in try FileSystem.createDirectory(local) }
    let names = try WritingError.files { () throws(FileError) in try FileSystem.list(local) }
    let hasJournal = names.contains(WriterJournal.name)
    if names.isEmpty || options.appends || options.resumes && hasJournal { return }
    if options.replaceExisting {
      if hasJournal { try requireDeadWriter(in: local) }
      try WritingError.files { () throws(FileError) in
        for name in names { try FileSystem.removeTree(local + "/" + name) }
      }
      return
    }
    if options.resumes, names.contains(IndexFile.name) {
      throw WritingError(
        .alreadyFinished, local, expected: "an unfinished data set", found: "one with its index",
        remedy: "Use it as it is, or set `replaceExisting`")
    }
    throw WritingError(
      .outputNotEmpty, local, expected: "an empty directory",
      found: hasJournal ? "an interrupted writer's files" : "\(names.count) entries, among them \(names[0])",
      remedy: hasJournal
        ? "Set `resumes` to go on, or `replaceExisting` to start anew"
        : "Choose another directory, or set `replaceExisting`, which deletes all that is in it")
  }

  private static func requireDeadWriter(in local: String) throws(WritingError) {
    let lock = try WritingError.files { () throws(FileError) in
      try FileLock.tryAcquire(local + "/" + WriterJournal.name, at: 0)
    }
    if lock == nil { throw .inUse(local) }
  }

  /// Removes files that a killed writer has not given their names.
  static func removeLeftovers(in local: String) throws(WritingError) {
    try WritingError.files { () throws(FileError) in
      for name in try FileSystem.list(local)
      where name.hasSuffix(".tmp") && (name.hasPrefix("shard.") || name.hasPrefix(IndexFile.name + ".")) {
        try FileSystem.remove(local + "/" + name)
      }
    }
  }
}

/// The numbers in shard names.
enum ShardNumbering {
  /// The number for the first shard that is added to these: no name of them has it, or a higher one.
  static func next(after shards: [ShardInfo]) -> Int {
    var next = shards.count
    for shard in shards {
      let parts = shard.rawData.basename.split(separator: ".", omittingEmptySubsequences: false)
      if parts.count > 1, parts[0] == "shard", let number = Int(parts[1]), number >= next, number < Int.max {
        next = number + 1
      }
    }
    return next
  }
}
