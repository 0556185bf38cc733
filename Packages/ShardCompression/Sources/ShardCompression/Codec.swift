/// How a shard file is compressed: an algorithm and, where it has them, a level.
///
/// Its text is what the option and the index hold (`zstd`, `zstd:7`). The text without a level means the algorithm's default,
/// yet differs from the text with that level, as it does in upstream's index; the two are therefore unequal here too.
public struct Codec: Sendable, Hashable {
  let family: Family
  /// The level as given; nil where the text has none.
  public let level: Int?

  init(family: Family, level: Int?) {
    self.family = family
    self.level = level
  }

  /// Brotli, window of 22 bits; quality 0…11, 11 when nil. A level outside is moved to the nearest end, here and below.
  public static func brotli(level: Int? = nil) -> Codec { clamped(.br, level) }
  /// A bzip2 stream; level 1…9, 9 when nil.
  public static func bzip2(level: Int? = nil) -> Codec { clamped(.bz2, level) }
  /// A gzip member without a time; level 0…9, 9 when nil.
  public static func gzip(level: Int? = nil) -> Codec { clamped(.gz, level) }
  /// Snappy's raw block format, which has neither level nor checksum.
  public static let snappy = Codec(family: .snappy, level: nil)
  /// A Zstandard frame with its content size and no checksum; level 1…22, 3 when nil.
  public static func zstd(level: Int? = nil) -> Codec { clamped(.zstd, level) }
  /// An xz stream with CRC-64; level 0…9, 6 when nil. Upstream cannot read it.
  public static func xz(level: Int? = nil) -> Codec { clamped(.xz, level) }
  /// An LZ4 frame with a content checksum; level 1…9, 1 when nil, 3 and up search harder. Upstream cannot read it.
  public static func lz4(level: Int? = nil) -> Codec { clamped(.lz4, level) }

  private static func clamped(_ family: Family, _ level: Int?) -> Codec {
    let levels = family.implementation.levels
    return Codec(family: family, level: level.map { min(max($0, levels.lowerBound), levels.upperBound - 1) })
  }
}

extension Codec {
  /// The algorithm's name, which is also the extension of a compressed file: `br`, `bz2`, `gz`, `snappy`, `zstd`, `xz`, `lz4`.
  public var fileExtension: String { family.rawValue }

  /// The text of the option and of the index, such as `zstd:3`.
  public var name: String { level.map { "\(family.rawValue):\($0)" } ?? family.rawValue }

  /// Whether upstream's 0.13.0 knows it too: all but `xz` and `lz4`.
  public var isUpstream: Bool { family != .xz && family != .lz4 }

  /// Whether the compressed form carries a checksum of the content, so that damage is noticed without a shard's hash.
  public var hasChecksum: Bool { family.implementation.hasChecksum }

  /// Every accepted text, upstream's 58 first.
  public static let names: [String] = Family.allCases.flatMap { family in
    [family.rawValue] + family.implementation.levels.map { "\(family.rawValue):\($0)" }
  }

  /// Reads the text of an option or an index.
  /// - Parameter text: `name` or `name:level`, exactly one of ``names``; the empty text is none of them.
  /// - Throws: ``CodecError`` `.unknownName` or `.unknownLevel`.
  public init(parsing text: String) throws(CodecError) {
    let colon = text.firstIndex(of: ":") ?? text.endIndex
    guard let family = Family(rawValue: String(text[..<colon])) else {
      throw CodecError(
        .unknownName, text, expected: "one of \(Family.allCases.map(\.rawValue).joined(separator: ", "))",
        found: "\"\(text)\"", remedy: "Write the compression as `zstd` or `zstd:3`")
    }
    guard colon < text.endIndex else {
      self.init(family: family, level: nil)
      return
    }
    let levels = family.implementation.levels
    let digits = text[text.index(after: colon)...]
    guard let level = Int(digits), String(level) == digits, levels.contains(level) else {
      throw CodecError(
        .unknownLevel, text,
        expected: levels.isEmpty ? "no level" : "a level in \(levels.lowerBound)...\(levels.upperBound - 1)",
        found: "\"\(digits)\"", remedy: "Leave the level out for the default, or choose one of these")
    }
    self.init(family: family, level: level)
  }
}

extension Codec: CustomStringConvertible {
  public var description: String { name }
}

/// The algorithms; the raw value is the name and the file extension.
enum Family: String, Sendable, Hashable, CaseIterable {
  case br, bz2, gz, snappy, zstd, lz4, xz

  var implementation: any CodecImplementation.Type {
    switch self {
    case .br: Brotli.self
    case .bz2: Bzip2.self
    case .gz: Gzip.self
    case .snappy: Snappy.self
    case .zstd: Zstandard.self
    case .lz4: LZ4.self
    case .xz: XZ.self
    }
  }
}
