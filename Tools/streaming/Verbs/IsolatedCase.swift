import Foundation
import GoldenConformance
import PythonJSON

/// One golden case judged in a child process: a trap, a hang or a bomb is then a failed case, not the end of the run.
enum IsolatedCase {
  /// What a case may take beyond reading its intact neighbour, with room for a busy machine and a debug build.
  static let secondsAllowed: UInt32 = 20
  /// The address space a case may ask for, beyond what the process has at its start.
  static let bytesAllowed: UInt64 = 1 << 30
  /// How much its resident memory may grow: the golden data demands less than 64 MB.
  static let residentBytesAllowed = 64 << 20

  /// Runs the case in a child and reads its report.
  static func run(section: String, name: String, in directory: String) throws -> CaseReport {
    let child = Process()
    let output = Pipe()
    child.executableURL = URL(fileURLWithPath: try executablePath())
    child.arguments = ["conformance", directory, "--isolated-case", "\(section)/\(name)"]
    child.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    child.standardOutput = output
    child.standardError = FileHandle.nullDevice
    try child.run()
    let bytes = [UInt8](output.fileHandleForReading.readDataToEndOfFile())
    child.waitUntilExit()
    if child.terminationReason == .uncaughtSignal {
      let what =
        child.terminationStatus == SIGALRM
        ? "none within \(secondsAllowed) s" : "signal \(child.terminationStatus)"
      return CaseReport(passedCheckCount: 0, failures: ["expected a report, came \(what)"], skips: [])
    }
    guard child.terminationStatus == 0 else {
      return CaseReport(
        passedCheckCount: 0, failures: ["expected a report, came exit status \(child.terminationStatus)"],
        skips: [])
    }
    let json = try JSONValue(parsing: bytes.span.bytes, limits: .default)
    return CaseReport(
      passedCheckCount: try json.member("passed").integer(Int.self),
      failures: try json.member("failures").elements().map { try $0.text() },
      skips: try json.member("skips").elements().map { try $0.text() })
  }

  /// Is the child: bounds itself, judges the case, prints the report.
  static func serve(_ identifier: String, in directory: String) async throws {
    guard let slash = identifier.firstIndex(of: "/") else {
      throw CommandError(.usage, "\(identifier): expected SECTION/CASE.")
    }
    alarm(secondsAllowed)
    limitAddressSpace()
    let before = try peakResidentByteCount()
    let runner = ConformanceRunner(directory: directory)
    var report = await runner.reportHere(
      section: String(identifier[..<slash]), name: String(identifier[identifier.index(after: slash)...]))
    let growth = try peakResidentByteCount() - before
    if growth > residentBytesAllowed {
      report.expect(
        false, "expected less than \(residentBytesAllowed >> 20) MB of memory, took \(growth >> 20) MB")
    }
    var object = JSONObject()
    object.append("passed", .integer(JSONInteger(report.passedCheckCount)))
    object.append("failures", .array(report.failures.map { .string($0) }))
    object.append("skips", .array(report.skips.map { .string($0) }))
    print(String(decoding: JSONValue.object(object).encoded(sortingKeys: false), as: UTF8.self))
  }

  private static func executablePath() throws -> String {
    guard let path = Bundle.main.executablePath else {
      throw CommandError(.software, "streaming: cannot find its own executable.")
    }
    return path
  }

  /// A bomb then ends this process alone. Sanitizers reserve terabytes, so nothing is limited below them.
  private static func limitAddressSpace() {
    guard let used = field("VmSize:"), used < 1 << 40 else { return }
    var limit = rlimit(
      rlim_cur: rlim_t(used) + rlim_t(bytesAllowed), rlim_max: rlim_t(used) + rlim_t(bytesAllowed))
    setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
  }

  private static func peakResidentByteCount() throws -> Int {
    guard let peak = field("VmHWM:") else { throw CommandError(.software, "/proc/self/status: no VmHWM.") }
    return peak
  }

  /// A field of `/proc/self/status` in bytes.
  private static func field(_ name: String) -> Int? {
    guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) }),
      let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
    else { return nil }
    return kilobytes << 10
  }
}
