import BinaryIO
import ColumnarBatch
import DatasetLoading
import ObjectStorage
import SampleOrder
import TestSupport
import Testing

@Suite struct SampleGeneratorTests {
  @Test("gives the numbers of SplitMix64, started from a mixture of all that it is made from")
  func sequence() {
    // The formula of Vigna's splitmix64.c, whose first number from 0 is this one.
    #expect(Self.mixed(0) == 0xE220_A839_7B1D_CDAF)
    var random = SampleGenerator(seed: 1, epoch: 2, sample: 3, stage: 4)
    var state: UInt64 = 0
    for word in [1, 2, 3, 4] as [UInt64] { state = Self.mixed(state ^ word) }
    for _ in 0..<100 {
      #expect(random.next() == Self.mixed(state))
      state &+= 0x9E37_79B9_7F4A_7C15
    }
  }

  private static func mixed(_ word: UInt64) -> UInt64 {
    var z = word &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  @Test("seed, epoch, sample and stage each make another sequence")
  func distinct() {
    var firsts: Set<UInt64> = []
    for seed in 0..<4 as Range<UInt64> {
      for epoch in 0..<4 {
        for sample in 0..<4 as Range<Int64> {
          for stage in 0..<4 {
            var random = SampleGenerator(seed: seed, epoch: epoch, sample: sample, stage: stage)
            firsts.insert(random.next())
          }
        }
      }
    }
    #expect(firsts.count == 256)
  }

  @Test("a transform that draws numbers makes the same of each sample with 1 or 4 threads, and after a resume")
  func transforms() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<400, to: folder, sizeLimit: 1400)
      func values(threads: Int, stop: Int?) async throws -> [Int64: Int64] {
        let dataset = try await StreamingDataset([DataStream(local: folder)], batchSize: 8, stores: ObjectStoreRegistry()) {
          $0.shuffle = .py1e
        }
        let schema = try BatchSchema([.fixed("x", .int64)])
        let configure: (inout LoaderOptions) -> Void = { options in
          options.threads = threads
          options.transform = BatchTransform(to: schema) { batch, out in
            let drawn = (0..<batch.rowCount).map { row in
              var random = SampleGenerator(seed: 9, epoch: batch.position.epoch, sample: batch.sampleIDs[row])
              return Int64.random(in: 0..<1_000_000, using: &random)
            }
            try out.setBytes(of: "x", drawn.span.bytes)
          }
        }
        var found: [Int64: Int64] = [:]
        var loader = try dataset.loader(configure: configure)
        var count = 0
        while let batch = try loader.nextBlocking() {
          try batch.column("x").withElements(as: Int64.self) { elements in
            for row in elements.indices { found[batch.sampleIDs[row]] = elements[row] }
          }
          count += 1
          if count == stop { loader = try dataset.loader(resuming: loader.state(after: batch), configure: configure) }
        }
        return found
      }
      let expected = try await values(threads: 1, stop: nil)
      #expect(expected.count == 400 && Set(expected.values).count > 390)
      #expect(try await values(threads: 4, stop: nil) == expected)
      #expect(try await values(threads: 2, stop: 17) == expected)
    }
  }
}
