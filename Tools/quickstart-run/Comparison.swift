import Streaming

/// The claim: killed and resumed is the same run.
struct Comparison {
  let reference: TrainingRecord
  let killed: TrainingRecord
  let resumed: TrainingRecord
  let checkpoint: TrainingRecord.Place

  /// Prints the table; throws when any of it does not hold.
  func report(_ say: (String) -> Void) throws {
    let expected = reference.batches.filter { $0.place > checkpoint }
    let before = Array(reference.batches.prefix(killed.batches.count))
    let orderBefore = before.elementsEqual(killed.batches, by: Self.equal)
    let orderAfter = expected.elementsEqual(resumed.batches, by: Self.equal)
    let sampleCount = expected.reduce(0) { $0 + $1.samples.count }
    let weightsEqual = reference.weights != nil && reference.weights == resumed.weights
    let accuracy = (reference.accuracy ?? 0, resumed.accuracy ?? 0)
    let rows: [(String, String, String, String)] = [
      ("", "uninterrupted", "killed, resumed", ""),
      ("batches before the kill", "\(before.count)", "\(killed.batches.count)", Self.verdict(orderBefore)),
      (
        "sample order after the resume", Self.digest(expected), Self.digest(resumed.batches),
        Self.verdict(orderAfter)
      ),
      (
        "final weights", Self.digest(reference.weights), Self.digest(resumed.weights),
        Self.verdict(weightsEqual)
      ),
      (
        "held-out accuracy", Self.percent(accuracy.0), Self.percent(accuracy.1),
        Self.verdict(accuracy.0 == accuracy.1 && accuracy.0 >= Quickstart.requiredAccuracy)
      ),
    ]
    say("")
    for row in rows { say(Self.padded(row.0, 31) + Self.padded(row.1, 18) + Self.padded(row.2, 18) + row.3) }
    guard sampleCount > 0, orderBefore, orderAfter else {
      throw QuickstartError("the sample order is not the same")
    }
    guard weightsEqual else { throw QuickstartError("the final weights are not the same") }
    guard accuracy.0 == accuracy.1, accuracy.0 >= Quickstart.requiredAccuracy else {
      throw QuickstartError(
        "expected a held-out accuracy of \(Quickstart.requiredAccuracy), came \(accuracy.0)")
    }
  }

  private static func equal(
    _ left: (place: TrainingRecord.Place, samples: [Int64]),
    _ right: (place: TrainingRecord.Place, samples: [Int64])
  ) -> Bool { left.place == right.place && left.samples == right.samples }

  private static func digest(_ batches: [(place: TrainingRecord.Place, samples: [Int64])]) -> String {
    digest(batches.map { "\($0.place.epoch) \($0.place.batch) \($0.samples)" }.joined(separator: "\n"))
  }

  private static func digest(_ text: String?) -> String {
    guard let text else { return "none" }
    return HashAlgorithm.xxh64.digest(of: Array(text.utf8).span.bytes).hex
  }

  private static func verdict(_ holds: Bool) -> String { holds ? "equal" : "DIFFERENT" }

  private static func percent(_ share: Double) -> String { "\((share * 10_000).rounded() / 100) %" }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
}
