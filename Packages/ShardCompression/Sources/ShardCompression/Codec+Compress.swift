extension Codec {
  /// Compresses bytes that lie in memory as a whole.
  ///
  /// The same bytes and codec give the same result with the same version of the library. May be called from any thread;
  /// keeps the library's state for the next call where making it is dear.
  /// - Throws: ``CodecError`` `.tooLarge` (snappy, from 4 GiB), `.compressionFailed`, `.outOfMemory`.
  public func compress(_ raw: RawSpan) throws(CodecError) -> [UInt8] {
    let implementation = family.implementation
    // Safe because no implementation keeps the pointer beyond the call.
    return try raw.withUnsafeBytes { (raw: UnsafeRawBufferPointer) throws(CodecError) in
      try implementation.compress(raw, level: level ?? implementation.defaultLevel)
    }
  }
}
