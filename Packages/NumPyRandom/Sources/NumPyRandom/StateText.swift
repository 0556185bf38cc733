/// A value of the JSON text of a generator's state: as much JSON as numpy's states need.
enum StateText: Equatable {
  case text(String)
  /// The digits as written.
  case number(String)
  case list([StateText])
  case object([String: StateText])

  /// Reads a whole text.
  /// - Throws: ``NumPyRandomError`` `.unreadable` with the byte offset where it is no JSON, or nested deeper
  ///   than 8.
  init(parsing json: String) throws(NumPyRandomError) {
    var reader = Reader(bytes: Array(json.utf8))
    self = try reader.value(depth: 0)
    guard reader.peek() == nil else { throw reader.unreadable("the end") }
  }

  /// The member of an object.
  func member(_ name: String) throws(NumPyRandomError) -> StateText {
    guard case .object(let members) = self, let value = members[name] else {
      throw NumPyRandomError(.state, name, expected: "this key in the state", found: "none")
    }
    return value
  }

  /// An integer that fits `Value`.
  func integer<Value: FixedWidthInteger>(_ name: String, _: Value.Type = Value.self) throws(NumPyRandomError)
    -> Value
  {
    guard case .number(let digits) = self, let value = Value(digits) else {
      throw NumPyRandomError(
        .state, name, expected: "an integer of \(Value.min) to \(Value.max)", found: "\(self)")
    }
    return value
  }

  /// Checks that this is the state of the named bit generator.
  func check(generator name: String) throws(NumPyRandomError) {
    let found = try member("bit_generator")
    guard found == .text(name) else {
      throw NumPyRandomError(.state, "bit_generator", expected: name, found: "\(found)")
    }
  }

  private struct Reader {
    let bytes: [UInt8]
    var place = 0

    func unreadable(_ expected: String) -> NumPyRandomError {
      let found =
        place < bytes.count
        ? String(decoding: bytes[place..<min(place + 12, bytes.count)], as: UTF8.self) : "the end"
      return NumPyRandomError(.unreadable, "state at byte \(place)", expected: expected, found: found)
    }

    /// The next byte that is no blank.
    mutating func peek() -> UInt8? {
      while place < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[place]) { place += 1 }
      return place < bytes.count ? bytes[place] : nil
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard let next = peek(), UInt32(next) == character.value else { return false }
      place += 1
      return true
    }

    mutating func value(depth: Int) throws(NumPyRandomError) -> StateText {
      guard depth < 8 else { throw unreadable("at most 8 levels") }
      if take("{") { return try object(depth: depth) }
      if take("[") {
        var values: [StateText] = []
        if take("]") { return .list(values) }
        repeat { values.append(try value(depth: depth + 1)) } while take(",")
        guard take("]") else { throw unreadable("] or ,") }
        return .list(values)
      }
      if peek() == 0x22 { return .text(try string()) }
      let start = place
      while place < bytes.count, "+-.0123456789eE".utf8.contains(bytes[place]) { place += 1 }
      guard place > start else { throw unreadable("a value") }
      return .number(String(decoding: bytes[start..<place], as: UTF8.self))
    }

    mutating func object(depth: Int) throws(NumPyRandomError) -> StateText {
      var members: [String: StateText] = [:]
      if take("}") { return .object(members) }
      repeat {
        let name = try string()
        guard take(":") else { throw unreadable(":") }
        members[name] = try value(depth: depth + 1)
      } while take(",")
      guard take("}") else { throw unreadable("} or ,") }
      return .object(members)
    }

    /// A string without escapes: no key or name of numpy's states has any.
    mutating func string() throws(NumPyRandomError) -> String {
      guard take("\"") else { throw unreadable("\"") }
      let start = place
      while place < bytes.count, bytes[place] != 0x22 {
        guard bytes[place] != 0x5c else { throw unreadable("a text without escapes") }
        place += 1
      }
      guard place < bytes.count else { throw unreadable("\"") }
      place += 1
      return String(decoding: bytes[start..<(place - 1)], as: UTF8.self)
    }
  }
}
