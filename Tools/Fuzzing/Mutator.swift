import TestSupport

/// Damages inputs. The same seed and round give the same bytes on every machine.
package struct Mutator {
  private var random: SplitMix64
  private let seeds: [[UInt8]]

  package init(_ seeds: [[UInt8]], seed: UInt64, round: Int) {
    self.seeds = seeds
    random = SplitMix64(state: seed)
    random = SplitMix64(state: random.next() ^ UInt64(truncatingIfNeeded: round))
  }

  /// One of the seeds, damaged 1 to 6 times over.
  package mutating func input() -> [UInt8] {
    guard var bytes = seeds.randomElement(using: &random) else { return [] }
    for _ in 0..<Int.random(in: 1...6, using: &random) { damage(&bytes) }
    return bytes
  }

  /// Words that mean something to one reader or another.
  private static let words: [[UInt8]] = [
    "{", "}", "[", "]", "\"", "\\", "\\u", "\\ud800", ",", ":", "\n", "\r\n", "\t", "-", "e999", "1e-400", ".", "NaN",
    "Infinity", "null", "true", "9999999999999999999", "-0", "../", "/", "\u{0}", "é", "\u{FEFF}", "<", ">", "</", "<a>",
    "&#x10FFFF;", "&", "<![CDATA[", "]]>", "<!--", "ndarray:", "list[pil]", "RGB", "1", "I;16", "IHDR", "IDAT", "PLTE",
    "\u{FF}\u{D8}",
  ].map { Array($0.utf8) } + [[0xFF, 0xD8], [0xFF, 0xDA], [0xFF, 0xC2], [0xFF], [0x1F, 0x8B], [0x28, 0xB5, 0x2F, 0xFD]]

  private mutating func damage(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else {
      bytes = Self.words.randomElement(using: &random) ?? []
      return
    }
    let place = Int.random(in: 0..<bytes.count, using: &random)
    switch Int.random(in: 0..<16, using: &random) {
    case 0, 1, 2: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 3: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
    case 4: bytes[place] = .random(in: 0...255, using: &random)
    case 5: bytes[place] = .random(in: 0x30...0x39, using: &random)
    case 6, 7, 8: putNumber(at: place, &bytes)
    case 9: bytes.removeSubrange(place...)
    case 10: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...16, using: &random)))
    case 11: bytes.insert(.random(in: 0...255, using: &random), at: place)
    case 12: bytes.insert(contentsOf: Self.words.randomElement(using: &random) ?? [], at: place)
    case 13: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
    case 14:  // a part twice
      let part = bytes[place..<min(bytes.count, place + Int.random(in: 1...64, using: &random))]
      bytes.insert(contentsOf: Array(part), at: Int.random(in: 0...bytes.count, using: &random))
    default:  // the end of another seed
      guard let other = seeds.randomElement(using: &random), !other.isEmpty else { return }
      bytes.replaceSubrange(place..., with: other[Int.random(in: 0..<other.count, using: &random)...])
    }
  }

  /// A count, an offset or a size: little-endian or big-endian, aligned half of the time.
  private mutating func putNumber(at place: Int, _ bytes: inout [UInt8]) {
    let width = [1, 2, 4, 4, 4, 8].randomElement(using: &random) ?? 4
    let start = Bool.random(using: &random) ? place : place & ~(width - 1)
    let values: [UInt64] = [
      0, 1, 2, 0x7F, 0xFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, .max, .max >> 1, UInt64(bytes.count),
      .random(in: 0...64, using: &random), .random(in: 0...UInt64(bytes.count), using: &random),
    ]
    let value = values.randomElement(using: &random) ?? 0
    let isBigEndian = Int.random(in: 0..<4, using: &random) == 0
    for index in 0..<width where start + index < bytes.count {
      bytes[start + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(isBigEndian ? width - 1 - index : index)))
    }
  }
}
