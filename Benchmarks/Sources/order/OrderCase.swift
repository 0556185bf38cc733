import Foundation
import SampleOrder

/// One measurement, as text on a command line.
struct OrderCase {
  var algorithm: ShuffleAlgorithm
  var sampleCount: Int
  var shardCount: Int
  var canonicalNodes: Int
  var batchSize = 256
  var blockSize: Int?
  /// Samples of the epoch that were seen before.
  var sampleInEpoch = 0
  /// Whether the whole order is read, or the first batch alone.
  var isWhole: Bool

  static let seed = 9176
  static let epoch = 1

  /// The form that ``init(parsing:)`` reads.
  var text: String {
    [
      algorithm.rawValue, "\(sampleCount)", "\(shardCount)", "\(canonicalNodes)", "\(batchSize)", "\(blockSize ?? 0)",
      "\(sampleInEpoch)", isWhole ? "whole" : "first",
    ].joined(separator: ",")
  }
}

extension OrderCase {
  init(parsing text: String) throws {
    let parts = text.split(separator: ",").map(String.init)
    let numbers = parts.dropFirst().dropLast().compactMap(Int.init)
    guard parts.count == 8, numbers.count == 6 else { throw Failure("no case: \(text)") }
    self.init(
      algorithm: try ShuffleAlgorithm(parsing: parts[0]), sampleCount: numbers[0], shardCount: numbers[1],
      canonicalNodes: numbers[2], batchSize: numbers[3], blockSize: numbers[4] == 0 ? nil : numbers[4],
      sampleInEpoch: numbers[5], isWhole: parts[7] == "whole")
  }

  /// Plans and reads in this process.
  func run() throws -> Measurement {
    let (size, extra) = sampleCount.quotientAndRemainder(dividingBy: shardCount)
    let sizes = (0..<shardCount).map { size + ($0 < extra ? 1 : 0) }
    var options = OrderOptions(batchSize: batchSize)
    options.shuffle = algorithm
    options.seed = try ShuffleSeed(Self.seed)
    options.canonicalNodes = canonicalNodes
    options.blockSize = blockSize
    let start = ContinuousClock.now
    let plan = try EpochPlan(
      shape: DatasetShape(shardSizes: sizes), options: options, world: .single,
      from: EpochPosition(epoch: Self.epoch, sampleInEpoch: sampleInEpoch))
    let end = isWhole ? plan.batchCount(rank: 0) : 1
    let step = max(1, (1 << 20) / batchSize)
    var ids: [Int64] = []
    var checksum: UInt64 = 0
    var place: UInt64 = 0
    var spent = ContinuousClock.now - start
    for first in stride(from: 0, to: end, by: step) {
      let begin = ContinuousClock.now
      let batches = first..<min(end, first + step)
      ids.removeAll(keepingCapacity: true)
      ids.append(addingCapacity: batches.count * batchSize) { out in plan.samples(rank: 0, batches: batches, into: &out) }
      spent += ContinuousClock.now - begin
      for id in ids {
        place &+= 1
        checksum &+= place &* UInt64(bitPattern: id)
      }
    }
    return Measurement(seconds: spent.seconds, checksum: checksum, peakByteCount: peakMemory())
  }
}

/// What a process of one measurement prints.
struct Measurement {
  var seconds: Double
  var checksum: UInt64
  var peakByteCount: Int

  var line: String { "\(seconds) \(checksum) \(peakByteCount)" }
}

struct Failure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

extension Duration {
  var seconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }
}

/// The most memory that this process has had, in bytes; 0 where the system has no `/proc`.
func peakMemory() -> Int {
  guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
    let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
    let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
  else { return 0 }
  return kilobytes * 1024
}
