import Foundation

/// A child process that trains: its lines as they come, and the means to kill it.
struct TrainingProcess {
  /// How a child ended.
  enum Ending: Equatable {
    case finished
    case killed(signal: Int32)
  }

  private let process = Process()
  private let output = Pipe()

  /// Starts this executable once more with other arguments.
  init(arguments: [String], environment: [String: String]) throws {
    guard let path = Bundle.main.executablePath else {
      throw QuickstartError("quickstart-run cannot find its own executable")
    }
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = output
    try process.run()
  }

  /// Hands each line to `body` as it comes, until the child has ended.
  /// - Parameter body: returns whether the child may go on; otherwise it is killed with signal 9, mid-instruction.
  func run(_ body: (TrainingEvent) throws -> Bool) throws -> Ending {
    var pending = Data()
    var isAlive = true
    while case let data = output.fileHandleForReading.availableData, !data.isEmpty {
      pending += data
      while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: pending[pending.startIndex..<end], as: UTF8.self)
        pending = Data(pending[(end + 1)...])
        guard isAlive else { continue }
        if try !body(try TrainingEvent(line: line)) {
          kill(process.processIdentifier, SIGKILL)
          isAlive = false
        }
      }
    }
    process.waitUntilExit()
    if process.terminationReason == .uncaughtSignal { return .killed(signal: process.terminationStatus) }
    guard process.terminationStatus == 0 else {
      throw QuickstartError("the training process ended with status \(process.terminationStatus)")
    }
    return .finished
  }
}

/// What a training process tells about itself, one line each.
enum TrainingEvent: Equatable {
  /// A step was taken on these samples.
  case batch(epoch: Int, index: Int, samples: [Int64])
  /// An epoch ended.
  case epoch(Int, loss: Float, accuracy: Double)
  /// Training ended; the weights' bits.
  case weights(String)

  init(line: String) throws {
    let words = line.split(separator: " ").map(String.init)
    switch (words.first, words.count) {
    case ("batch", 4):
      self = .batch(
        epoch: try Self.number(words[1]), index: try Self.number(words[2]),
        samples: try words[3].split(separator: ",").map { Int64(try Self.number(String($0))) })
    case ("epoch", 4):
      guard let loss = Float(words[2]), let accuracy = Double(words[3]) else {
        throw Self.notUnderstood(line)
      }
      self = .epoch(try Self.number(words[1]), loss: loss, accuracy: accuracy)
    case ("weights", 2): self = .weights(words[1])
    default: throw Self.notUnderstood(line)
    }
  }

  /// The line that ``init(line:)`` reads.
  var line: String {
    switch self {
    case .batch(let epoch, let index, let samples):
      "batch \(epoch) \(index) \(samples.map(String.init).joined(separator: ","))"
    case .epoch(let epoch, let loss, let accuracy): "epoch \(epoch) \(loss) \(accuracy)"
    case .weights(let bits): "weights \(bits)"
    }
  }

  private static func number(_ text: String) throws -> Int {
    guard let value = Int(text) else { throw notUnderstood(text) }
    return value
  }

  private static func notUnderstood(_ line: String) -> QuickstartError {
    QuickstartError("the training process said `\(line)`")
  }
}
