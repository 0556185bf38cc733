import DatasetLoading
import ObjectStorage
import TestSupport
import Testing
import Threading

@Suite struct LoaderWaitTests {
  /// Has an index, and never answers for a shard.
  private struct SilentStore: ObjectStore {
    let base: MemoryStore

    func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo { try await base.head(key) }

    func get(
      _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
    ) async throws(ObjectStoreError) -> ObjectInfo {
      guard key.text.hasPrefix("shard") else { return try await base.get(key, options: options, into: sink) }
      try? await delay(for: .seconds(600), charging: StallCause("nothing"))
      throw ObjectStoreError(.cancelled, url: key.text)
    }
  }

  @Test("a batch that does not come in time is an error that names rank, stream, shard, what was waited for and how long")
  func deadline() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<60, to: folder + "/remote")
      let stores = try DatasetFixture.stores(from: folder + "/remote") { SilentStore(base: $0) }
      let dataset = try await StreamingDataset(
        [DataStream(remote: "mem://bucket", local: folder + "/cache")], batchSize: 4, stores: stores)
      let loader = try dataset.loader { $0.timeout = .milliseconds(200) }
      let error = await #expect(throws: LoadingError.self) { for try await _ in loader {} }
      #expect(error?.code == .timedOut && error?.stream == 0 && error?.shard == 0)
      #expect(error?.waitedFor?.name == "the next batch")
      #expect(error?.expected.contains("batch 0 of rank 0") == true && error?.found.hasPrefix("waited 0.") == true)
      loader.close()
    }
  }
}
