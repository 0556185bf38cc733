import BinaryIO
import ColumnarBatch
import ShardFormats

/// Copies the samples of a planned batch from their shards into a batch: one copy, no allocation per sample.
struct BatchGatherer: Sendable {
  let dataset: DatasetCore
  private let selection: ColumnSelection
  private let collation: Collation?
  private let layout: MDSGather

  init(dataset: DatasetCore, selection: ColumnSelection, collation: Collation? = nil) {
    self.dataset = dataset
    self.selection = selection
    self.collation = collation
    layout = MDSGather(dataset.schema, selection)
  }

  /// Fills and finishes a batch.
  /// - Throws: ``GatherFailure`` naming the first sample that can't be read, and its shard.
  func gather(
    _ planned: PlannedBatch, into assembly: consuming BatchAssembly, epoch: Int, _ scratch: inout GatherScratch
  ) throws(GatherFailure) -> Batch {
    let plan = dataset.withoutSkipped(planned)
    // Out of the scratch, which is written to meanwhile; its array is used again, its shards are let go.
    var shards: [OpenShard] = []
    swap(&shards, &scratch.shards)
    defer {
      shards.removeAll(keepingCapacity: true)
      swap(&shards, &scratch.shards)
    }
    try open(plan, &shards)
    let position = BatchPosition(
      epoch: epoch, batch: plan.index, deliveredSampleCount: plan.deliveredSampleCount)
    if let collation {
      return try collate(plan, shards, collation, into: assembly, position)
    }
    do {
      try assembly.begin(selection.batch, rowCount: plan.sampleIDs.count, shapings: selection.shapings)
      if shards.allSatisfy({ $0.run != nil }) {
        try layout.gather(plan, from: shards, into: &assembly, &scratch)
      } else {
        try gatherValues(plan, from: shards, into: &assembly)
      }
      try shapeRows(of: &assembly)
    } catch let error as SampleFailure {
      throw failure(error, plan, shards)
    } catch let error as BatchError {
      throw GatherFailure(LoadingError(.memory, cause: error))
    } catch {
      throw GatherFailure(LoadingError(.sample, cause: error))
    }
    try check(shards, plan)
    let ids = assembly.sampleIDs
    for row in plan.sampleIDs.indices { ids[row] = plan.sampleIDs[row] }
    return assembly.finish(position)
  }

  /// Has the user's collation make the batch.
  private func collate(
    _ plan: PlannedBatch, _ shards: [OpenShard], _ collation: Collation, into assembly: consuming BatchAssembly,
    _ position: BatchPosition
  ) throws(GatherFailure) -> Batch {
    let batch: Batch
    do {
      var writer = try BatchWriter(assembly, schema: collation.schema, rowCount: plan.rows.count)
      try writer.setSampleIDs(plan.sampleIDs.span)
      try collation.body(SampleGroup(plan, shards), &writer)
      batch = try writer.finish(position)
    } catch let error as SampleFailure {
      throw failure(error, plan, shards)
    } catch {
      throw GatherFailure(LoadingError(transform: error, batch: position.batch))
    }
    try check(shards, plan)
    return batch
  }

  private func failure(_ error: SampleFailure, _ plan: PlannedBatch, _ shards: [OpenShard]) -> GatherFailure {
    let place = Int(plan.shardPlaces[error.row])
    guard error.isDamage else { return GatherFailure(describe(error, plan)) }
    return GatherFailure(describe(error, plan), shard: plan.shards[place], open: shards[place])
  }

  /// Brings columns into the form that the loader was asked for.
  private func shapeRows(of assembly: inout BatchAssembly) throws {
    if selection.shapings.isEmpty { return }
    do {
      try assembly.shapeRows { column, row, bytes in
        do throws(ShardError) {
          return try selection.headerByteCount(column, bytes)
        } catch {
          throw SampleFailure(
            row: row, column: selection.batch.columns[column].name, cause: error, isDamage: error.code == .undecodable)
        }
      }
    } catch let error as BatchError {
      guard let row = error.row else { throw error }
      throw SampleFailure(
        row: row, column: error.column, expected: error.expected, found: error.found, remedy: error.remedy, isDamage: false)
    }
  }

  /// Appends the shards of a batch.
  private func open(_ plan: PlannedBatch, _ shards: inout [OpenShard]) throws(GatherFailure) {
    dataset.openShards.append(plan.shards, to: &shards)
    // All of them, but for one that was closed, or found damaged, since the batch became ready.
    for number in plan.shards[shards.count...] {
      let shard: OpenShard?
      do throws(LoadingError) { shard = try dataset.openShards.open(number) } catch { throw GatherFailure(error) }
      // Found damaged by another thread, whose mapping was dropped, and not fetched again yet.
      guard let shard else { throw GatherFailure(dataset.vanished(number), shard: number) }
      shards.append(shard)
    }
  }

  /// Random access on another thread may have met pages that are gone and put zeros in their place: then those were copied.
  private func check(_ shards: [OpenShard], _ plan: PlannedBatch) throws(GatherFailure) {
    for (place, shard) in shards.enumerated() {
      do throws(FileError) {
        try shard.check()
      } catch {
        let (stream, number) = dataset.place(of: plan.shards[place])
        throw GatherFailure(
          LoadingError(.sample, stream: stream, shard: number, cause: error), shard: plan.shards[place], open: shard)
      }
    }
  }

  private func describe(_ failure: SampleFailure, _ plan: PlannedBatch) -> LoadingError {
    let (stream, shard) = dataset.place(of: plan.shards[Int(plan.shardPlaces[failure.row])])
    return LoadingError(
      failure.code, stream: stream, shard: shard, sample: Int(plan.sampleIDs[failure.row]), column: failure.column,
      expected: failure.expected, found: failure.found, remedy: failure.remedy, cause: failure.cause)
  }

  /// The way for text formats, and for mixtures with them: values are decoded one by one.
  private func gatherValues(
    _ plan: PlannedBatch, from shards: [OpenShard], into assembly: inout BatchAssembly
  ) throws {
    let columns = selection.sources.map { dataset.schema.batch.columns[$0] }
    var texts: [[[UInt8]]] = columns.map { _ in [] }
    for row in plan.rows.indices {
      let shard = shards[Int(plan.shardPlaces[row])]
      do {
        try shard.guarding { reader in
          let sample = try reader.sample(at: Int(plan.rows[row]))
          for (number, column) in columns.enumerated() {
            texts[number].append(try Self.batchBytes(sample, try self.number(number, in: shard, row), column))
          }
        }
      } catch let error as SampleFailure {
        throw error
      } catch {
        throw SampleFailure(row: row, cause: error)
      }
    }
    for number in selection.batch.variableColumns {
      let lengths = assembly.lengths(of: number)
      for row in plan.rows.indices { lengths[row] = Int64(texts[number][row].count) }
    }
    try assembly.placeRaggedValues()
    for number in columns.indices {
      var target = assembly.values(of: number)
      for bytes in texts[number] {
        // Safe because the region was placed for exactly these rows.
        bytes.withUnsafeBytes { source in
          if let start = source.baseAddress { target.copyMemory(from: start, byteCount: source.count) }
        }
        target += bytes.count
      }
    }
  }

  /// The number of a batch's column in a shard.
  private func number(_ column: Int, in shard: OpenShard, _ row: Int) throws(SampleFailure) -> Int {
    let source = selection.sources[column]
    guard let numbers = shard.columnNumbers else { return source }
    if let number = numbers[source] { return number }
    let name = selection.batch.columns[column].name
    throw SampleFailure(
      row: row, column: name, expected: "the column as the first shard has it",
      found: shard.reader.columns.map { "\($0.name):\($0.encodingName)" }.joined(separator: ", "),
      remedy: "choose columns that all shards have, of the same type and shape", isDamage: false, code: .schemaMismatch)
  }

  /// A column's bytes as a batch holds them.
  private static func batchBytes(_ sample: borrowing Sample, _ number: Int, _ column: ColumnSchema) throws(ShardError) -> [UInt8] {
    switch column.dtype {
    case .string where column.isRagged: Array(try sample.string(column: number).utf8)
    case .int64 where !column.isRagged && column.rowShape == []:
      littleEndian(UInt64(bitPattern: Int64(try sample.int(column: number))))
    case .float64 where !column.isRagged && column.rowShape == []:
      littleEndian(try sample.double(column: number).bitPattern)
    default: try sample.bytes(column: number).copied()
    }
  }

  private static func littleEndian(_ bits: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) } }
}

/// Why a batch can't be assembled, and which open shard is to blame, where it is one.
struct GatherFailure: Error {
  let error: LoadingError
  let shard: Int?
  let open: OpenShard?

  init(_ error: LoadingError, shard: Int? = nil, open: OpenShard? = nil) {
    self.error = error
    self.shard = shard
    self.open = open
  }
}

/// Why a row of a batch can't be filled.
struct SampleFailure: Error {
  var row: Int
  var column: String?
  var expected = ""
  var found = ""
  var remedy = "download the shard again; `streaming verify` lists every damaged one"
  var cause: (any Error)?
  /// Whether the shard is to blame, and not what the loader was asked for.
  var isDamage = true
  var code = LoadingError.Code.sample
}
