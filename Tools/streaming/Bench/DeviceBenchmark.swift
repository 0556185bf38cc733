import Foundation
import Streaming
import Threading

/// Times a loader alone, a device's copies alone, and steps of a given length over both.
struct DeviceBenchmark {
  let batchSize: Int
  let batchLimit: Int
  let compute: Duration
  let inFlight: Int

  func run(_ stream: DataStream, on chosen: ChosenDevice) async throws -> DeviceResult {
    let dataset = try await StreamingDataset([stream], batchSize: batchSize)
    // Once untimed: what is measured is neither a cold cache nor a first page fault.
    _ = try await load(dataset)
    let load = try await load(dataset)
    guard load.batchCount > 0 else {
      throw CommandError(
        .dataError, "\(stream.remote ?? stream.local ?? ""): expected samples, found none.")
    }
    let copy: CopyMeasure?
    let steps: (seconds: Double, computeSeconds: Double, times: TransferTimes)
    switch chosen.device {
    case .host(let device):
      copy = nil
      steps = try await step(dataset, device)
    case .cuda(let device):
      copy = try await measureCopies(device, byteCount: load.largestByteCount)
      steps = try await step(dataset, device)
    }
    guard steps.times.batchCount == load.batchCount else {
      throw CommandError(
        .software, "expected \(load.batchCount) batches on the device, found \(steps.times.batchCount).")
    }
    return DeviceResult(
      device: chosen.description, batchCount: load.batchCount, batchByteCount: load.largestByteCount,
      loadSeconds: load.seconds / Double(load.batchCount), copy: copy,
      computeSeconds: steps.computeSeconds / Double(load.batchCount),
      stepSeconds: steps.seconds / Double(load.batchCount), times: steps.times)
  }

  private func load(
    _ dataset: StreamingDataset
  ) async throws -> (batchCount: Int, largestByteCount: Int, seconds: Double) {
    let start = ContinuousClock.now
    var batchCount = 0
    var largest = 0
    for try await batch in try dataset.loader() {
      batchCount += 1
      largest = max(largest, batch.payload.byteCount)
      if batchCount == batchLimit { break }
    }
    return (batchCount, largest, seconds(start.duration(to: .now)))
  }

  /// Steps over batches on the device; the time of what comes before the first one is left out.
  private func step(
    _ dataset: StreamingDataset, _ device: some Device
  ) async throws -> (seconds: Double, computeSeconds: Double, times: TransferTimes) {
    let transfer = try dataset.loader().transfer(to: device, inFlight: inFlight)
    var start: ContinuousClock.Instant?
    var computing = Duration.zero
    var batchCount = 0
    for try await batch in transfer {
      let begin = ContinuousClock.now
      if start == nil { start = begin }
      if compute > .zero { try await Threading.delay(for: compute, charging: StallCause("a simulated step")) }
      computing += begin.duration(to: .now)
      withExtendedLifetime(batch) {}
      batchCount += 1
      if batchCount == batchLimit { break }
    }
    let end = ContinuousClock.now
    let times = transfer.times
    transfer.close()
    return (seconds((start ?? end).duration(to: end)), seconds(computing), times)
  }

  /// Copies of one batch's size, put on the queue together.
  private func measureCopies(_ device: some Device, byteCount: Int) async throws -> CopyMeasure {
    let staging = try device.allocateStaging(byteCount)
    let buffer = try device.allocateBuffer(byteCount)
    let ended = Monitor<(count: Int, error: DeviceError?)>((0, nil))
    let count = 50
    let start = ContinuousClock.now
    for _ in 0..<count {
      let event = try device.copy(staging, byteCount: byteCount, to: buffer)
      device.notify(after: event) { error in
        ended.notifying { ended in
          ended.count += 1
          if let error { ended.error = error }
        }
      }
    }
    let error = try await ended.waitAsync(until: .after(.seconds(60)), charging: StallCause("copies")) {
      $0.count == count ? .some($0.error) : nil
    }
    if let error { throw error }
    return CopyMeasure(seconds: seconds(start.duration(to: .now)) / Double(count), byteCount: byteCount)
  }
}

/// One copy to a device.
struct CopyMeasure {
  let seconds: Double
  let byteCount: Int
  var bytesPerSecond: Double { Double(byteCount) / seconds }
}
