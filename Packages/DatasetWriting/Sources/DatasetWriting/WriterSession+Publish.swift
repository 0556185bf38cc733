internal import BinaryIO
internal import ObjectStorage
internal import ShardFormats
internal import Threading

extension WriterSession {
  /// Publishes the index: in the store first, confirmed, then locally; then tidies up.
  func publish(_ shards: [ShardInfo], _ running: Running) async throws(WritingError) -> DatasetIndex {
    let index = try DatasetIndex.of(running.base + shards)
    let bytes = index.encoded()
    if let store = running.store {
      if let tag = running.baseTag {
        let now = try await IndexFile.tag(in: store)
        guard now == tag else {
          throw WritingError(
            .indexReplaced, place + "/" + IndexFile.name, expected: "the index that was appended to",
            found: "another one", remedy: "Run it again: it then appends to what is there now")
        }
      }
      try await WritingError.store { () async throws(ObjectStoreError) in
        _ = try await store.put("index.json", from: MemorySource(bytes), options: PutOptions())
      }
      try await running.pipeline.confirm(IndexFile.name, byteCount: bytes.count, in: store)
    }
    try await BlockingPool.shared.run { [self] () throws(WritingError) in
      try publishLocally(bytes, running)
    }
    running.pipeline.reportFinish()
    return index
  }

  private func publishLocally(_ bytes: [UInt8], _ running: Running) throws(WritingError) {
    guard let local = running.pipeline.local else { return }
    let staysLocal = running.store == nil || running.pipeline.options.keepLocal
    if staysLocal {
      var file = try WritingError.files { () throws(FileError) in
        try AtomicFile(replacing: local + "/" + IndexFile.name)
      }
      try WritingError.files { () throws(FileError) in try file.write(bytes.span.bytes) }
      try running.pipeline.publish(file)
    }
    try WritingError.files { () throws(FileError) in
      if let journal = running.pipeline.journal { try FileSystem.remove(journal.path) }
    }
    running.pipeline.abandon()
    try WritingError.files { () throws(FileError) in
      if !staysLocal, try FileSystem.list(local).isEmpty { try FileSystem.removeTree(local) }
    }
  }
}
