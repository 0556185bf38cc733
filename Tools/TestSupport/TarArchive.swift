/// A tar archive as tests need it: the plainest form of POSIX, built member by member.
package struct TarArchive {
  /// The archive without its end.
  package private(set) var body: [UInt8] = []

  package init() {}

  package init(_ files: [(name: String, content: [UInt8])]) {
    for file in files { add(file.name, file.content) }
  }

  /// The whole archive: two empty blocks end it.
  package var bytes: [UInt8] { body + [UInt8](repeating: 0, count: 1024) }

  /// Adds a member.
  /// - Parameter kind: `0` is a file, `2` a link to a name, `5` a folder.
  /// - Parameter statedByteCount: the size in the header, when it is to be another than the content's.
  package mutating func add(
    _ name: String, _ content: [UInt8] = [], kind: Character = "0", linkName: String = "", statedByteCount: Int? = nil
  ) {
    var header: [UInt8] = []
    func field(_ text: String, _ width: Int) {
      header += Array(text.utf8.prefix(width))
      header += [UInt8](repeating: 0, count: width - min(width, text.utf8.count))
    }
    func octal(_ number: Int, _ width: Int) {
      let digits = String(number, radix: 8)
      field(String(repeating: "0", count: max(0, width - 1 - digits.count)) + digits, width)
    }
    field(name, 100)
    octal(0o644, 8)
    octal(0, 8)
    octal(0, 8)
    octal(statedByteCount ?? content.count, 12)
    octal(0, 12)
    field("        ", 8)
    field(String(kind), 1)
    field(linkName, 100)
    field("ustar", 6)
    field("00", 2)
    header += [UInt8](repeating: 0, count: 512 - header.count)
    let sum = header.reduce(0) { $0 + Int($1) }
    let digits = String(sum, radix: 8)
    let checksum = Array((String(repeating: "0", count: 6 - digits.count) + digits).utf8) + [0, 0x20]
    header.replaceSubrange(148..<156, with: checksum)
    body += header + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }
}
