import ColumnarBatch
import DatasetLoading
import DeviceTransfer
import ObjectStorage
import SampleOrder
import TestSupport
import Testing
import Threading

/// A loader's batches on a device: the same samples in the same order, through the device's own staging memory.
@Suite struct DeviceTests {
  func ids(_ batch: DeviceBatch<HostDevice>) throws -> [Int] {
    let column = try batch.column("id")
    let texts = try batch.column("text")
    let span = try column.elements(as: Int64.self)
    var ids: [Int] = []
    for row in span.indices {
      let bytes = try texts.bytes(row: row)
      let text = (0..<bytes.byteCount).map { bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
      #expect(text == Array(DatasetFixture.text(Int(span[row])).utf8))
      ids.append(Int(span[row]))
    }
    return ids
  }

  @Test("gets every batch of the plan, whatever is in flight", arguments: [1, 2, 5])
  func wholeEpoch(inFlight: Int) async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<503, to: folder)
      let dataset = try await StreamingDataset(
        [DataStream(local: folder)], batchSize: 16, stores: ObjectStoreRegistry()
      ) { $0.shuffle = .py1e }
      let loader = try dataset.loader()
      var batches: [[Int]] = []
      for try await batch in loader.transfer(to: HostDevice(), inFlight: inFlight) {
        #expect(batch.position.batch == batches.count)
        batches.append(try ids(batch))
      }
      #expect(batches == DatasetFixture.expected(loader.plan))
      try loader.closeAndWait(until: .after(.seconds(10)))
    }
  }

  @Test("leaving the loop early closes the loader behind it")
  func leaves() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<400, to: folder)
      let dataset = try await StreamingDataset(
        [DataStream(local: folder)], batchSize: 8, stores: ObjectStoreRegistry())
      let loader = try dataset.loader()
      for try await batch in loader.transfer(to: HostDevice()) where batch.position.batch == 3 { break }
      // The transfer's thread closes it; what is left to deliver afterwards is nothing.
      try loader.closeAndWait(until: .after(.seconds(10)))
      #expect(try loader.nextBlocking() == nil)
    }
  }
}
