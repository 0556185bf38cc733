/// An object's members in the order in which they were inserted, as a Python `dict`.
///
/// Setting a name that exists replaces its value and keeps its place. Look-up compares code points; it is a scan up
/// to 16 members and a hash table beyond.
public struct JSONObject: Sendable {
  /// Names in insertion order.
  public private(set) var keys: [String]
  /// Values in insertion order; same count as ``keys``.
  public private(set) var values: [JSONValue]
  private var positions: [ExactKey: Int]?

  private static let scanLimit = 16

  public init() {
    keys = []
    values = []
    positions = nil
  }

  /// Takes members in order; of equal names the last value wins, at the place of the first, as `dict(pairs)`.
  public init(_ members: some Sequence<(String, JSONValue)>) {
    self.init()
    for (key, value) in members { self[key] = value }
  }

  /// Takes parallel arrays of the same length, for the parser: they are kept as they are when no name repeats.
  init(keys: [String], values: [JSONValue]) {
    let (unique, table) = JSONObject.inspect(keys)
    self.keys = unique ? keys : []
    self.values = unique ? values : []
    positions = unique ? table : nil
    if !unique {
      for (key, value) in zip(keys, values) { self[key] = value }
    }
  }

  /// Whether no name repeats, and the look-up table when there are enough names for one.
  private static func inspect(_ keys: [String]) -> (unique: Bool, positions: [ExactKey: Int]?) {
    guard keys.count > scanLimit else {
      for index in keys.indices.dropFirst() {
        for earlier in 0..<index where sameCodePoints(keys[earlier], keys[index]) { return (false, nil) }
      }
      return (true, nil)
    }
    var positions: [ExactKey: Int] = Dictionary(minimumCapacity: keys.count)
    for (index, key) in keys.enumerated() { positions[ExactKey(key)] = index }
    return (positions.count == keys.count, positions)
  }

  public var count: Int { keys.count }
  public var isEmpty: Bool { keys.isEmpty }

  /// The value of that name. Setting nil removes the member (O(n)); setting a new name appends.
  public subscript(key: String) -> JSONValue? {
    get { position(of: key).map { values[$0] } }
    set {
      switch (position(of: key), newValue) {
      case (let position?, let value?): values[position] = value
      case (nil, let value?): append(key, value)
      case (let position?, nil):
        keys.remove(at: position)
        values.remove(at: position)
        reindex()
      case (nil, nil): break
      }
    }
  }

  /// Appends a member whose name is known to be new; of a name that exists the value is replaced.
  public mutating func append(_ key: String, _ value: JSONValue) {
    if let position = position(of: key) {
      values[position] = value
      return
    }
    keys.append(key)
    values.append(value)
    if positions != nil {
      positions?[ExactKey(key)] = keys.count - 1
    } else if keys.count > JSONObject.scanLimit {
      reindex()
    }
  }

  /// Where the name stands in ``keys``, nil when it is absent.
  public func position(of key: String) -> Int? {
    if let positions { return positions[ExactKey(key)] }
    return keys.firstIndex { sameCodePoints($0, key) }
  }

  private mutating func reindex() { positions = JSONObject.inspect(keys).positions }
}

/// A dictionary key that tells composed from decomposed text; the hash may be Swift's, equal bytes hash equally.
private struct ExactKey: Hashable {
  let text: String
  init(_ text: String) { self.text = text }
  static func == (left: ExactKey, right: ExactKey) -> Bool { sameCodePoints(left.text, right.text) }
  func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension JSONObject: Hashable {
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    guard left.count == right.count else { return false }
    for (key, value) in left {
      guard let other = right[key], other == value else { return false }
    }
    return true
  }

  public func hash(into hasher: inout Hasher) {
    var combined = 0  // commutative: order plays no part in equality
    for (key, value) in self {
      var member = Hasher()
      member.combine(key)
      member.combine(value)
      combined ^= member.finalize()
    }
    hasher.combine(count)
    hasher.combine(combined)
  }
}

extension JSONObject: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { keys.count }
  public subscript(position: Int) -> (key: String, value: JSONValue) { (keys[position], values[position]) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral members: (String, JSONValue)...) { self.init(members) }
}
