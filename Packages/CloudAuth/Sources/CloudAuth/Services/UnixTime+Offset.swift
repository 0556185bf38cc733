import ObjectStorage

extension UnixTime {
  /// Reads `2006-02-03T16:45:09Z`, also with an offset from UTC such as `-07:00` or `+0530`.
  init?(rfc3339 text: String) {
    if let time = UnixTime(iso8601: text) {
      self = time
      return
    }
    let bytes = Array(text.utf8)
    guard let sign = bytes.lastIndex(where: { $0 == 0x2B || $0 == 0x2D }), sign >= 19 else { return nil }
    let digits = bytes[(sign + 1)...].filter { $0 != 0x3A }
    guard digits.count == 4, digits.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int(String(decoding: digits, as: UTF8.self)), number / 100 < 24, number % 100 < 60,
      let time = UnixTime(iso8601: String(decoding: bytes[..<sign], as: UTF8.self) + "Z")
    else { return nil }
    let offset = Duration.seconds((number / 100 * 60 + number % 100) * 60)
    self = time + (bytes[sign] == 0x2B ? .zero - offset : offset)
  }
}
