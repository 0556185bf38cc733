import Foundation
import Streaming

/// One training process: streams shuffled batches to a device, steps, writes checkpoints, tells what it does.
struct Training: Sendable {
  static let epochCount = 12
  static let batchSize = 32
  static let learningRate: Float = 0.5
  /// Batches between two checkpoints.
  static let checkpointInterval = 5

  /// The cache of this process, empty at the first start.
  let cache: String
  /// Where its checkpoint lies; found there, training resumes from it.
  let checkpointPath: String
  /// `auto`, `host`, `cuda` or `cuda:N`.
  let device: DeviceChoice
  /// Gets each event.
  let tell: @Sendable (TrainingEvent) -> Void

  func run() async throws {
    switch try device.open().device {
    case .host(let device): try await run(on: device)
    case .cuda(let device): try await run(on: device)
    }
  }

  private func run(on device: some Device) async throws {
    let dataset = try await open(Bucket.training, "training", isShuffled: true)
    let heldOut = try await open(Bucket.heldOut, "held-out", isShuffled: false)
    let checkpoint = try Checkpoint.read(checkpointPath)
    var model = try classifier(from: checkpoint)
    var resumed = checkpoint?.loader
    for epoch in (resumed?.epoch ?? 0)..<Self.epochCount {
      let loader = try dataset.loader(resuming: resumed)
      resumed = nil
      let loss = try await train(&model, on: loader, device)
      let accuracy = try await accuracy(of: model, on: try heldOut.loader(), device)
      tell(.epoch(epoch, loss: loss, accuracy: accuracy))
    }
    tell(.weights(Checkpoint.bits(of: model.weights)))
  }

  private func open(_ url: String, _ name: String, isShuffled: Bool) async throws -> StreamingDataset {
    let stream = DataStream(remote: url, local: "\(cache)/\(name)")
    return try await StreamingDataset([stream], batchSize: Self.batchSize) {
      $0.shuffle = isShuffled ? .py1e : .none
      $0.seed = 17
    }
  }

  private func classifier(from checkpoint: Checkpoint?) throws -> SoftmaxClassifier {
    guard let checkpoint else { return SoftmaxClassifier() }
    guard let classifier = SoftmaxClassifier(weights: checkpoint.weights) else {
      throw QuickstartError("\(checkpointPath): holds another number of weights")
    }
    return classifier
  }

  private func train(_ model: inout SoftmaxClassifier, on loader: Loader, _ device: some Device) async throws
    -> Float
  {
    var loss: Float = 0
    var sampleCount = 0
    for try await batch in loader.transfer(to: device) {
      // The model computes on the host, so it reads from the device what a kernel would find there.
      let pixels = try batch.column("image").read()
      let labels = integers(try batch.column("label").read())
      let ids = integers(try batch.column("id").read())
      loss += model.step(pixels: pixels.span, labels: labels.span, learningRate: Self.learningRate)
      sampleCount += batch.rowCount
      let position = batch.position
      tell(.batch(epoch: position.epoch, index: position.batch, samples: ids))
      if (position.batch + 1).isMultiple(of: Self.checkpointInterval) {
        try Checkpoint(loader: loader.state(after: position), weights: model.weights).write(to: checkpointPath)
      }
    }
    return loss / Float(max(1, sampleCount))
  }

  private func accuracy(of model: SoftmaxClassifier, on loader: Loader, _ device: some Device) async throws
    -> Double
  {
    var correct = 0
    var sampleCount = 0
    for try await batch in loader.transfer(to: device) {
      let pixels = try batch.column("image").read()
      let labels = integers(try batch.column("label").read())
      correct += model.correctCount(pixels: pixels.span, labels: labels.span)
      sampleCount += batch.rowCount
    }
    return Double(correct) / Double(max(1, sampleCount))
  }

  private func integers(_ bytes: [UInt8]) -> [Int64] {
    let raw: RawSpan = bytes.span.bytes
    return stride(from: 0, to: raw.byteCount - 7, by: 8).map {
      Int64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: $0, as: Int64.self))
    }
  }
}
