import CachePlanning
import Testing

@testable import DatasetLoading

@Suite struct LoaderStateTests {
  private static func isAssembly(_ job: LoaderState.Job?) -> Bool {
    if case .assemble = job { return true }
    return false
  }

  private static func isLending(_ job: LoaderState.Job?) -> Bool {
    if case .lendThread = job { return true }
    return false
  }

  private static func isNothing(_ job: LoaderState.Job?) -> Bool {
    if case nil = job { return true }
    return false
  }

  private static func state(batches: Int) -> LoaderState {
    var state = LoaderState(
      pipeline: BatchPipeline(window: 8, depth: 8), runLength: 1, limits: PrefetchPlanner.Limits(), gate: nil)
    var plans = Array(repeating: PlannedBatch(), count: batches)
    for place in plans.indices { plans[place].shards = [0] }
    state.planned(&plans, count: batches, isAtEnd: true, since: 0, at: 0)
    state.openQueue = []
    state.pipeline.opened(0)
    return state
  }

  @Test("no more threads assemble at a time than may, and each that is done makes room for another")
  func assemblers() {
    var state = Self.state(batches: 4)
    var (one, two) = (AssemblyRun(), AssemblyRun())
    state.assemblerLimit = 0
    #expect(Self.isNothing(state.nextJob(&one)))
    state.assemblerLimit = 1
    #expect(Self.isAssembly(state.nextJob(&one)) && one.ready.map(\.position) == [0])
    #expect(Self.isNothing(state.nextJob(&two)))
    one.ready = []
    #expect(Self.isAssembly(state.nextJob(&one)) && one.ready.map(\.position) == [1])
    state.assemblerLimit = .max
    #expect(Self.isAssembly(state.nextJob(&two)) && two.ready.map(\.position) == [2])
  }

  @Test("each thread that an epoch has no work for is lent to the next one, once")
  func lending() {
    var state = Self.state(batches: 2)
    state.preparesNext = true
    var runs = [AssemblyRun(), AssemblyRun(), AssemblyRun()]
    for number in 0..<2 { #expect(Self.isAssembly(state.nextJob(&runs[number]))) }
    guard case .prepareNext = state.nextJob(&runs[2]) else {
      Issue.record("expected the next epoch to be prepared first")
      return
    }
    for number in [2, 0, 1] {
      runs[number].ready = []
      #expect(Self.isLending(state.nextJob(&runs[number])))
      #expect(Self.isNothing(state.nextJob(&runs[number])))
    }
  }

  @Test("the thread that takes the last batch is lent at once")
  func lendingFirst() {
    var state = Self.state(batches: 2)
    state.preparesNext = true
    var runs = [AssemblyRun(), AssemblyRun()]
    #expect(Self.isAssembly(state.nextJob(&runs[0])))
    state.pipeline.assembled(0, .failure(LoadingError(.cancelled, expected: "", found: "")), PlannedBatch())
    _ = state.pipeline.takeHead()
    // Now that a batch was delivered, the next epoch is begun before another is assembled.
    guard case .prepareNext = state.nextJob(&runs[1]) else {
      Issue.record("expected the next epoch to be prepared first")
      return
    }
    #expect(Self.isAssembly(state.nextJob(&runs[1])) && runs[1].isLentFirst)
    runs[1].ready = []
    #expect(Self.isNothing(state.nextJob(&runs[1])))
  }
}
