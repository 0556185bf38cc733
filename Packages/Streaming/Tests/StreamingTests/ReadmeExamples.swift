import FakeObjectStores
import Foundation
import Streaming
import TestSupport
import Testing

/// The examples of the root README and of this package's: the same text stands there, and runs here.
@Suite("README examples", .serialized)
struct ReadmeExamples {
  struct Digit {
    let image: [UInt8]
    let label: Int
  }

  private let digits = (0..<1000).map { number in
    Digit(image: (0..<64).map { UInt8(truncatingIfNeeded: number &* 31 &+ $0) }, label: number % 10)
  }

  /// A fake S3 in this process, found as any S3 is: through the environment.
  private func withBucket(_ body: (FakeS3) async throws -> Void) async throws {
    let server = try FakeS3(buckets: ["bucket"])
    defer { server.stop() }
    for (name, value) in [
      "AWS_ACCESS_KEY_ID": FakeS3.Credential.test.accessKeyID,
      "AWS_SECRET_ACCESS_KEY": FakeS3.Credential.test.secretAccessKey,
      "AWS_REGION": server.options.region, "S3_ENDPOINT_URL": server.endpoint,
    ] {
      setenv(name, value, 1)
    }
    try await body(server)
  }

  private func convert(_ digits: [Digit]) async throws -> DatasetIndex {
    // snippet: convert
    var writer = try MDSWriter(to: "s3://bucket/digits", columns: ["image": .bytes, "label": .int]) {
      $0.compression = .zstd(level: 3)
      $0.hashes = [.xxh64]
      $0.sizeLimit = .kilobytes(16)
    }
    for digit in digits {
      try await writer.write(["image": .bytes(digit.image), "label": .int(digit.label)])
    }
    let index = try await writer.finish()
    // end snippet
    return index
  }

  @Test("1. convert")
  func convert() async throws {
    try await withBucket { server in
      let index = try await convert(digits)
      #expect(index.sampleCount == digits.count)
      #expect(index.shards.count > 1)
      #expect(server.keys(bucket: "bucket").filter { $0.hasSuffix(".mds.zstd") }.count == index.shards.count)
    }
  }

  @Test("2. stream a local directory")
  func local() async throws {
    try await withTemporaryDirectory { folder in
      var writer = try MDSWriter(to: folder, columns: ["image": .bytes, "label": .int])
      for digit in digits {
        try await writer.write(["image": .bytes(digit.image), "label": .int(digit.label)])
      }
      _ = try await writer.finish()
      var seen: [Int64] = []
      func train(_ labels: Span<Int64>) { for index in labels.indices { seen.append(labels[index]) } }
      // snippet: local
      let digits = try await StreamingDataset([DataStream(local: folder)], batchSize: 256)
      for try await batch in try digits.loader() {
        let labels = try batch.column("label")
        train(try labels.elements(as: Int64.self))
      }
      // end snippet
      #expect(seen == self.digits.map { Int64($0.label) })
      var sum = 0
      try await umbrella(folder, &sum)
      #expect(sum == self.digits.count)
    }
  }

  private func umbrella(_ folder: String, _ sum: inout Int) async throws {
    // snippet: umbrella
    let digits = try await StreamingDataset([DataStream(local: folder)], batchSize: 256)
    for try await batch in try digits.loader() { sum += try batch.column("label").elementCount }
    // end snippet
  }

  @Test("3. stream from a bucket to a device, and 4. resume")
  func bucketAndResume() async throws {
    try await withBucket { _ in
      _ = try await convert(digits)
      try await withTemporaryDirectory { folder in
        let cache = folder + "/cache"
        var batches: [Int] = []
        func step<D: Device>(_ labels: DeviceColumn<D>) { batches.append(labels.batch.position.batch) }
        // snippet: bucket
        let corpus = try await StreamingDataset(
          [DataStream(remote: "s3://bucket/digits", local: cache)], batchSize: 32,
          world: try World(environment: ProcessInfo.processInfo.environment)
        ) {
          $0.shuffle = .py1e
          $0.seed = 17
        }
        for try await batch in try corpus.loader().transfer(to: HostDevice()) {
          step(try batch.column("label"))
        }
        // end snippet
        #expect(batches == Array(0..<32))
        let reopened = try await StreamingDataset(
          [DataStream(remote: "s3://bucket/digits", local: cache)], batchSize: 32
        ) {
          $0.shuffle = .py1e
          $0.seed = 17
        }
        try await resume(corpus, in: reopened)
      }
    }
  }

  /// Takes a state in the middle of an epoch of one run, and goes on in another.
  private func resume(_ first: StreamingDataset, in corpus: StreamingDataset) async throws {
    let whole = try first.loader()
    var order: [[Int64]] = []
    var saved = ""
    for try await batch in whole {
      order.append(ids(batch))
      if batch.position.batch == 9 { saved = whole.state(after: batch).jsonText }
    }
    var rest: [[Int64]] = []
    func step(_ batch: Batch) { rest.append(ids(batch)) }
    func save(_ state: String) { saved = state }
    // snippet: resume
    let loader = try corpus.loader(resuming: CheckpointState(json: saved))
    for try await batch in loader {
      step(batch)
      save(loader.state(after: batch).jsonText)
    }
    // end snippet
    #expect(rest == Array(order.dropFirst(10)))
  }

  private func ids(_ batch: Batch) -> [Int64] {
    let ids = batch.sampleIDs
    return ids.indices.map { ids[$0] }
  }

  @Test("5. a store of one's own")
  func store() async throws {
    let archive = MemoryStore()
    var writer = try MDSWriter(
      to: archive, format: try MDS(columns: ["label": .int]), options: WriterOptions())
    for digit in digits { try await writer.write(["label": .int(digit.label)]) }
    _ = try await writer.finish()
    try await withTemporaryDirectory { cache in
      // snippet: store
      struct TapeStore: ObjectStore {
        let archive: any ObjectStore

        func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo {
          try await archive.head(key)
        }

        func get(
          _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
        ) async throws(ObjectStoreError) -> ObjectInfo {
          let info = try await head(key)
          let bytes = try await archive.bytes(of: key, limit: .gigabytes(1))
          try sink.write(bytes.span.bytes.extracting(try options.resolvedRange(of: info)))
          return info
        }
      }
      var stores = ObjectStoreRegistry.standard
      stores.register("tape") { _ in RetryingStore(TapeStore(archive: archive)) }
      let taped = try await StreamingDataset(
        [DataStream(remote: "tape://shelf/digits", local: cache)], batchSize: 64, stores: stores)
      // end snippet
      var count = 0
      for try await batch in try taped.loader() { count += batch.rowCount }
      #expect(count == digits.count)
    }
  }
}
