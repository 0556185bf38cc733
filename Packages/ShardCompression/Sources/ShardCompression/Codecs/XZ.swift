internal import CArchive

/// xz over libarchive: LZMA2 with CRC-64 of the content.
enum XZ: CodecImplementation {
  static let name = "xz"
  static let levels = 0..<10
  static let defaultLevel = 6
  static let hasChecksum = true

  static func compress(_ raw: UnsafeRawBufferPointer, level: Int) throws(CodecError) -> [UInt8] {
    guard let archive = archive_write_new() else { throw .outOfMemory(name, 0) }
    defer { archive_write_free(archive) }
    func check(_ result: Int32) throws(CodecError) {
      guard result == ARCHIVE_OK else { throw .compressionFailed(name, message(archive)) }
    }
    try check(archive_write_add_filter_by_name(archive, name))
    try check(archive_write_set_filter_option(archive, name, "compression-level", String(level)))
    try check(archive_write_set_format_raw(archive))
    // Without these two the output is padded with zeros to 10,240 bytes.
    try check(archive_write_set_bytes_per_block(archive, 0))
    try check(archive_write_set_bytes_in_last_block(archive, 1))
    // Far more than xz adds to content that does not compress.
    let bound = raw.count + raw.count / 50 + 4096
    var failure: CodecError?
    // Safe because the library is told the size of the array's storage, which it does not use after `close`.
    let packed = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      do throws(CodecError) {
        var used = 0
        try check(archive_write_open_memory(archive, buffer.baseAddress, bound, &used))
        guard let entry = archive_entry_new() else { throw .outOfMemory(name, 0) }
        defer { archive_entry_free(entry) }
        archive_entry_set_filetype(entry, 0o100000)
        try check(archive_write_header(archive, entry))
        var written = 0
        while written < raw.count {
          let step = archive_write_data(archive, raw.baseAddress?.advanced(by: written), raw.count - written)
          guard step > 0 else { throw .compressionFailed(name, message(archive)) }
          written += step
        }
        try check(archive_write_close(archive))
        count = used
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return packed
  }

  static func makeDecoder(_ packed: UnsafeRawBufferPointer) throws(CodecError) -> any PieceDecoder {
    try ArchiveDecoder(packed)
  }
}

private func message(_ archive: OpaquePointer) -> String {
  archive_error_string(archive).map { String(cString: $0) } ?? "an error without a text"
}

private final class ArchiveDecoder: PieceDecoder {
  private let byteCount: Int
  private let archive: OpaquePointer
  private var ended = false

  init(_ packed: UnsafeRawBufferPointer) throws(CodecError) {
    byteCount = packed.count
    guard !packed.isEmpty else { throw .truncated(XZ.name, after: 0) }
    guard let archive = archive_read_new() else { throw .outOfMemory(XZ.name, 0) }
    self.archive = archive
    // The filter is appended, not "supported": with the latter the library tries it again on its own output, and content
    // that happens to be a compressed file itself would be decompressed twice.
    try check(archive_read_append_filter(archive, ARCHIVE_FILTER_XZ))
    try check(archive_read_support_format_raw(archive))
    try check(archive_read_support_format_empty(archive))
    // Safe because `packed` outlives the decoder, as the protocol asks.
    try check(archive_read_open_memory(archive, packed.baseAddress, packed.count))
    var entry: OpaquePointer?
    let result = archive_read_next_header(archive, &entry)
    if result == ARCHIVE_EOF { try end() } else { try check(result) }
  }

  deinit { archive_read_free(archive) }

  func read(into output: UnsafeMutableRawBufferPointer) throws(CodecError) -> Int {
    guard !ended else { return 0 }
    // Safe because the library is told the size of the buffer.
    let count = archive_read_data(archive, output.baseAddress, output.count)
    guard count >= 0 else { throw .damaged(XZ.name, message(archive)) }
    if count == 0 { try end() }
    return count
  }

  /// The library ignores what follows the last stream; how far it read tells whether there is something.
  private func end() throws(CodecError) {
    ended = true
    let consumed = Int(archive_filter_bytes(archive, -1))
    guard consumed >= byteCount else {
      if consumed == 0 { throw .damaged(XZ.name, "something else") }
      throw .trailingBytes(XZ.name, byteCount - consumed, after: consumed)
    }
  }

  private func check(_ result: Int32) throws(CodecError) {
    guard result == ARCHIVE_OK else { throw .damaged(XZ.name, message(archive)) }
  }
}
