import FakeObjectStores
import Streaming

/// The bucket that the quickstart fills and streams from.
enum Bucket {
  static let name = "quickstart"
  static let training = "s3://\(name)/digits/training"
  static let heldOut = "s3://\(name)/digits/held-out"

  /// Converts digits into compressed and hashed shards, which are uploaded as they fill.
  static func upload(_ samples: [Digits.Sample], to url: String) async throws -> DatasetIndex {
    var writer = try MDSWriter(
      to: url,
      columns: ["image": .ndarray(NDArrayLayout(type: .uint8, shape: [8, 8])), "label": .int, "id": .int]
    ) {
      $0.compression = .zstd(level: 3)
      $0.hashes = [.xxh64]
      $0.sizeLimit = .kilobytes(16)
    }
    for (id, sample) in samples.enumerated() {
      try await writer.write([
        "image": .ndarray(try NDArray(sample.pixels, shape: [8, 8])), "label": .int(sample.label),
        "id": .int(id),
      ])
    }
    return try await writer.finish()
  }
}
