import Foundation

/// Softmax regression on images of 64 pixels, trained by plain gradient steps; the same steps give the same bits.
struct SoftmaxClassifier {
  static let pixelCount = 64
  static let classCount = 10
  private static let rowLength = pixelCount + 1

  /// One row of 64 weights and a bias per class.
  private(set) var weights = [Float](repeating: 0, count: classCount * rowLength)

  init() {}

  /// The weights of a checkpoint; nil when their number is wrong.
  init?(weights: [Float]) {
    guard weights.count == self.weights.count else { return nil }
    self.weights = weights
  }

  /// Takes one gradient step over a batch and returns the sum of the samples' cross-entropies before it.
  /// - Parameter pixels: shape (samples, 64), 0 to 16.
  mutating func step(pixels: Span<UInt8>, labels: Span<Int64>, learningRate: Float) -> Float {
    var gradient = [Float](repeating: 0, count: weights.count)
    var loss: Float = 0
    for sample in labels.indices {
      let start = sample * Self.pixelCount
      let label = Int(labels[sample])
      var errors = logits(of: pixels, at: start)
      Self.normalize(&errors)
      loss -= log(max(errors[label], 1e-12))
      errors[label] -= 1
      for row in errors.indices {
        let offset = row * Self.rowLength
        let error = errors[row]
        for pixel in 0..<Self.pixelCount {
          gradient[offset + pixel] += error * Float(pixels[start + pixel]) / 16
        }
        gradient[offset + Self.pixelCount] += error
      }
    }
    let scale = learningRate / Float(labels.count)
    for index in weights.indices { weights[index] -= scale * gradient[index] }
    return loss
  }

  /// How many of a batch's images it takes for the digit that they are.
  func correctCount(pixels: Span<UInt8>, labels: Span<Int64>) -> Int {
    var count = 0
    for sample in labels.indices {
      let scores = logits(of: pixels, at: sample * Self.pixelCount)
      let best = scores.indices.max { scores[$0] < scores[$1] }
      if best == Int(labels[sample]) { count += 1 }
    }
    return count
  }

  private func logits(of pixels: Span<UInt8>, at start: Int) -> [Float] {
    var scores = [Float](repeating: 0, count: Self.classCount)
    for row in scores.indices {
      let offset = row * Self.rowLength
      var sum = weights[offset + Self.pixelCount]
      for pixel in 0..<Self.pixelCount { sum += weights[offset + pixel] * Float(pixels[start + pixel]) / 16 }
      scores[row] = sum
    }
    return scores
  }

  private static func normalize(_ scores: inout [Float]) {
    let highest = scores.reduce(-Float.infinity, max)
    var sum: Float = 0
    for index in scores.indices {
      scores[index] = exp(scores[index] - highest)
      sum += scores[index]
    }
    for index in scores.indices { scores[index] /= sum }
  }
}
