import Testing

@testable import DatasetLoading

@Suite struct BatchPipelineTests {
  static func plan(_ shards: [Int]) -> PlannedBatch {
    var plan = PlannedBatch()
    plan.shards = shards
    return plan
  }

  @Test("a batch is ready once its last shard is open, and a shard is asked for once")
  func readiness() {
    var pipeline = BatchPipeline<String>(window: 8, depth: 4)
    #expect(pipeline.append(Self.plan([1, 2])) == [1, 2])
    #expect(pipeline.append(Self.plan([2, 3])) == [3])
    pipeline.opened(1)
    #expect(!pipeline.hasReady)
    pipeline.opened(2)
    #expect(pipeline.takeReady(count: 9).map(\.position) == [0])
    #expect(pipeline.takeHead() == nil)
    pipeline.assembled(0, "a")
    #expect(pipeline.takeHead() == "a")
    let closed = [pipeline.close(2), pipeline.close(1)]
    #expect(closed == [false, true])
    #expect(pipeline.append(Self.plan([1])) == [1])
  }

  @Test("delivery keeps the order, whatever order batches are done in")
  func order() {
    var pipeline = BatchPipeline<Int>(window: 8, depth: 8)
    for position in 0..<8 { _ = pipeline.append(Self.plan([position])) }
    for shard in [5, 2, 7, 0, 1, 3, 4, 6] { pipeline.opened(shard) }
    let taken = pipeline.takeReady(count: 8).map(\.position)
    #expect(taken == Array(0..<8))
    for position in taken.reversed() {
      #expect(pipeline.takeHead() == nil)
      pipeline.assembled(position, position)
    }
    for position in 0..<8 { #expect(pipeline.takeHead() == position) }
    #expect(pipeline.plannableCount == 8)
  }

  @Test("a late shard does not let later batches take all buffers")
  func depth() {
    var pipeline = BatchPipeline<Int>(window: 8, depth: 3)
    for position in 0..<8 { _ = pipeline.append(Self.plan([position])) }
    for shard in 1..<8 { pipeline.opened(shard) }
    #expect(pipeline.takeReady(count: 8).map(\.position) == [1, 2])
    pipeline.assembled(1, 1)
    #expect(pipeline.takeReady(count: 8).isEmpty)
    pipeline.opened(0)
    #expect(pipeline.takeReady(count: 8).map(\.position) == [0])
  }

  @Test("a shard that can't be had fails the batches that need it, at their places")
  func failure() {
    var pipeline = BatchPipeline<String>(window: 4, depth: 4)
    _ = pipeline.append(Self.plan([0]))
    _ = pipeline.append(Self.plan([0, 1]))
    pipeline.opened(0)
    pipeline.failed(1) { "error at \($0)" }
    let taken = pipeline.takeReady(count: 4)
    #expect(taken.map(\.position) == [0])
    pipeline.assembled(0, "a")
    #expect(pipeline.takeHead() == "a")
    #expect(pipeline.takeHead() == "error at 1")
    let closed = pipeline.close(0)
    #expect(closed)
  }

  @Test("a plan that comes back is given out again, and its memory for a later one")
  func putBack() {
    var pipeline = BatchPipeline<String>(window: 4, depth: 4)
    _ = pipeline.append(Self.plan([3]))
    pipeline.opened(3)
    let taken = pipeline.takeReady(count: 1)
    pipeline.putBack(taken[0].plan, at: 0)
    let wasOpen = pipeline.reopen(3, for: 0)
    #expect(wasOpen && !pipeline.hasReady && pipeline.openShards == [])
    pipeline.opened(3)
    let again = pipeline.takeReady(count: 1)
    #expect(again.map(\.plan.shards) == [[3]])
    pipeline.assembled(0, "a", again[0].plan)
    #expect(pipeline.takeHead() == "a")
    var spares: [PlannedBatch] = []
    pipeline.takeSpares(count: 2, into: &spares)
    #expect(spares.map(\.shards) == [[], []])
  }

  @Test("shards that nobody needs any more are told, where that is asked for")
  func unused() {
    var pipeline = BatchPipeline<Int>(window: 4, depth: 4, tracksUnused: true)
    _ = pipeline.append(Self.plan([5, 9]))
    pipeline.opened(5)
    pipeline.opened(9)
    pipeline.opened(2)
    #expect(pipeline.openShards == [2, 5, 9])
    for batch in pipeline.takeReady(count: 1) { pipeline.assembled(batch.position, 0) }
    #expect(pipeline.takeUnused() == [2, 5, 9])
    #expect(pipeline.takeUnused() == [])
  }

  @Test("outputs are taken together as far as they are done, the next one last")
  func together() {
    var pipeline = BatchPipeline<Int>(window: 8, depth: 8)
    for _ in 0..<6 { _ = pipeline.append(Self.plan([0])) }
    pipeline.opened(0)
    for position in pipeline.takeReady(count: 6).map(\.position) where position != 4 { pipeline.assembled(position, position) }
    #expect(pipeline.takeHead() == 0)
    #expect(pipeline.takeHeads(count: 2) == [2, 1])
    #expect(pipeline.takeHeads(count: 9) == [3])
    #expect(pipeline.takeHeads(count: 9).isEmpty)
    pipeline.assembled(4, 4)
    #expect(pipeline.takeHeads(count: 9) == [5, 4])
    #expect(pipeline.head == 6)
  }
}

extension BatchPipeline {
  fileprivate mutating func takeReady(count: Int) -> [ReadyBatch] {
    var taken: [ReadyBatch] = []
    takeReady(count: count, into: &taken)
    return taken
  }

  fileprivate mutating func takeHeads(count: Int) -> [Output] {
    var taken: [Output] = []
    takeHeads(count: count, into: &taken)
    return taken
  }

  fileprivate mutating func assembled(_ position: Int, _ output: Output) { assembled(position, output, PlannedBatch()) }
}
