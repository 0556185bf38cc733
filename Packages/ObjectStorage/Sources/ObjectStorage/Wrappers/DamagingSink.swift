import BinaryIO
import Synchronization

/// Cuts or damages a body on its way to another sink.
final class DamagingSink: ByteSink {
  private let base: any ByteSink
  private let fault: StoreFault
  private let position: Int
  private let passed = Atomic<Int>(0)

  init(_ base: any ByteSink, _ fault: StoreFault, at position: Int) {
    self.base = base
    self.fault = fault
    self.position = position
  }

  var receivedByteCount: Int { base.receivedByteCount }

  func write(_ bytes: RawSpan) throws(ObjectStoreError) {
    let start = passed.wrappingAdd(bytes.byteCount, ordering: .relaxed).oldValue
    if fault != .flippedBit {
      let rest = max(0, min(bytes.byteCount, position - start))
      if rest > 0 { try base.write(bytes.extracting(0..<rest)) }
      return
    }
    guard start <= position, position < start + bytes.byteCount else {
      try base.write(bytes)
      return
    }
    var damaged = bytes.copied()
    damaged[position - start] ^= 1
    try base.write(damaged.span.bytes)
  }
}

/// SplitMix64 (Steele, Lea, Flood 2014), seeded by FNV-1a of a name and a number.
struct RandomBits {
  private var state: UInt64

  init(seed: UInt64, _ name: String, _ number: Int) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    state = seed &+ hash &+ UInt64(bitPattern: Int64(number)) &* 0xD1B5_4A32_D192_ED03
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
