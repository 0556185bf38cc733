import ColumnarBatch
import DatasetLoading
import ObjectStorage
import SampleOrder

/// A case's data set, read as every user reads it: a process's own `StreamingDataset` for each rank, its shards fetched into
/// a cache that the ranks share, batches assembled by threads.
struct LoadedCase {
  private let streams: [DataStream]

  /// Runs `body` with the case's own data set, or with one of its shard sizes.
  static func with<R>(_ goldenCase: GoldenCase, _ body: (LoadedCase) async throws -> R) async throws -> R {
    try await goldenCase.withScratchDirectory { folder in
      let written = goldenCase.json.optionalMember("dataset")
      var streams: [DataStream] = []
      var first = 0
      for (number, stream) in try goldenCase.member("streams").elements().enumerated() {
        let sizes = try stream.member("shard_sizes").integers(Int.self)
        let remote = try written.map { try goldenCase.path($0.text() + "/\(number)") } ?? "\(folder)/remote/\(number)"
        if written == nil { try NumberedDataset.write(sizes, first: first, to: remote) }
        first += sizes.reduce(0, +)
        streams.append(
          DataStream(
            remote: remote, local: "\(folder)/cache/\(number)", proportion: try stream.optionalMember("proportion")?.real(),
            repeating: try stream.optionalMember("repeat")?.real(),
            choose: try stream.optionalMember("choose")?.integer()))
      }
      return try await body(LoadedCase(streams: streams))
    }
  }

  /// The ranks that are loaded: all of up to four; of more the first, the last and two between; of a large data set one.
  static func ranks(of world: World, sampleCount: Int = 0) -> [Int] {
    if sampleCount > 20_000 { return [world.ranks / 2] }
    return world.ranks <= 4 ? Array(0..<world.ranks) : [0, world.ranks / 3, world.ranks * 2 / 3, world.ranks - 1]
  }

  /// Opens the data set as one rank of a world does.
  func open(_ options: OrderOptions, _ world: World, passing epochs: Int = 0) async throws -> StreamingDataset {
    let dataset = try await StreamingDataset(streams, world: world, stores: ObjectStoreRegistry()) {
      $0.order = options
    }
    // Loaders that are left before their first batch.
    for _ in 0..<epochs { _ = try dataset.loader() }
    return dataset
  }

  /// The samples' own numbers, batch by batch.
  /// - Parameter limit: after so many batches the loader is left, with others assembled ahead of it.
  /// - Parameter each: told each batch.
  static func batches(
    _ loader: Loader, limit: Int = .max, each: (Batch) -> Void = { _ in }
  ) async throws -> [[Int64]] {
    var batches: [[Int64]] = []
    if limit == 0 { return batches }
    for try await batch in loader {
      let ids = try batch.column("id").withElements(as: Int64.self) { ids in ids.indices.map { ids[$0] } }
      for (row, id) in ids.enumerated() where batch.sampleIDs[row] != id {
        throw GoldenError("batch \(batches.count): sample \(batch.sampleIDs[row]) has the content of \(id)")
      }
      batches.append(ids)
      each(batch)
      if batches.count == limit { break }
    }
    return batches
  }

  /// The same, and the state once all ranks together had received so many samples of the epoch; nil where no batch ends
  /// there.
  static func batches(
    _ loader: Loader, stateAt sampleCount: Int?
  ) async throws -> (batches: [[Int64]], state: CheckpointState?) {
    var state = loader.initialState
    var last: Batch?
    let batches = try await batches(loader) { if $0.position.deliveredSampleCount == sampleCount { last = $0 } }
    if let last { state = loader.state(after: last) }
    return (batches, state.sampleInEpoch == sampleCount ? state : nil)
  }
}
