import CExchange

/// The exchanges of a shuffle whose partners were drawn, from position `top` down.
@inline(__always)
func exchangeElements<Index: SampleIndex>(
  _ elements: inout MutableSpan<Index>, from top: Int, with partners: Span<UInt32>
) {
  guard Index.self == UInt32.self else {
    for place in partners.indices { elements.swapAt(top &- place, Int(truncatingIfNeeded: partners[place])) }
    return
  }
  // Safe because the span is of 32-bit words, and the function touches none outside of it.
  let done = elements.withUnsafeMutableBytes { bytes in
    partners.withUnsafeBufferPointer { partners in
      exchange_words(
        bytes.baseAddress?.assumingMemoryBound(to: UInt32.self), Int64(bytes.count / 4), Int64(top), partners.baseAddress,
        Int64(partners.count))
    }
  }
  precondition(done == partners.count, "a partner lies outside of the elements")
}
