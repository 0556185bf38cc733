import BinaryIO
import ShardCompression

extension FuzzTarget {
  /// Each codec's decompression, whole and piece by piece.
  static let codecs: [(name: String, make: @Sendable () throws -> FuzzTarget)] =
    ["gz", "bz2", "zstd", "snappy", "br", "xz", "lz4"].map { name in (name, { try codec(name) }) }

  /// An input is the size that an index would declare, in three bytes, and a compressed file.
  private static func codec(_ name: String) throws -> FuzzTarget {
    let codec = try Codec(parsing: name)
    let texts: [[UInt8]] = [
      [], [7], Array(repeating: 65, count: 3000), (0..<2000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) },
      Array(String(repeating: "shards of samples, ", count: 40).utf8),
    ]
    let levels = Codec.names.filter { $0 == name || $0.hasPrefix(name + ":") }
    var seeds: [[UInt8]] = []
    for level in [levels.first, levels.last].compactMap(\.self) {
      for text in texts {
        let packed = try Codec(parsing: level).compress(text.span.bytes)
        let size = text.count
        seeds.append([UInt8(size & 255), UInt8(size >> 8 & 255), UInt8(size >> 16)] + packed)
        seeds.append([UInt8(2 * size & 255), UInt8(2 * size >> 8 & 255), UInt8(2 * size >> 16)] + packed + packed)
      }
    }
    // The two libraries of gzip differ in what they make of unused codes and of a header's own checksum; the content that
    // either gives has the right CRC-32.
    let mayDiffer = name == "gz"
    // All but snappy, whose format knows no pieces, can do with one piece at a time.
    let wholeUpTo = name == "snappy" ? Int.max : -1
    return FuzzTarget(name, seeds: seeds) { input in
      guard input.count >= 3 else { return .refused }
      let byteCount = Int(input[0]) | Int(input[1]) << 8 | Int(input[2]) << 16
      let packed = Array(input.dropFirst(3))
      let whole = accepted { () throws(CodecError) in
        try codec.decompress(packed.span.bytes, expecting: byteCount)
      }
      var pieces: [UInt8] = []
      let isWhole =
        accepted { () throws(CodecError) in
          try codec.decompress(packed.span.bytes, expecting: byteCount, wholeUpTo: wholeUpTo) { piece in
            pieces.append(contentsOf: piece.copied())
          }
        } != nil
      try promise(pieces.count <= byteCount, "\(pieces.count) bytes in pieces, above the bound of \(byteCount)")
      try promise(mayDiffer || isWhole == (whole != nil), "pieces \(isWhole ? "accept" : "refuse") what the whole does not")
      if isWhole, let whole { try promise(pieces == whole, "other bytes in pieces than in the whole") }
      return whole == nil ? .refused : .accepted
    }
  }
}
