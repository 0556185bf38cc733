import BinaryIO
import DatasetLoading
import DatasetWriting
import DeviceTransfer
import MDSFormat
import ObjectStorage
import SampleOrder
import ShardFormats
import TestSupport
import Testing
import Threading

/// Checkpoints of runs whose batches are on their way to a device.
@Suite("Checkpoints with batches in flight")
struct CheckpointTests {
  static let sampleCount = 400
  static let batchSize = 8

  func write(to folder: String) async throws {
    let format = try MDS(columns: ["id": .int], settings: ShardSettings(sizeLimit: 400))
    var options = WriterOptions()
    options.sizeLimit = 400
    var writer = try ShardWriter(to: folder, format: format, options: options, stores: ObjectStoreRegistry())
    for id in 0..<Self.sampleCount { try await writer.write(["id": .int(id)]) }
    _ = try await writer.finish()
  }

  func dataset(_ folder: String, _ world: World = .single) async throws -> StreamingDataset {
    try await StreamingDataset(
      [DataStream(local: folder)], batchSize: Self.batchSize / world.nodes, world: world, stores: ObjectStoreRegistry()
    ) {
      $0.shuffle = .py1e
      $0.canonicalNodes = 2
    }
  }

  func ids(_ batch: DeviceBatch<SimulatedDevice>) throws -> [Int64] {
    batch.buffer.elements(try batch.column("id").range, as: Int64.self)
  }

  /// Reads `batchCount` batches, lets the copies of all batches that can be in flight start, and stops: what was
  /// delivered, and the state that a run would write now.
  func interrupted(
    _ dataset: StreamingDataset, after batchCount: Int, inFlight: Int, _ delivery: TransferDelivery
  ) throws -> (ids: [Int64], state: CheckpointState) {
    let device = SimulatedDevice(delay: delivery == .whenCopied ? .milliseconds(1) : .zero)
    let loader = try dataset.loader()
    let transfer = loader.transfer(to: device, inFlight: inFlight, delivery: delivery)
    var ids: [Int64] = []
    var last: DeviceBatch<SimulatedDevice>?
    for _ in 0..<batchCount {
      last = nil
      let batch = try #require(try transfer.nextBlocking())
      try batch.wait(on: device.workQueue)
      _ = try device.read(0..<0, of: batch.buffer)
      ids += try self.ids(batch)
      last = batch
    }
    // The consumer holds one place; copies into all others start without it.
    let started = try device.counts.wait(until: .after(.seconds(20)), charging: StallCause("copies ahead")) {
      $0.copies >= batchCount + inFlight - 1 ? $0.copies : nil
    }
    #expect(started == batchCount + inFlight - 1)
    let state = loader.state(after: try #require(last).position)
    last = nil
    try transfer.closeAndWait(until: .after(.seconds(20)))
    return (ids, state)
  }

  @Test(
    "a state counts what was delivered, not what is in flight: resumed on other ranks, every sample comes once",
    arguments: [1, 2, 3, 5], [TransferDelivery.whenCopied, .whenStarted])
  func resume(inFlight: Int, delivery: TransferDelivery) async throws {
    try await withTemporaryDirectory { folder in
      try await write(to: folder)
      for batchCount in [2, 10, 24] {
        let (before, state) = try interrupted(
          try await dataset(folder), after: batchCount, inFlight: inFlight, delivery)
        #expect(before.count == batchCount * Self.batchSize)
        #expect(state.sampleInEpoch == before.count)
        // Through the text that a run writes, in another process's place: two nodes, each with its device.
        let saved = try CheckpointState(json: state.jsonText)
        var after: [Int64] = []
        for node in 0..<2 {
          let dataset = try await dataset(folder, try World(nodes: 2, node: node))
          let transfer = try dataset.loader(resuming: saved).transfer(
            to: SimulatedDevice(), inFlight: inFlight % 3 + 1)
          while let batch = try transfer.nextBlocking() { after += try ids(batch) }
        }
        #expect(
          (before + after).sorted() == (0..<Int64(Self.sampleCount)).map { $0 },
          "\(batchCount) batches, then \(after.count) samples")
      }
    }
  }
}
