import FakeObjectStores
import Foundation
import Streaming

/// The whole job: convert, store, stream shuffled, train, kill, resume, compare.
struct Quickstart {
  /// The least held-out accuracy that training has to reach.
  static let requiredAccuracy = 0.93
  /// The run is killed in this epoch, after this batch.
  static let killAt = (epoch: 5, batch: 22)

  let digits: String
  let folder: String
  let device: DeviceChoice

  func run() async throws {
    let started = ContinuousClock.now
    let chosen = try device.open().description
    try FileSystem.removeTree(folder)
    try FileSystem.createDirectory(folder)

    let digits = try Digits(path: self.digits)
    let server = try FakeS3(buckets: [Bucket.name])
    defer { server.stop() }
    // Where every S3 client of this machine looks for credentials; the training processes inherit them.
    let environment = [
      "AWS_ACCESS_KEY_ID": FakeS3.Credential.test.accessKeyID, "AWS_REGION": server.options.region,
      "AWS_SECRET_ACCESS_KEY": FakeS3.Credential.test.secretAccessKey, "S3_ENDPOINT_URL": server.endpoint,
    ]
    for (name, value) in environment { setenv(name, value, 1) }
    let training = try await Bucket.upload(digits.training, to: Bucket.training)
    let heldOut = try await Bucket.upload(digits.heldOut, to: Bucket.heldOut)
    say(
      "converted \(digits.training.count) + \(digits.heldOut.count) digits to \(training.shards.count) + \(heldOut.shards.count) "
        + "MDS shards (zstd, xxh64), uploaded them with signed requests to \(server.endpoint)")

    say("\ndevice: \(chosen)")
    say("\ntraining without interruption, through a fresh cache to the device:")
    let reference = try train("uninterrupted", environment, killingAt: nil)

    say("\ntraining again, through another fresh cache, until kill -9 in epoch \(Self.killAt.epoch):")
    let killed = try train("resumed", environment, killingAt: Self.killAt)
    guard killed.ending == .killed(signal: SIGKILL) else {
      throw QuickstartError("expected the process to die of signal 9, it \(killed.ending)")
    }
    // What counts is what lies on disk: the process may have written one more before the signal reached it.
    guard let checkpoint = try Checkpoint.read("\(folder)/checkpoint-resumed.json")?.loader else {
      throw QuickstartError("the killed run left no checkpoint")
    }
    let last = TrainingRecord.Place(
      epoch: checkpoint.epoch, batch: checkpoint.sampleInEpoch / Training.batchSize - 1)
    say(
      "killed after \(killed.batches.count) batches; the last checkpoint is of epoch \(last.epoch), "
        + "batch \(last.batch)\n\nresuming in a new process, in the middle of epoch \(last.epoch):")
    let resumed = try train("resumed", environment, killingAt: nil)

    try Comparison(reference: reference, killed: killed, resumed: resumed, checkpoint: last).report(say)
    let elapsed = started.duration(to: .now).formatted(
      .units(allowed: [.seconds], fractionalPart: .show(length: 1)))
    say(
      "\ndone in \(elapsed); look into it with: swift run -c release streaming head \(folder)/cache-resumed/training"
    )
  }

  /// Runs one training process to its end, or to its end by us.
  private func train(
    _ name: String, _ environment: [String: String], killingAt: (epoch: Int, batch: Int)?
  ) throws -> TrainingRecord {
    let process = try TrainingProcess(
      arguments: ["train", "\(folder)/cache-\(name)", "\(folder)/checkpoint-\(name).json", "--device", device.name],
      environment: environment)
    var record = TrainingRecord()
    record.ending = try process.run { event in
      record.add(event)
      if case .epoch(let epoch, let loss, let accuracy) = event {
        say(
          "  epoch \(epoch): loss \(String(format: "%.4f", loss)), held-out accuracy \(String(format: "%.4f", accuracy))"
        )
      }
      guard let killingAt, case .batch(let epoch, let index, _) = event else { return true }
      return (epoch, index) < (killingAt.epoch, killingAt.batch)
    }
    return record
  }

  private func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
