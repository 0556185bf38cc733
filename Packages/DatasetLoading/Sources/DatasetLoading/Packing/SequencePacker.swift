import BinaryIO
import ColumnarBatch

/// Puts documents into sequences: which tokens of which document come next. A value, without I/O.
struct SequencePacker: Sendable {
  let packing: Packing
  let batchSize: Int
  private let itemByteCount: Int
  private let separator: [UInt8]
  private let filler: [UInt8]

  /// Documents whose tokens have all been packed, since the first one of the rank's plan.
  private(set) var documentCount: Int
  /// Tokens of the next document that have been packed.
  private(set) var tokenCount: Int
  /// Documents to pass over before the first one is packed: they were, by the run that a state is from.
  private var skipCount: Int

  private var documents: Batch?
  private var row = 0
  // The batch under way. Its memory is used again.
  private var tokens: [UInt8]
  private var positions: [Int32]
  private var boundaries: [Int32] = []
  private var boundaryCounts: [Int64] = []
  private var ids: [Int64] = []
  /// Boundaries of the sequences that are complete.
  private var endedBoundaryCount = 0
  /// Tokens of the sequence under way.
  private var filled = 0

  /// - Parameter documentCount: packed already, of which the loader leaves out all but the last `skipCount`.
  /// - Throws: ``BatchError`` for a token that the type can't hold.
  init(
    _ packing: Packing, dtype: DType, batchSize: Int, documentCount: Int, skipCount: Int, tokenCount: Int
  ) throws(BatchError) {
    func bytes(of token: Int) throws(BatchError) -> [UInt8] {
      let bits = try Padding.toLongest(with: token).bits(of: dtype, column: packing.column.name)
      return (0..<dtype.itemByteCount).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    }
    self.packing = packing
    self.batchSize = batchSize
    self.documentCount = documentCount
    self.skipCount = skipCount
    self.tokenCount = tokenCount
    itemByteCount = dtype.itemByteCount
    separator = try packing.separator.map { token throws(BatchError) in try bytes(of: token) } ?? []
    filler = try bytes(of: packing.filler)
    tokens = Array(repeating: 0, count: batchSize * packing.length * itemByteCount)
    positions = Array(repeating: 0, count: batchSize * packing.length)
  }

  /// Whether a batch is complete.
  var isFull: Bool { ids.count == batchSize && filled == 0 }

  /// Takes the next documents.
  mutating func add(_ batch: Batch) {
    documents = batch
    row = 0
  }

  /// The documents begin again.
  mutating func startOver() {
    documentCount = 0
    tokenCount = 0
    skipCount = 0
  }

  /// Packs until the batch is full or the documents are used up.
  mutating func pack() throws(BatchError) {
    guard let batch = documents else { return }
    let column = try batch.column(at: 0)
    while row < batch.rowCount, !isFull {
      if skipCount > 0 {
        skipCount -= 1
        row += 1
        continue
      }
      let bytes = try column.bytes(row: row)
      let own = bytes.byteCount / itemByteCount
      let total = own + (separator.isEmpty ? 0 : 1)
      // Where a document does not fit it waits for the next sequence, unless none could take it whole.
      let left = total - min(tokenCount, total)
      if !packing.splitsDocuments, filled > 0, left > packing.length - filled {
        fillUp()
        continue
      }
      let count = min(left, packing.length - filled)
      if count > 0 { begin(batch.sampleIDs[row], count) }
      let first = min(tokenCount, own)
      let ownCount = min(count, own - first)
      put(bytes.extracting(first * itemByteCount..<(first + ownCount) * itemByteCount))
      if ownCount < count {
        let separator = self.separator
        put(separator.span.bytes)
      }
      tokenCount += count
      if tokenCount >= total {
        documentCount += 1
        tokenCount = 0
        row += 1
      }
      if filled == packing.length { endSequence() }
    }
    if row == batch.rowCount { documents = nil }
  }

  /// Whether ``pack()`` needs more documents first.
  var isOut: Bool { documents == nil }

  /// Ends a sequence that is under way at the documents' end.
  mutating func finishSequence() {
    guard filled > 0 else { return }
    if packing.dropsLast {
      boundaries.removeLast(boundaries.count - endedBoundaryCount)
      ids.removeLast()
      filled = 0
    } else {
      fillUp()
    }
  }

  /// Sequences that are complete.
  var sequenceCount: Int { boundaryCounts.count }

  /// Writes the sequences and begins the next batch.
  mutating func write(to out: inout BatchWriter) throws {
    let count = sequenceCount
    try out.setBytes(of: packing.column.name, tokens.span.bytes.extracting(0..<count * packing.length * itemByteCount))
    try out.setBytes(of: "positions", positions.span.bytes.extracting(0..<count * packing.length * 4))
    let boundaries = self.boundaries
    try out.withElements("boundaries", as: Int32.self, rowLengths: boundaryCounts.span) { target in
      for place in boundaries.indices { target[place] = boundaries[place] }
    }
    try out.setSampleIDs(ids.span)
    self.boundaries.removeAll(keepingCapacity: true)
    endedBoundaryCount = 0
    boundaryCounts.removeAll(keepingCapacity: true)
    ids.removeAll(keepingCapacity: true)
  }

  // MARK: The sequence under way

  /// Begins a piece of `count` tokens.
  private mutating func begin(_ id: Int64, _ count: Int) {
    if filled == 0 { ids.append(id) }
    boundaries.append(Int32(truncatingIfNeeded: filled))
    let first = sequenceCount * packing.length + filled
    for place in 0..<count { positions[first + place] = Int32(truncatingIfNeeded: place) }
  }

  private mutating func put(_ bytes: RawSpan) {
    guard bytes.byteCount > 0 else { return }
    let first = (sequenceCount * packing.length + filled) * itemByteCount
    let source = Span<UInt8>(_bytes: bytes)
    var all = tokens.mutableSpan
    // Bounds are checked once, so that the loop is a copy of blocks.
    var target = all._mutatingExtracting(first..<first + source.count)
    for place in source.indices { target[unchecked: place] = source[unchecked: place] }
    filled += bytes.byteCount / itemByteCount
  }

  private mutating func fillUp() {
    let count = packing.length - filled
    if count > 0 {
      begin(-1, count)
      let filler = self.filler
      for _ in 0..<count { put(filler.span.bytes) }
    }
    endSequence()
  }

  private mutating func endSequence() {
    boundaries.append(Int32(truncatingIfNeeded: packing.length))
    boundaryCounts.append(Int64(boundaries.count - endedBoundaryCount))
    endedBoundaryCount = boundaries.count
    filled = 0
  }
}
