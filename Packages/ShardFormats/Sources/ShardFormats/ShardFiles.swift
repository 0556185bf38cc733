/// A shard's files before compression.
public struct ShardFiles: Sendable {
  public var sampleCount: Int
  /// Holds the data file from ``start`` on; what lies before was kept free for a head that came out shorter.
  package private(set) var storage: [UInt8]
  package let start: Int
  /// The file of offsets, in the text formats.
  public var meta: [UInt8]?

  public init(sampleCount: Int, data: [UInt8], meta: [UInt8]? = nil) {
    self.init(sampleCount: sampleCount, storage: data, start: 0, meta: meta)
  }

  init(sampleCount: Int, storage: consuming [UInt8], start: Int, meta: [UInt8]?) {
    self.sampleCount = sampleCount
    self.storage = storage
    self.start = start
    self.meta = meta
  }

  /// The data file; copies.
  public var data: [UInt8] { Array(storage[start...]) }
  public var dataByteCount: Int { storage.count - start }

  /// The data file, without a copy.
  public var dataBytes: RawSpan {
    @_lifetime(borrow self) get {
      _overrideLifetime(storage.span.bytes.extracting(start..<storage.count), borrowing: self)
    }
  }

  /// Gives the memory away, for another shard; no data is left.
  package mutating func takeStorage() -> [UInt8] {
    defer { storage = Array(repeating: 0, count: start) }
    return storage
  }
}

/// What a shard has beside its samples: made once all of them are there.
public struct ShardFrame: Sendable {
  /// What stands before the samples in the data file: MDS's count, offsets and configuration; the header line of CSV.
  public var head: [UInt8]
  /// The file of offsets, in the text formats.
  public var meta: [UInt8]?

  public init(head: [UInt8], meta: [UInt8]? = nil) {
    self.head = head
    self.meta = meta
  }
}
