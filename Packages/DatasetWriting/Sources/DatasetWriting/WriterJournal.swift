internal import BinaryIO
package import PythonJSON
package import ShardFormats
internal import ShardHashing
internal import Synchronization

/// The record of a writer's durable shards, in its local directory until the index is written.
///
/// Text lines: the xxh64 of the JSON that follows, a blank, the JSON. The first line tells the columns and options, each
/// further one a shard that is safe, in the order in which they became so, or that numbers from one on are made anew. A
/// line that a kill has torn fails its hash and ends the record. The file is locked while its writer lives.
package final class WriterJournal: Sendable {
  package static let name = ".writer.journal"
  private let file: FileDescriptor
  private let lock: Mutex<FileLock?>
  private let end: Mutex<Int>
  private let synchronizes: Bool
  let path: String

  /// What an earlier writer left.
  package struct Record {
    /// The safe shards from number 0 of this journal on, without a gap.
    package var shards: [ShardInfo] = []
    /// Bytes of the file that are whole lines.
    package var byteCount = 0
    /// Whether there was a header at all: a writer killed before that left nothing.
    package var hasHeader = false
  }

  /// Opens or makes the journal of a directory and reads what it holds.
  /// - Parameter resumes: whether shards that it tells of count; otherwise it starts anew.
  /// - Throws: ``WritingError`` `.inUse` when its writer lives; `.otherJournal` when `identity` is not what it tells.
  static func open(in directory: String, identity: JSONValue, resumes: Bool, synchronizes: Bool)
    throws(WritingError) -> (WriterJournal, Record)
  {
    let path = directory + "/" + name
    guard let lock = try WritingError.files({ () throws(FileError) in try FileLock.tryAcquire(path, at: 0) })
    else {
      throw .inUse(directory)
    }
    let file = try WritingError.files { () throws(FileError) in try FileDescriptor.open(path, .readWrite) }
    let text = try WritingError.files { () throws(FileError) in
      try file.read(count: try file.status().byteCount, at: 0)
    }
    let record = resumes ? try read(text, identity: identity, path: path) : Record()
    try WritingError.files { () throws(FileError) in try file.resize(to: record.byteCount) }
    let journal = WriterJournal(file, lock, path, end: record.byteCount, synchronizes: synchronizes)
    if !record.hasHeader { try journal.append(["writer": identity]) }
    return (journal, record)
  }

  private init(
    _ file: consuming FileDescriptor, _ lock: consuming FileLock, _ path: String, end: Int, synchronizes: Bool
  ) {
    self.file = file
    self.lock = Mutex(consume lock)
    self.path = path
    self.end = Mutex(end)
    self.synchronizes = synchronizes
  }

  /// Notes that a shard is safe. `number` counts from the journal's first shard.
  func add(_ shard: ShardInfo, number: Int) throws(WritingError) {
    let index = try DatasetIndex.of([shard]).encoded()
    guard let value = try? JSONValue(parsing: index.span.bytes) else { return }
    try append(["shard": .integer(JSONInteger(number)), "index": value])
  }

  /// Lets another writer into the directory; this one writes nothing any more.
  func release() { lock.withLock { $0 = nil } }

  /// Notes that shards from `number` on are made anew, whatever stands above.
  func restart(from number: Int) throws(WritingError) { try append(["from": .integer(JSONInteger(number))]) }

  private func append(_ value: JSONValue) throws(WritingError) {
    let json = value.encoded(sortingKeys: true)
    let line = Array(HashAlgorithm.xxh64.digest(of: json.span.bytes).hex.utf8) + [0x20] + json + [0x0a]
    try end.withLock { end throws(WritingError) in
      try WritingError.files { () throws(FileError) in
        try file.write(line.span.bytes, at: end)
        if synchronizes { try file.synchronize() }
      }
      end += line.count
    }
  }

  /// Reads the bytes of a journal up to the first line that is not whole.
  /// - Throws: ``WritingError`` `.otherJournal`.
  package static func read(_ text: [UInt8], identity: JSONValue, path: String) throws(WritingError) -> Record {
    var record = Record()
    var shards: [Int: ShardInfo] = [:]
    var start = 0
    while let newline = text[start...].firstIndex(of: 0x0a), let value = parse(text[start..<newline]) {
      if !record.hasHeader {
        guard value["writer"] == identity else {
          throw WritingError(
            .otherJournal, path, expected: "the columns and options of the writer that was interrupted here",
            found: "others", remedy: "Resume with the same ones, or set `replaceExisting` to start anew")
        }
        record.hasHeader = true
      } else if let number = value["shard"]?.int, let index = value["index"] {
        let bytes = index.encoded(sortingKeys: true)
        guard let info = try? DatasetIndex(parsing: bytes.span.bytes, file: path).shards.first else { break }
        shards[number] = info
      } else if let first = value["from"]?.int {
        shards = shards.filter { $0.key < first }
      }
      start = newline + 1
      record.byteCount = start
    }
    while let next = shards[record.shards.count] { record.shards.append(next) }
    return record
  }

  /// The JSON of a line, nil when its hash tells that it is not whole.
  private static func parse(_ line: ArraySlice<UInt8>) -> JSONValue? {
    guard line.count > 17, line[line.startIndex + 16] == 0x20 else { return nil }
    let json = Array(line.dropFirst(17))
    let hex = String(decoding: line.prefix(16), as: UTF8.self)
    guard HashAlgorithm.xxh64.digest(of: json.span.bytes).hex == hex else { return nil }
    return try? JSONValue(parsing: json.span.bytes)
  }
}
