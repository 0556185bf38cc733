import ShardCompression
import TestSupport

/// Every algorithm at its default level.
let defaults = ["br", "bz2", "gz", "snappy", "zstd", "xz", "lz4"]

/// Bytes in runs of random length, partly random, partly copied from before: what compressors like and dislike.
func mixture(_ byteCount: Int, seed: UInt64) -> [UInt8] {
  var numbers = SplitMix64(state: seed)
  var bytes: [UInt8] = []
  while bytes.count < byteCount {
    let run = min(byteCount - bytes.count, Int.random(in: 1...300, using: &numbers))
    if bytes.count > run, Bool.random(using: &numbers) {
      let start = Int.random(in: 0...bytes.count - run, using: &numbers)
      bytes += Array(bytes[start..<start + run])
    } else {
      for _ in 0..<run { bytes.append(UInt8.random(in: 0...255, using: &numbers)) }
    }
  }
  return bytes
}

func bytes(hex: String) -> [UInt8] {
  var bytes: [UInt8] = []
  var rest = hex[...]
  while let byte = UInt8(rest.prefix(2), radix: 16) {
    bytes.append(byte)
    rest = rest.dropFirst(2)
  }
  return bytes
}

extension Codec {
  func compress(_ raw: [UInt8]) throws -> [UInt8] { try compress(raw.span.bytes) }

  func decompress(_ packed: [UInt8], expecting count: Int) throws -> [UInt8] {
    try decompress(packed.span.bytes, expecting: count)
  }

  /// The piecewise form through a fixed buffer where there is one, put together again.
  func decompressInPieces(_ packed: [UInt8], expecting count: Int) throws(CodecError) -> [UInt8] {
    var whole: [UInt8] = []
    try decompress(packed.span.bytes, expecting: count, wholeUpTo: self == .snappy ? .max : -1) { piece in
      piece.withUnsafeBytes { whole.append(contentsOf: $0) }
    }
    return whole
  }

  /// What the three forms make of the bytes: the content, or the code of the error.
  func outcomes(of packed: [UInt8], expecting count: Int) -> [Result<[UInt8], CodecError>] {
    [
      Result { () throws(CodecError) in try decompress(packed.span.bytes, expecting: count) },
      Result { () throws(CodecError) in try decompressInPieces(packed, expecting: count) },
      Result { () throws(CodecError) in
        var whole: [UInt8] = []
        try decompress(packed.span.bytes, expecting: count) { piece in
          piece.withUnsafeBytes { whole.append(contentsOf: $0) }
        }
        return whole
      },
    ]
  }
}
