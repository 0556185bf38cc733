import Threading

/// Where the time of a transfer went, summed since it began. Stages overlap, so the sums may exceed the time that passed.
public struct TransferTimes: Sendable, Hashable {
  /// Batches delivered.
  public var batchCount = 0
  /// The device thread had the source assemble in staging memory, or waited for that.
  public var staging = Duration.zero
  /// The copy queue was busy.
  public var copying = Duration.zero
  /// The device thread waited for the consumer to let go of a batch: nothing to gain from a faster source.
  public var waitingForPlace = Duration.zero
  /// The consumer waited for a batch that was not assembled yet.
  public var waitingForSource = Duration.zero
  /// The consumer waited for the end of a copy.
  public var waitingForCopy = Duration.zero

  /// The consumer waited.
  public var waiting: Duration { waitingForSource + waitingForCopy }
}

extension TransferTimes: CustomStringConvertible {
  /// One line: `12 batches; staging 3.1 ms, copying …`.
  public var description: String {
    func milliseconds(_ duration: Duration) -> String {
      let tenths = (duration / .milliseconds(1) * 10).rounded() / 10
      return "\(tenths) ms"
    }
    return "\(batchCount) batches; staging \(milliseconds(staging)), copying \(milliseconds(copying)), "
      + "waiting for the source \(milliseconds(waitingForSource)), for copies \(milliseconds(waitingForCopy)), "
      + "for the consumer \(milliseconds(waitingForPlace))"
  }

  init(_ account: StallAccount, batchCount: Int) {
    let sums = account.summary
    self.init(
      batchCount: batchCount, staging: sums[.staging] ?? .zero, copying: sums[.copying] ?? .zero,
      waitingForPlace: sums[.placeOnDevice] ?? .zero, waitingForSource: sums[.batchOnDevice] ?? .zero,
      waitingForCopy: sums[.copyToDevice] ?? .zero)
  }
}

extension StallCause {
  static let staging = StallCause("a batch in staging memory")
  static let copying = StallCause("the copy queue")
  static let placeOnDevice = StallCause("a free place on the device")
  static let batchOnDevice = StallCause("a batch on the device")
  static let copyToDevice = StallCause("a copy to the device")
  static let stagingBuffer = StallCause("a free staging buffer")
  static let deviceThread = StallCause("the device thread's end")
}
