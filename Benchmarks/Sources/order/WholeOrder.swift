import Foundation
import SampleOrder

/// Upstream's part of the comparison, in a process of its own.
struct UpstreamOrder {
  var ordering: Double
  var lookingUp: Double
  var checksum: UInt64
  var peakByteCount: Int

  init(_ order: OrderCase, python: String) throws {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("upstream_order.py")
    let words = try words(
      of: python,
      ["-W", "ignore", script.path, order.algorithm.rawValue]
        + [
          order.sampleCount, order.shardCount, order.canonicalNodes, order.batchSize, order.blockSize ?? 1 << 18,
          OrderCase.seed, OrderCase.epoch,
        ].map(String.init))
    guard words.count == 4, let ordering = Double(words[0]), let lookingUp = Double(words[1]), let sum = UInt64(words[2]),
      let peak = Int(words[3])
    else { throw Failure("upstream printed \(words)") }
    self.ordering = ordering
    self.lookingUp = lookingUp
    checksum = sum
    peakByteCount = peak
  }
}

/// The whole order of 10^7 samples in 2,500 shards of one canonical node, in turns with upstream: least times of 3 rounds,
/// most memory. Wall time; ours uses all processors, upstream one. Fails where the orders differ.
func compareWholeOrders(python: String?) throws {
  print("whole order of 10^7 samples; upstream is get_partitions + get_shuffle (+ looking up)")
  print(
    ["algorithm", "ours", "", "upstream", "", "", "ratio"].map { padded($0, 11) }.joined())
  for algorithm in [ShuffleAlgorithm.naive, .py1s, .py1br, .py2s, .py1e, .feistel] {
    let order = OrderCase(
      algorithm: algorithm, sampleCount: 10_000_000, shardCount: 2500, canonicalNodes: 1, blockSize: 4_000_000,
      isWhole: true)
    var ours: [Measurement] = []
    var theirs: [UpstreamOrder] = []
    for _ in 0..<3 {
      ours.append(try order.measured())
      if let python, algorithm != .feistel { theirs.append(try UpstreamOrder(order, python: python)) }
    }
    guard Set(ours.map(\.checksum) + theirs.map(\.checksum)).count == 1 else {
      throw Failure("\(algorithm): the orders differ")
    }
    let seconds = ours.map(\.seconds).min() ?? 0
    var row = [algorithm.rawValue, formatted(seconds) + " s", megabytes(ours.map(\.peakByteCount).max() ?? 0)]
    if let ordering = theirs.map(\.ordering).min(), let lookingUp = theirs.map(\.lookingUp).min() {
      row += [
        formatted(ordering) + " s", "(+" + formatted(lookingUp) + ")", megabytes(theirs.map(\.peakByteCount).max() ?? 0),
        String(format: "%.1f (%.1f)", ordering / seconds, (ordering + lookingUp) / seconds),
      ]
    }
    print(row.map { padded($0, 11) }.joined())
  }
}
