import Foundation
import Streaming
import Threading

/// The executable of IntegrationTests/cache-faults: runs scenarios, or is one of their reading processes; for
/// IntegrationTests/launchers a rank.
@main
enum FaultRun {
  static func main() async {
    do {
      let arguments = Array(CommandLine.arguments.dropFirst())
      if arguments.first == "read" {
        try await Reader(arguments.dropFirst()).run()
      } else if arguments.first == "use-room" {
        try await RoomUser.run(Array(arguments.dropFirst()))
      } else if arguments.first == "write" {
        try await SampleContent.write(Stage.sampleCount, to: arguments.last ?? "")
      } else if arguments.first == "launched" {
        try await LaunchedRank.run(Array(arguments.dropFirst()))
      } else {
        try await runScenarios(long: arguments.contains("--long"), named: arguments.filter { !$0.hasPrefix("--") })
      }
    } catch {
      printLine("error: \(error)")
      exit(1)
    }
  }

  private static func runScenarios(long: Bool, named: [String]) async throws {
    let scenarios: [(name: String, run: (Stage) async throws -> String)] = [
      ("together", together), ("kills", kills), ("room", room), ("signals", signals), ("disk-full", diskFull),
      ("disk-full-anywhere", diskFullAnywhere), ("unavailable", unavailable), ("clock", clockJumps),
      ("replaced", replaced), ("cut-short", cutShort), ("flipped", flipped), ("left-early", leftEarly),
      ("no-locks", noLocks), ("read-only", readOnly), ("other-remote", otherRemote),
    ]
    for name in named where !scenarios.contains(where: { $0.name == name }) {
      throw Unexpected("no scenario \(name); there are \(scenarios.map(\.name).joined(separator: ", "))")
    }
    for (name, run) in scenarios where named.isEmpty || named.contains(name) {
      let start = ContinuousClock.now
      let stage = try await Stage(isLong: long)
      let result: Result<String, any Error>
      do { result = .success(try await run(stage)) } catch { result = .failure(error) }
      await stage.strike()
      let seconds = start.duration(to: .now).formatted(.units(allowed: [.seconds], fractionalPart: .show(length: 1)))
      printLine("\(name): \(try result.get()) (\(seconds))")
    }
  }
}

/// What did not hold.
struct Unexpected: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

func expect(_ holds: Bool, _ what: @autoclosure () -> String) throws {
  if !holds { throw Unexpected(what()) }
}

func printLine(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
