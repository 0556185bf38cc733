import ArgumentParser
import BinaryIO
import Fuzzing

/// The fuzzer without instrumentation: damages known inputs, the same for the same seed.
struct FuzzCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fuzz-run",
    abstract: "Give a reader damaged inputs; stop at the first that it cannot stand.",
    discussion: "Without a target the names of all are printed. Tools/fuzz runs this, and libFuzzer, as one wants it.")

  @Argument(help: "What to fuzz.")
  var target: String?
  @Option(help: "Number of inputs.")
  var runs = 100_000
  @Option(help: "Stop after this time even so.")
  var seconds: Double?
  @Option(help: "The same seed gives the same inputs.")
  var seed: UInt64 = 1
  @Option(help: "The first input, to repeat one.")
  var from = 0
  @Option(help: "A file that holds the number of the input while it runs.")
  var note: String?
  @Option(help: "Write the input --from to this file instead.")
  var save: String?

  func validate() throws {
    guard runs >= 0, from >= 0, from <= .max - runs else {
      throw ValidationError("--runs and --from: expected 0 or more, found \(runs) and \(from).")
    }
  }

  func run() throws {
    guard let target else { return print(FuzzTarget.names.joined(separator: "\n")) }
    guard let chosen = try FuzzTarget.named(target) else {
      throw ValidationError("expected one of \(FuzzTarget.names.joined(separator: ", ")), found \(target).")
    }
    let mutations = MutationRun(chosen, seed: seed)
    if let save {
      try FileSystem.write(mutations.input(of: from).span.bytes, to: save)
      return
    }
    do {
      let report = try report(of: mutations)
      print(
        "\(target): \(report.inputCount) inputs, \(report.acceptedCount) accepted, slowest \(report.slowest) of CPU "
          + "(input \(report.slowestRound)), peak \(report.peakMemory >> 20) MiB")
    } catch let finding as FuzzFinding {
      print(finding)
      throw ExitCode.failure
    }
  }
}

extension FuzzCommand {
  private func report(of mutations: MutationRun) throws -> MutationRun.Report {
    let (rounds, time) = (from..<(from + runs), seconds.map { Duration.seconds($0) })
    guard let note else { return try mutations.run(rounds: rounds, for: time) }
    let file = try FileDescriptor.open(note, .create)
    return try mutations.run(rounds: rounds, for: time) { round in
      let line = Array("\(round)\n".utf8)
      try file.write(line.span.bytes, at: 0)
    }
  }
}

#if !LIBFUZZER
  @main enum Entry {
    static func main() { FuzzCommand.main() }
  }
#endif
