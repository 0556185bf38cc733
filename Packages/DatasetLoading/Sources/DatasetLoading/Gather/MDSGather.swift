import BinaryIO
import ColumnarBatch
import MDSFormat
import ShardFormats

/// Where the columns of an MDS sample lie, prepared for copying many samples at once.
///
/// A sample is the sizes of its variable columns, 4 bytes each, then all columns' bytes in order. Columns before the first
/// variable one lie at the same place in every sample and are copied by stride; the others one piece per sample. Columns
/// that the batch does not have are passed over; without one after the first variable column, the sizes are, too.
struct MDSGather: Sendable {
  /// A column that is copied.
  private struct Wanted: Sendable {
    let place: MDSLayout.Column
    /// Its bytes' start in a sample, less the sizes of the variable columns before it.
    let start: Int
    /// Its number in the batch.
    let target: Int
  }

  private let layout: MDSLayout
  /// Those before the first variable column.
  private let leading: [Wanted]
  /// Those from the first variable column on, as they lie in a sample.
  private let following: [Wanted]
  private let names: [String]

  init(_ schema: DatasetSchema, _ selection: ColumnSelection) {
    let layout = MDSLayout(schema.columns)
    self.layout = layout
    let wanted = selection.sources.enumerated().sorted { $0.element < $1.element }.map { target, source in
      let place = layout.columns[source]
      return Wanted(place: place, start: layout.headByteCount + place.fixedBefore, target: target)
    }
    leading = wanted.filter { $0.place.variablesBefore == 0 && !$0.place.isVariable }
    following = wanted.filter { $0.place.variablesBefore > 0 || $0.place.isVariable }
    names = selection.batch.columns.map(\.name)
  }

  /// Copies the rows of `plan`, whose `begin` was called, from `shards`, which are all MDS.
  /// - Throws: ``SampleFailure`` for the first sample whose parts do not fill it, or whose file was cut short.
  func gather(
    _ plan: PlannedBatch, from shards: [OpenShard], into assembly: inout BatchAssembly, _ scratch: inout GatherScratch
  ) throws {
    let count = plan.rows.count
    scratch.reserve(rows: count, columns: following.count, variable: layout.variableCount, shards: shards.count)
    try locate(plan, shards, scratch)
    // Safe because `locate` checked that every source has that many bytes inside its mapping, which `shards` keeps, and
    // `begin` and `placeRaggedValues` made room for `count` rows of every column.
    let sources = UnsafeBufferPointer(rebasing: scratch.sources[..<count])
    if !following.isEmpty {
      try readHeads(count, sources, into: &assembly, scratch)
    }
    for column in leading {
      let failed = GuardedCopy.copy(
        sources, offset: column.start, byteCount: column.place.fixedByteCount ?? 0,
        to: assembly.values(of: column.target), stride: assembly.stride(of: column.target))
      if let failed { throw lost(failed, column.target) }
    }
    if !following.isEmpty { try copyFollowing(count, into: &assembly, scratch) }
    withExtendedLifetime(shards) {}
  }

  /// Finds the first byte and the length of every sample; checks the lengths.
  private func locate(_ plan: PlannedBatch, _ shards: [OpenShard], _ scratch: borrowing GatherScratch) throws {
    let least = layout.headByteCount + layout.fixedByteCount
    let isFixed = layout.variableCount == 0
    let sources = scratch.sources
    let byteCounts = scratch.byteCounts
    // Resolved once per shard: the loop below touches no reference counts.
    let runs = scratch.runs
    var areEven = isFixed
    for place in shards.indices {
      guard let run = shards[place].run else { continue }
      areEven = areEven && run.sampleByteCount == least
      runs.initializeElement(at: place, to: run)
    }
    try plan.rows.withUnsafeBufferPointer { rows in
      try plan.shardPlaces.withUnsafeBufferPointer { places in
        if areEven {
          // All samples have the size that their columns need: nothing to look up, nothing to check.
          for row in 0..<rows.count { sources[row] = runs[Int(places[row])].first + Int(rows[row]) * least }
          return
        }
        for row in 0..<rows.count {
          let run = runs[Int(places[row])]
          let range = run.range(of: Int(rows[row]))
          guard isFixed ? range.count == least : range.count >= least else {
            throw SampleFailure(
              row: row, expected: isFixed ? "\(least) bytes" : "at least \(least) bytes", found: "\(range.count)")
          }
          sources[row] = run.base + range.lowerBound
          byteCounts[row] = range.count
        }
      }
    }
  }

  /// Reads the sizes at the start of every sample, checks that they fill it, and makes room for the values.
  private func readHeads(
    _ count: Int, _ sources: UnsafeBufferPointer<UnsafeRawPointer?>, into assembly: inout BatchAssembly,
    _ scratch: borrowing GatherScratch
  ) throws {
    let width = layout.variableCount
    let heads = scratch.heads
    guard let target = heads.baseAddress else { return }
    if let failed = GuardedCopy.copy(sources, offset: 0, byteCount: 4 * width, to: target, stride: 4 * width) {
      throw SampleFailure(row: failed, expected: "the sample's bytes", found: "a file that was cut short")
    }
    for row in 0..<count {
      var total = layout.headByteCount + layout.fixedByteCount
      for variable in 0..<width { total += Int(UInt32(littleEndian: heads[row * width + variable])) }
      guard total == scratch.byteCounts[row] else {
        throw SampleFailure(
          row: row, expected: "columns that fill the sample's \(scratch.byteCounts[row]) bytes", found: "\(total)")
      }
    }
    for column in following where column.place.isVariable {
      let lengths = assembly.lengths(of: column.target)
      let variable = column.place.variablesBefore
      for row in 0..<count { lengths[row] = Int64(UInt32(littleEndian: heads[row * width + variable])) }
    }
    try assembly.placeRaggedValues()
  }

  /// Copies the columns from the first variable one on, sample by sample, as they lie in the file.
  private func copyFollowing(
    _ count: Int, into assembly: inout BatchAssembly, _ scratch: borrowing GatherScratch
  ) throws {
    let width = layout.variableCount
    let heads = scratch.heads
    let items = scratch.items
    let targets = scratch.targets
    for (place, column) in following.enumerated() {
      targets.initializeElement(
        at: place,
        to: GatherTarget(
          values: assembly.values(of: column.target), stride: assembly.stride(of: column.target),
          offsets: column.place.isVariable ? assembly.offsets(of: column.target) : nil))
    }
    var next = 0
    for row in 0..<count {
      let source = scratch.sources[row]
      var variable = 0
      var sizes = 0
      for place in following.indices {
        let column = following[place]
        while variable < column.place.variablesBefore {
          sizes += Int(UInt32(littleEndian: heads[row * width + variable]))
          variable += 1
        }
        let byteCount =
          column.place.fixedByteCount ?? Int(UInt32(littleEndian: heads[row * width + variable]))
        let target = targets[place]
        let offset = target.offsets.map { Int($0[row]) } ?? row * target.stride
        items[next] = GuardedCopy.item(
          from: source.map { $0 + column.start + sizes }, to: target.values + offset, byteCount: byteCount)
        next += 1
      }
    }
    if let failed = GuardedCopy.copy(UnsafeBufferPointer(rebasing: items[..<next])) {
      throw lost(failed / following.count, following[failed % following.count].target)
    }
  }

  private func lost(_ row: Int, _ column: Int) -> SampleFailure {
    SampleFailure(row: row, column: names[column], expected: "the sample's bytes", found: "a file that was cut short")
  }
}
