import HTTPTransport

/// A request in the one form that both sides hash.
struct CanonicalRequest {
  /// Method, path, query, headers, names of the headers and payload hash, a line each.
  let bytes: [UInt8]
  /// The names, in lower case, sorted, with semicolons between.
  let signedHeaders: [UInt8]

  init(_ request: HTTPRequest, payload: String) {
    var fields = request.headers.fields.map { (name: Self.lowercase($0.name.utf8), value: $0.value) }
    if request.headers["host"] == nil { fields.append((Array("host".utf8), request.url.authority)) }
    Self.sort(&fields)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(512)
    bytes += request.method.name.utf8
    bytes.append(0x0A)
    bytes += request.url.encodedPath.utf8
    bytes.append(0x0A)
    Self.appendQuery(request.url.encodedQuery, to: &bytes)
    bytes.append(0x0A)
    var names: [UInt8] = []
    names.reserveCapacity(128)
    for (index, field) in fields.enumerated() {
      // Several fields of a name are one, with commas between.
      if index > 0, fields[index - 1].name == field.name {
        bytes.removeLast()
        bytes.append(0x2C)
      } else {
        if index > 0 { names.append(0x3B) }
        names += field.name
        bytes += field.name
        bytes.append(0x3A)
      }
      Self.appendValue(field.value.utf8, to: &bytes)
      bytes.append(0x0A)
    }
    bytes.append(0x0A)
    bytes += names
    bytes.append(0x0A)
    bytes += payload.utf8
    self.bytes = bytes
    signedHeaders = names
  }

  private static func lowercase(_ name: String.UTF8View) -> [UInt8] {
    name.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
  }

  /// Sorts by name, stably: a handful of elements, so by insertion.
  private static func sort(_ fields: inout [(name: [UInt8], value: String)]) {
    for end in fields.indices.dropFirst() {
      var position = end
      while position > 0, fields[position].name.lexicographicallyPrecedes(fields[position - 1].name) {
        fields.swapAt(position, position - 1)
        position -= 1
      }
    }
  }

  /// Blanks at either end are cut, and runs within made one.
  private static func appendValue(_ value: String.UTF8View, to bytes: inout [UInt8]) {
    var isAfterBlank = true
    for byte in value {
      let isBlank = byte == 0x20 || byte == 0x09
      if isBlank, isAfterBlank { continue }
      bytes.append(isBlank ? 0x20 : byte)
      isAfterBlank = isBlank
    }
    if !value.isEmpty, isAfterBlank, bytes.last == 0x20 { bytes.removeLast() }
  }

  /// Parts sorted by name, then value, each with an equals sign.
  private static func appendQuery(_ query: String?, to bytes: inout [UInt8]) {
    guard let query, !query.isEmpty else { return }
    var parts = query.utf8.split(separator: 0x26).map { part in
      let equals = part.firstIndex(of: 0x3D)
      return (
        name: Array(part[..<(equals ?? part.endIndex)]),
        value: equals.map { Array(part[part.index(after: $0)...]) } ?? []
      )
    }
    parts.sort {
      $0.name == $1.name
        ? $0.value.lexicographicallyPrecedes($1.value) : $0.name.lexicographicallyPrecedes($1.name)
    }
    for (index, part) in parts.enumerated() {
      if index > 0 { bytes.append(0x26) }
      bytes += part.name
      bytes.append(0x3D)
      bytes += part.value
    }
  }
}
