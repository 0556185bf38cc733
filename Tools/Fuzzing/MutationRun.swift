package import BinaryIO
import SystemLibC

/// Gives a target damaged inputs one after the other, and measures each.
package struct MutationRun {
  /// The most CPU time that one input may cost.
  package static let deadline = Duration.seconds(1)
  /// The most memory that the process may ever have resident.
  package static let memoryLimit = ByteCount.megabytes(256)

  /// What came of it.
  package struct Report: Sendable {
    package var inputCount = 0
    package var acceptedCount = 0
    package var slowest = Duration.zero
    package var slowestRound = 0
    package var peakMemory = 0
  }

  private let target: FuzzTarget
  private let seed: UInt64

  package init(_ target: FuzzTarget, seed: UInt64) {
    self.target = target
    self.seed = seed
  }

  /// The bytes of a round, to look at what went wrong.
  package func input(of round: Int) -> [UInt8] {
    var mutator = Mutator(target.seeds, seed: seed, round: round)
    return mutator.input()
  }

  /// Runs until the rounds or the time are over.
  /// - Parameter announce: told the number of each round before it runs, for who finds the process dead.
  /// - Throws: ``FuzzFinding`` at the first input for which the target breaks a promise, takes too long or too much memory.
  package func run(
    rounds: Range<Int>, for time: Duration? = nil, announce: (Int) throws -> Void = { _ in }
  ) throws -> Report {
    var report = Report()
    let end = time.map { ContinuousClock.now + $0 }
    for round in rounds {
      if let end, round & 15 == 0, ContinuousClock.now >= end { break }
      try announce(round)
      let input = input(of: round)
      let start = cpuTime()
      do {
        if try target.run(input) == .accepted { report.acceptedCount += 1 }
      } catch {
        throw FuzzFinding(target: target.name, seed: seed, round: round, what: "\(error)")
      }
      let spent = cpuTime() - start
      report.inputCount += 1
      report.peakMemory = peakResidentByteCount()
      if spent > report.slowest { (report.slowest, report.slowestRound) = (spent, round) }
      guard spent <= Self.deadline else { throw finding(round, "\(spent) of CPU time, above \(Self.deadline)") }
      guard report.peakMemory <= Self.memoryLimit.value else {
        throw finding(round, "\(report.peakMemory) bytes of memory, above \(Self.memoryLimit.value)")
      }
    }
    return report
  }

  private func finding(_ round: Int, _ what: String) -> FuzzFinding {
    FuzzFinding(target: target.name, seed: seed, round: round, what: what)
  }
}

/// An input that a target cannot stand.
package struct FuzzFinding: Error, CustomStringConvertible {
  let target: String
  let seed: UInt64
  let round: Int
  let what: String

  package var description: String {
    "\(target), seed \(seed), round \(round): \(what)"
  }
}

private func cpuTime() -> Duration {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}

private func peakResidentByteCount() -> Int {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return usage.ru_maxrss << 10
}
