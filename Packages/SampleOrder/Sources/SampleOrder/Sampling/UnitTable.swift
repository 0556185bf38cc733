import NumPyRandom

/// An index type wide enough for the ids of an epoch.
typealias SampleIndex = BitwiseCopyable & FixedWidthInteger & Sendable

/// The shuffle units of an epoch: a whole shard each, or a part of one when it is sampled in fractions.
///
/// Numbers of the epoch ("big" ids) run through the units; each unit maps to sample ids ("small" ids). Which samples a
/// partial unit takes is drawn again whenever it is read, from a kept generator state.
struct UnitTable: Sendable {
  /// First big id of each unit, and the end.
  private(set) var offsets: [Int] = [0]
  /// Sample id of the shard's first sample, per unit; empty when big ids are sample ids but for ``base``.
  private var firstIds: [Int] = []
  private var base = 0
  private var isPlain = true
  /// For partial units, their number among them; -1 for whole ones. Empty without partial units.
  private var partialNumbers: [Int32] = []
  private var partials: [(population: Int, bits: SavedBits)] = []
  private let generator: Generator

  var count: Int { offsets.count - 1 }
  var total: Int { offsets[offsets.count - 1] }
  var sizes: [Int] { (0..<count).map { offsets[$0 + 1] - offsets[$0] } }

  /// Units for shuffling without any sampling: big ids are what comes out.
  init(sizes: [Int]) throws(ConfigurationError) {
    generator = ShuffleSeed(UInt64(0)).generator
    offsets.reserveCapacity(sizes.count + 1)
    for size in sizes {
      guard size >= 0, total + size <= 1 << 53 else {
        throw .outOfRange("samples of a unit", expected: "between 0 and 2^53 in all", found: size)
      }
      offsets.append(total + size)
    }
  }

  /// Upstream's `resample_streams` for some streams of a data set.
  init(
    shape: DatasetShape, streams: Range<Int>, weights: EpochWeights, options: OrderOptions, epoch: Int
  ) throws(ConfigurationError) {
    generator = (options.sampling == .balanced ? options.seed.adding(epoch) : options.seed).generator
    var bits = generator
    base = shape.streamOffsets[streams.lowerBound]
    // As long as every shard is taken whole and once, only the offsets are needed.
    for stream in streams {
      let sizes = shape.streams[stream].shardSizes
      let chosen = try sampledShardSizes(
        shardSizes: sizes, choose: weights.choose[stream], granularity: options.samplingGranularity,
        seed: options.seed, epoch: epoch, usingEpoch: options.changesSeedByEpoch)
      var first = shape.streamOffsets[stream]
      for (size, taken) in zip(sizes, chosen) {
        if size > 0 { try append(first: first, size: size, taken: taken, bits: &bits) }
        first += size
      }
    }
  }

  private mutating func append(
    first: Int, size: Int, taken: Int, bits: inout Generator
  ) throws(ConfigurationError) {
    guard taken / size < Int(Int32.max) - count else {
      throw .outOfRange(
        "shuffle units", expected: "fewer than 2^31 repeats of shards in an epoch", found: taken / size,
        remedy: "Reduce epoch_size, repeat or choose")
    }
    if taken != size, isPlain {
      isPlain = false
      firstIds = offsets.dropLast().map { $0 + base }
    }
    for _ in 0..<(taken / size) {
      offsets.append(total + size)
      if !isPlain { firstIds.append(first) }
      if !partialNumbers.isEmpty { partialNumbers.append(-1) }
    }
    let rest = taken % size
    guard rest > 0 else { return }
    if partialNumbers.isEmpty { partialNumbers = [Int32](repeating: -1, count: count) }
    offsets.append(total + rest)
    firstIds.append(first)
    partialNumbers.append(Int32(truncatingIfNeeded: partials.count))
    partials.append((size, SavedBits(bits)))
    bits.skipChoice(size, count: rest)
  }

  /// Equal for tables that give the same ids.
  var contentHash: String {
    var hash = StableHash()
    for offset in offsets { hash.combine(offset) }
    hash.combine(base)
    for first in firstIds { hash.combine(first) }
    for number in partialNumbers { hash.combine(Int(number)) }
    for partial in partials {
      hash.combine(partial.population)
      partial.bits.combine(into: &hash)
    }
    if !partials.isEmpty { SavedBits(generator).combine(into: &hash) }
    return hash.hex
  }

  /// The unit that holds a big id.
  func unit(of id: Int) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if offsets[middle + 1] <= id { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Appends the sample ids of a range of big ids within one unit.
  func appendIds<Index: SampleIndex>(unit: Int, _ range: Range<Int>, to ids: inout [Index]) {
    let filled = ids.count
    ids.append(contentsOf: repeatElement(0, count: range.count))
    var all = ids.mutableSpan
    var target = all._mutatingExtracting(filled..<all.count)
    fill(&target, unit: unit, from: range.lowerBound)
  }

  /// Sets elements to the sample ids of as many big ids of one unit.
  func fill<Index: SampleIndex>(_ ids: inout MutableSpan<Index>, unit: Int, from start: Int) {
    if !partialNumbers.isEmpty, partialNumbers[unit] >= 0 {
      let chosen = chosenIds(of: unit)
      for index in ids.indices { ids[index] = Index(truncatingIfNeeded: chosen[start - offsets[unit] + index]) }
      return
    }
    let first = Index(truncatingIfNeeded: start + (isPlain ? base : firstIds[unit] - offsets[unit]))
    for index in ids.indices { ids[unchecked: index] = first &+ Index(truncatingIfNeeded: index) }
  }

  /// Appends the sample ids of a range of big ids that may span units.
  func appendIds<Index: SampleIndex>(_ range: Range<Int>, to ids: inout [Index]) {
    var unit = unit(of: range.lowerBound)
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(range.upperBound, offsets[unit + 1])
      if start < end { appendIds(unit: unit, start..<end, to: &ids) }
      start = end
      unit += 1
    }
  }

  /// The sample ids among which those of a unit are.
  func sampleIds(of unit: Int) -> Range<Int> {
    if !partialNumbers.isEmpty, partialNumbers[unit] >= 0 {
      return firstIds[unit]..<firstIds[unit] + partials[Int(partialNumbers[unit])].population
    }
    let first = isPlain ? offsets[unit] + base : firstIds[unit]
    return first..<first + offsets[unit + 1] - offsets[unit]
  }

  /// The sample id of one big id; draws a partial unit's samples anew.
  func sampleId(unit: Int, big: Int) -> Int {
    if !partialNumbers.isEmpty, partialNumbers[unit] >= 0 { return chosenIds(of: unit)[big - offsets[unit]] }
    return big + (isPlain ? base : firstIds[unit] - offsets[unit])
  }

  /// The samples that a partial unit takes of its shard, in ascending order.
  private func chosenIds(of unit: Int) -> [Int] {
    let (population, saved) = partials[Int(partialNumbers[unit])]
    var bits = saved.restored(in: generator)
    let count = offsets[unit + 1] - offsets[unit]
    // A partial unit takes fewer samples than the shard has, so that numpy's choice cannot refuse.
    guard let chosen = try? bits.choiceWithoutReplacement(population, count: count) else { return [] }
    return chosen.sorted().map { $0 + firstIds[unit] }
  }
}
