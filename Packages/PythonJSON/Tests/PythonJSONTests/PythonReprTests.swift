import PythonJSON
import Testing

@Suite struct PythonReprTests {
  @Test("prints what CPython prints", arguments: pythonReprs)
  func prints(bits: UInt64, text: String) throws {
    #expect(pythonRepr(Double(bitPattern: bits)) == text)
    // And the parser reads the very same bits back.
    #expect(try JSONValue(parsing: text).double?.bitPattern == bits)
  }

  @Test("prints values that are not finite in Python's words")
  func special() {
    #expect(pythonRepr(.nan) == "nan")
    #expect(pythonRepr(.infinity) == "inf")
    #expect(pythonRepr(-.infinity) == "-inf")
  }

  @Test("reads back as the same bits, for random bit patterns")
  func roundTrip() throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let bits = generator.next()
      let value = Double(bitPattern: bits)
      guard value.isFinite else { continue }
      let text = pythonRepr(value)
      #expect(Double(text)?.bitPattern == bits, "\(text)")
      #expect(try JSONValue(parsing: text).double?.bitPattern == bits, "\(text)")
    }
  }
}
