internal import BinaryIO
internal import SystemLibC

/// A file of one format whose header was read, ready to give its pixels once.
protocol ImageSource: AnyObject {
  var header: ImageHeader { get }
  /// The bytes that decoding takes besides the pixels.
  var workingByteCount: Int { get }
  /// The shape that the library decodes to on the way to `result`; `result` itself where it can.
  func nearestShape(to result: PixelShape) throws(ImageError) -> PixelShape
  /// - Throws: ``ImageError`` `.truncated` when the file is too short for any image of its size.
  func requirePlausible() throws(ImageError)
  /// - Parameter rows: exactly `shape.byteCount` bytes.
  func read(_ shape: PixelShape, toleratingDamage: Bool, into rows: UnsafeMutableRawBufferPointer) throws(ImageError)
}

extension ImageSource {
  /// Reads and converts. `rows` has exactly the result's bytes.
  func read(_ plan: DecodingPlan, into rows: UnsafeMutableRawBufferPointer) throws(ImageError) {
    if plan.decoded == plan.result {
      return try read(plan.result, toleratingDamage: plan.toleratesDamage, into: rows)
    }
    let decoded = try makePixels(plan.decoded.byteCount) { (rows) throws(ImageError) in
      try read(plan.decoded, toleratingDamage: plan.toleratesDamage, into: rows)
    }
    // Safe because both buffers are as long as their shapes tell, and the pointers stay in this call.
    decoded.withUnsafeBytes { convertPixels($0, plan.decoded, to: plan.result, rows) }
  }

  /// `bytes` holds exactly the result's bytes.
  func read(_ plan: DecodingPlan, into bytes: inout [UInt8]) throws(ImageError) {
    try bytes.withUnsafeMutableBufferPointer { (rows) throws(ImageError) in
      // Safe because the slice has the plan's length, which the caller gave the array, and stays in this call.
      let rows = UnsafeMutableRawBufferPointer(rows)
      try read(plan, into: UnsafeMutableRawBufferPointer(rebasing: rows[..<plan.result.byteCount]))
    }
  }

  /// `out` has room for the result's bytes.
  func read(_ plan: DecodingPlan, into out: inout OutputRawSpan) throws(ImageError) {
    try out.withUnsafeMutableBytes { (buffer, count) throws(ImageError) in
      // Safe because the part behind the initialised bytes is the caller's to fill, and its room was checked.
      let end = count + plan.result.byteCount
      try read(plan, into: UnsafeMutableRawBufferPointer(rebasing: buffer[count..<end]))
      count = end
    }
  }
}

extension ImageDecoder {
  /// Opens a file by its first bytes, for the time of the call.
  func withSource<R>(
    _ file: RawSpan, _ body: (any ImageSource) throws(ImageError) -> R
  ) throws(ImageError) -> R {
    guard let format = ImageFileFormat(signatureOf: file) else {
      throw ImageError(
        .unknownFormat, expected: "the first bytes of a JPEG or PNG file",
        found: file.byteCount == 0 ? "no bytes" : "others in \(file.byteCount) bytes",
        remedy: "decode other formats with their own library")
    }
    return try file.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) throws(ImageError) in
      // Safe because a source does not leave `body`'s call, and the file's bytes stay valid until it has returned.
      switch format {
      case .png: try body(try PNGSource(bytes, memory: limits.memory.value, strict: !toleratesDamage))
      case .jpeg: try body(try JPEGSource(bytes))
      }
    }
  }

  /// Asks the system for the memory before an array does, which would trap.
  func requireMemory(_ byteCount: Int) throws(ImageError) { try ShardImages.requireMemory(byteCount) }
}

/// An array of `byteCount` bytes that `fill` writes completely.
func makePixels(
  _ byteCount: Int, _ fill: (UnsafeMutableRawBufferPointer) throws(ImageError) -> Void
) throws(ImageError) -> [UInt8] {
  try requireMemory(byteCount)
  return try [UInt8](capacity: byteCount) { (out: inout OutputSpan<UInt8>) throws(ImageError) in
    try out.withUnsafeMutableBufferPointer { (buffer, count) throws(ImageError) in
      // Safe because the array has room for `byteCount` bytes, which `fill` has written when it returns.
      try fill(UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<byteCount]))
      count = byteCount
    }
  }
}

/// - Throws: ``ImageError`` `.outOfMemory` when the system would not give that much.
func requireMemory(_ byteCount: Int) throws(ImageError) {
  guard byteCount > 1 << 26 else { return }
  let (total, overflow) = byteCount.addingReportingOverflow(1 << 12)
  guard !overflow, let probe = malloc(total) else { throw .outOfMemory(byteCount) }
  free(probe)
}
