import Foundation

/// Time and CPU of one run.
struct Measurement {
  var seconds: Double
  var cpuSeconds: Double

  /// Runs `body`, whose work happens in this process.
  static func here(_ body: () async throws -> Void) async rethrows -> Measurement {
    let start = ContinuousClock.now
    let cpu = processCPU()
    try await body()
    return Measurement(seconds: elapsed(start), cpuSeconds: processCPU() - cpu)
  }

  /// Runs a program to its end.
  static func program(_ path: String, _ arguments: [String]) throws -> Measurement {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    let cpu = childrenCPU()
    let start = ContinuousClock.now
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure("\(path) ended with \(process.terminationStatus)")
    }
    return Measurement(seconds: elapsed(start), cpuSeconds: childrenCPU() - cpu)
  }

  private static func elapsed(_ start: ContinuousClock.Instant) -> Double {
    let (seconds, attoseconds) = start.duration(to: .now).components
    return Double(seconds) + Double(attoseconds) / 1e18
  }

  private static func processCPU() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static func childrenCPU() -> Double {
    var usage = rusage()
    // RUSAGE_CHILDREN, which is imported as a type that the function does not take.
    getrusage(-1, &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}

/// The most memory that this process has had, in bytes.
func peakMemory() -> Int {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }
  return line.flatMap { Int($0.filter(\.isNumber)) }.map { $0 << 10 } ?? 0
}

/// The least, the median and the most of some numbers.
func spread(_ numbers: [Double], _ digits: Double = 1) -> String {
  let sorted = numbers.sorted()
  func short(_ number: Double) -> String { "\((number * digits).rounded() / digits)" }
  return "\(short(sorted[0])) \(short(sorted[sorted.count / 2])) \(short(sorted[sorted.count - 1]))"
}

func median(_ numbers: [Double]) -> Double { numbers.sorted()[numbers.count / 2] }
