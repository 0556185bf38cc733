internal import CXXHash

/// XXH32 with seed 0.
final class XXH32State: HashState, @unchecked Sendable {
  // Safe because the state is this object's alone, made in `init`, freed in `deinit`, and used by one owner at a time
  // (see `HashState`). The same holds for the two classes below.
  private let state = XXH32_createState()
  private var works: Bool

  override init() { works = state != nil && XXH32_reset(state, 0) == XXH_OK }
  deinit { XXH32_freeState(state) }

  override func update(_ bytes: RawSpan) {
    guard works, !bytes.isEmpty else { return }
    works = bytes.withUnsafeBytes { XXH32_update(state, $0.baseAddress, $0.count) } == XXH_OK
  }

  override func finalize() -> HashDigest {
    HashDigest(bytes: works ? bigEndianBytes(XXH32_digest(state)) : [])
  }
}

/// XXH64 with seed 0.
final class XXH64State: HashState, @unchecked Sendable {
  private let state = XXH64_createState()
  private var works: Bool

  override init() { works = state != nil && XXH64_reset(state, 0) == XXH_OK }
  deinit { XXH64_freeState(state) }

  override func update(_ bytes: RawSpan) {
    guard works, !bytes.isEmpty else { return }
    works = bytes.withUnsafeBytes { XXH64_update(state, $0.baseAddress, $0.count) } == XXH_OK
  }

  override func finalize() -> HashDigest {
    HashDigest(bytes: works ? bigEndianBytes(XXH64_digest(state)) : [])
  }
}

/// XXH3 with 64 or 128 bits and the library's default secret.
final class XXH3State: HashState, @unchecked Sendable {
  private let state = XXH3_createState()
  private let bitCount: Int
  private var works: Bool

  init(bitCount: Int) {
    self.bitCount = bitCount
    let result = bitCount == 64 ? XXH3_64bits_reset(state) : XXH3_128bits_reset(state)
    works = state != nil && result == XXH_OK
  }
  deinit { XXH3_freeState(state) }

  override func update(_ bytes: RawSpan) {
    guard works, !bytes.isEmpty else { return }
    works =
      bytes.withUnsafeBytes {
        bitCount == 64
          ? XXH3_64bits_update(state, $0.baseAddress, $0.count)
          : XXH3_128bits_update(state, $0.baseAddress, $0.count)
      } == XXH_OK
  }

  override func finalize() -> HashDigest {
    guard works else { return HashDigest(bytes: []) }
    guard bitCount == 128 else { return HashDigest(bytes: bigEndianBytes(XXH3_64bits_digest(state))) }
    let digest = XXH3_128bits_digest(state)
    return HashDigest(bytes: bigEndianBytes(digest.high64) + bigEndianBytes(digest.low64))
  }
}

private func bigEndianBytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
  stride(from: Number.bitWidth - 8, through: 0, by: -8).map {
    UInt8(truncatingIfNeeded: number >> Number($0))
  }
}
