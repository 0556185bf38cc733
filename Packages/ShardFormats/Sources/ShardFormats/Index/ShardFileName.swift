internal import BinaryIO

/// The rule for names of shard files: below the data set's directory, whatever they are joined to.
enum ShardFileName {
  /// What the name must be and is not; nil when it is fine.
  ///
  /// Refused are names that are empty, absolute, longer than 4,096 bytes, with `.`, `..` or empty components, with a NUL or a
  /// backslash (a separator on other systems), and the index's own.
  static func fault(_ name: RawSpan) -> String? {
    guard name.byteCount > 0, name.byteCount <= 4096 else { return "a name of 1 to 4,096 bytes" }
    var start = 0
    for position in 0...name.byteCount {
      let byte = position < name.byteCount ? name.unsafeLoad(fromByteOffset: position, as: UInt8.self) : slash
      if byte == 0 || byte == backslash { return "a name without NUL and backslash" }
      guard byte == slash else { continue }
      let count = position - start
      let isDots =
        count > 0 && count < 3 && name.uint8(at: start) == dot && name.uint8(at: position - 1) == dot
      if count == 0 || isDots { return "a relative path without empty, . or .. components" }
      start = position + 1
    }
    let index: StaticString = "index.json"
    if name.byteCount == index.utf8CodeUnitCount, name.matches(index, at: 0) {
      return "another file than the index itself"
    }
    return nil
  }

  private static let slash = UInt8(ascii: "/")
  private static let backslash = UInt8(ascii: "\\")
  private static let dot = UInt8(ascii: ".")
}

/// Finds a name that occurs twice: an open table of positions, hashed with a seed of this process's own.
struct NameSet {
  private var slots: [Int32]
  private var names: [UInt8] = []
  private var ends: [Int] = [0]
  private let seed = UInt64.random(in: .min ... .max) | 1

  /// - Parameter capacity: how many names are going to come, fewer than 2^30.
  init(capacity: Int) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    slots = Array(repeating: -1, count: size)
  }

  /// Adds a name; false when it is there already.
  mutating func insert(_ name: RawSpan) -> Bool {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash(name)) & mask
    while slots[slot] >= 0 {
      let number = Int(slots[slot])
      let range = ends[number]..<ends[number + 1]
      if range.count == name.byteCount, names.span.bytes.extracting(range).isEqual(to: name) { return false }
      slot = (slot + 1) & mask
    }
    slots[slot] = Int32(ends.count - 1)
    names.append(name)
    ends.append(names.count)
    return true
  }

  /// Multiply-and-fold over 8 bytes at a time (after wyhash): quick, and not to be foreseen without the seed.
  private func hash(_ name: RawSpan) -> UInt64 {
    var state = seed ^ UInt64(name.byteCount)
    var position = 0
    while position < name.byteCount {
      var word: UInt64 = 0
      if position + 8 <= name.byteCount {
        word = name.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
      } else {
        for index in position..<name.byteCount {
          word = word << 8 | UInt64(name.unsafeLoad(fromByteOffset: index, as: UInt8.self))
        }
      }
      let product = (state ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
      state = product.high ^ product.low ^ seed
      position += 8
    }
    return state ^ state >> 32
  }
}

extension RawSpan {
  /// Whether the bytes at `byteOffset` are those of the text.
  func matches(_ text: StaticString, at byteOffset: Int) -> Bool {
    let count = text.utf8CodeUnitCount
    guard byteOffset >= 0, count <= byteCount - byteOffset else { return false }
    return text.withUTF8Buffer { expected in
      for index in 0..<count
      where unsafeLoad(fromByteOffset: byteOffset + index, as: UInt8.self) != expected[index] {
        return false
      }
      return true
    }
  }
}
