import BinaryIO
import CStreaming
import PythonJSON

/// The members of one JSON object of options, each taken once by name; what is left over is a mistake of the caller's.
struct OptionReader {
  private let place: String
  private let object: JSONObject
  private var known: [String] = []

  /// - Parameter place: what stands before a name in errors: `streams[0].`.
  init(_ value: JSONValue, place: String = "") throws(Failure) {
    guard let object = value.object else {
      throw .options(place.isEmpty ? "options" : String(place.dropLast()), expected: "a JSON object", found: value.kind)
    }
    self.object = object
    self.place = place
  }

  /// Reads the JSON text of an object.
  init(parsing text: String) throws(Failure) {
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONValue(parsing: text)
    } catch {
      throw .options("options", expected: "a JSON object", found: "\(error)")
    }
    try self.init(value)
  }

  /// The member of that name; nil when it is absent or null.
  mutating func value(_ name: String) -> JSONValue? {
    known.append(name)
    return object[name].flatMap { $0.isNull ? nil : $0 }
  }

  mutating func integer(_ name: String) throws(Failure) -> Int? {
    guard let value = value(name) else { return nil }
    guard let integer = value.int else { throw wrong(name, "an integer of 64 bits", value) }
    return integer
  }

  mutating func number(_ name: String) throws(Failure) -> Double? {
    guard let value = value(name) else { return nil }
    guard let number = value.double, number.isFinite else { throw wrong(name, "a number", value) }
    return number
  }

  mutating func bool(_ name: String) throws(Failure) -> Bool? {
    guard let value = value(name) else { return nil }
    guard let bool = value.bool else { throw wrong(name, "true or false", value) }
    return bool
  }

  mutating func text(_ name: String) throws(Failure) -> String? {
    guard let value = value(name) else { return nil }
    guard let text = value.string else { throw wrong(name, "a string", value) }
    return text
  }

  mutating func list(_ name: String) throws(Failure) -> [JSONValue]? {
    guard let value = value(name) else { return nil }
    guard let list = value.array else { throw wrong(name, "a list", value) }
    return list
  }

  /// A size: a number of bytes, or a text such as `"100gb"`.
  mutating func byteCount(_ name: String) throws(Failure) -> ByteCount? {
    guard let value = value(name) else { return nil }
    if let count = value.int, count >= 0 { return ByteCount(count) }
    guard let text = value.string, let count = try? ByteCount(parsing: text) else {
      throw wrong(name, "bytes as a number, or a size such as \"100gb\"", value)
    }
    return count
  }

  /// Ends the reading.
  /// - Throws: ``Failure`` `STREAMING_BAD_OPTIONS` naming a member that nobody asked for.
  func finish() throws(Failure) {
    guard let unknown = object.keys.first(where: { !known.contains($0) }) else { return }
    throw .options(place + unknown, expected: "one of \(known.joined(separator: ", "))", found: "no such option")
  }

  func wrong(_ name: String, _ expected: String, _ found: JSONValue) -> Failure {
    .options(place + name, expected: expected, found: found.kind)
  }
}
