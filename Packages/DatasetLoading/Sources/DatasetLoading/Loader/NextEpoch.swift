import SampleOrder
import Synchronization

/// The next epoch's loader, begun while this epoch is still read; a data set keeps it until it is asked for.
///
/// It plans, fetches and opens what its first batches need, once this epoch needs nothing more, and assembles them with as
/// many threads as this epoch has no work for. Nothing of it counts as delivered. Any thread may call.
final class NextEpoch: Sendable {
  private struct State: Sendable {
    var core: LoaderCore?
    /// Threads that the epoch before has no work for, and the epoch that they are for.
    var lentCount = 0
    var lentTo = -1
    var isOver = false
  }

  private let state = Mutex(State())
  private let ownBuffers = Atomic<Bool>(false)

  /// Whether a loader was given memory of its user's: what is assembled ahead would lie elsewhere.
  var usesOwnBuffers: Bool {
    get { ownBuffers.load(ordering: .relaxed) }
    set { ownBuffers.store(newValue, ordering: .relaxed) }
  }

  /// Begins and keeps a loader's core, in the place of an older one; not once the data set is gone, nor when the run has
  /// come to its epoch already.
  func begin(_ core: LoaderCore) {
    core.holdAssembly()
    let (old, isKept, assemblers) = state.withLock { state in
      let epoch = core.dataset.run.withLock { $0.nextEpoch }
      guard !state.isOver, core.plan.position.epoch == epoch else { return (LoaderCore?.none, false, 0) }
      let old = state.core
      state.core = core
      return (old, true, state.lentTo == epoch ? state.lentCount : 0)
    }
    old?.close()
    guard isKept else { return }
    core.addAssemblers(assemblers)
    core.beginAhead()
  }

  /// What is begun now.
  var begun: LoaderCore? { state.withLock { $0.core } }

  /// A thread of this epoch has nothing left to do: one of the next may assemble.
  func lendThread(after plan: EpochPlan) {
    let next = plan.position.epoch + 1
    let core: LoaderCore? = state.withLock { state in
      if state.lentTo != next { (state.lentTo, state.lentCount) = (next, 0) }
      state.lentCount += 1
      return state.core?.plan.position.epoch == next ? state.core : nil
    }
    core?.addAssemblers(1)
  }

  /// The core if it is of this plan, read in the same way, and nothing has failed in it; if not, it is closed.
  func take(_ plan: EpochPlan, _ options: LoaderOptions) -> LoaderCore? {
    let core = takeAny()
    guard let core else { return nil }
    if core.isAhead(of: plan, options) { return core }
    core.close()
    return nil
  }

  /// Closes what is begun for the epoch after this one, which was left in the middle.
  func discard(after plan: EpochPlan) {
    let core = state.withLock { state in
      state.core?.plan.position.epoch == plan.position.epoch + 1 ? state.core.take() : nil
    }
    core?.close()
  }

  /// Closes what is begun, for good.
  func end() {
    let core = state.withLock { state in
      state.isOver = true
      return state.core.take()
    }
    core?.close()
  }

  private func takeAny() -> LoaderCore? { state.withLock { $0.core.take() } }
}

/// What the copies of a data set hold together; its end ends what was begun for an epoch that nobody will ask for.
final class DatasetHandle: Sendable {
  private let core: DatasetCore

  init(_ core: DatasetCore) { self.core = core }

  deinit { core.nextEpoch.end() }
}
