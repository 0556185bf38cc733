import Foundation

/// Runs a program and splits what it prints on one line.
func words(of program: String, _ arguments: [String]) throws -> [String] {
  let process = Process()
  let output = Pipe()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  process.standardOutput = output
  try process.run()
  let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  guard process.terminationStatus == 0 else { throw Failure("\(program) \(arguments): \(process.terminationStatus)") }
  return text.split(whereSeparator: \.isWhitespace).map(String.init)
}

extension OrderCase {
  /// Measures in a process of its own, so that its peak memory is this case's.
  func measured() throws -> Measurement {
    let words = try words(of: CommandLine.arguments[0], ["run", text])
    guard words.count == 3, let seconds = Double(words[0]), let sum = UInt64(words[1]), let peak = Int(words[2]) else {
      throw Failure("\(text) printed \(words)")
    }
    return Measurement(seconds: seconds, checksum: sum, peakByteCount: peak)
  }
}

func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }

func formatted(_ number: Double) -> String { String(format: "%.3f", number) }

func megabytes(_ count: Int) -> String { "\((count + 500_000) / 1_000_000) MB" }
