/// A zip archive whose members are stored, not deflated.
func storedZip(_ files: [(name: String, content: [UInt8])]) -> [UInt8] {
  func little(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
  var (body, directory): ([UInt8], [UInt8]) = ([], [])
  for (name, content) in files {
    // Version 2.0; bit 11: names are UTF-8; method 0; no time.
    let common =
      little(20, 2) + little(1 << 11, 2) + little(0, 2) + little(0, 4) + little(Int(crc32(content)), 4)
      + little(content.count, 4) + little(content.count, 4) + little(name.utf8.count, 2) + little(0, 2)
    directory +=
      little(0x0201_4B50, 4) + little(20, 2) + common + little(0, 2) + little(0, 2) + little(0, 2)
      + little(0o100644 << 16, 4) + little(body.count, 4) + Array(name.utf8)
    body += little(0x0403_4B50, 4) + common + Array(name.utf8) + content
  }
  return body + directory + little(0x0605_4B50, 4) + little(0, 4) + little(files.count, 2) + little(files.count, 2)
    + little(directory.count, 4) + little(body.count, 4) + little(0, 2)
}

private func crc32(_ bytes: [UInt8]) -> UInt32 {
  var crc: UInt32 = .max
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
  }
  return ~crc
}
