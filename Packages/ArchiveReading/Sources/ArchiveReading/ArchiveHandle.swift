internal import BinaryIO
internal import CArchive
internal import SystemLibC

/// An open archive of libarchive, closed when the value goes away. Every result is checked here.
struct ArchiveHandle: ~Copyable {
  /// What the content is read as.
  enum Content { case members, bytes }

  let file: String
  private let archive: OpaquePointer
  private let gzip: GzipInput?
  /// libarchive turns names into the thread's character set, and loses them where that is ASCII.
  private let locale: locale_t?

  /// Opens a file, or the standard input for `-`.
  init(path: String, content: Content) throws(ArchiveError) {
    let isStandardInput = path == "-"
    file = isStandardInput ? "standard input" : path
    guard let archive = archive_read_new() else { throw .outOfMemory(file) }
    do throws(ArchiveError) {
      gzip = try Self.open(archive, isStandardInput ? nil : path, content, file)
    } catch {
      archive_read_free(archive)
      throw error
    }
    self.archive = archive
    // Last: an initializer that throws before has no `deinit`.
    locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil) ?? newlocale(LC_CTYPE_MASK, "en_US.UTF-8", nil)
  }

  deinit {
    archive_read_free(archive)
    if let locale { freelocale(locale) }
  }

  private static func open(
    _ archive: OpaquePointer, _ path: String?, _ content: Content, _ file: String
  ) throws(ArchiveError) -> GzipInput? {
    func check(_ result: Int32) throws(ArchiveError) {
      guard result == ARCHIVE_OK else { throw error(archive, result, file, nil) }
    }
    if content == .members {
      try check(archive_read_support_format_tar(archive))
      try check(archive_read_support_format_zip(archive))
    } else {
      try check(archive_read_support_format_raw(archive))
      try check(archive_read_support_format_empty(archive))
    }
    guard let path else {
      for compression in StreamCompression.all { try check(compression.allow(in: archive)) }
      try check(archive_read_open_fd(archive, 0, blockByteCount))
      return nil
    }
    let compression: StreamCompression?
    do throws(FileError) { compression = try StreamCompression(of: path) } catch { throw .unreadable(error) }
    if compression == .gzip {
      let gzip = try GzipInput(path: path)
      let result = gzip.open(archive)
      if let failure = gzip.failure { throw failure }
      try check(result)
      return gzip
    }
    if let compression { try check(compression.allow(in: archive)) }
    try check(archive_read_open_filename(archive, path, blockByteCount))
    return nil
  }

  private static let blockByteCount = 1 << 18

  // MARK: Reading

  /// Bytes of the file that were read so far.
  var readByteCount: Int { gzip?.readByteCount ?? Int(archive_filter_bytes(archive, -1)) }

  /// Whether what is skipped is decompressed for it, and not jumped over.
  var skipsByReading: Bool { gzip != nil || archive_filter_code(archive, 0) != ARCHIVE_FILTER_NONE }

  /// The next member, of whatever kind; nil at the end.
  func nextHeader() throws(ArchiveError) -> ArchiveMember? {
    let usual = uselocale(locale)
    defer { uselocale(usual) }
    var entry: OpaquePointer?
    var result = ARCHIVE_RETRY
    while result == ARCHIVE_RETRY { result = archive_read_next_header(archive, &entry) }
    if result == ARCHIVE_EOF {
      try end()
      return nil
    }
    // A warning tells of names and times that the system's locale cannot take; the bytes are there.
    guard result == ARCHIVE_OK || result == ARCHIVE_WARN, let entry else { throw failure(result, nil) }
    // The plain form gives the name's own bytes, which tar does not interpret; the other one what zip states to be UTF-8.
    let name =
      archive_entry_pathname(entry).flatMap { String(validatingCString: $0) }
      ?? archive_entry_pathname_utf8(entry).flatMap { String(validatingCString: $0) }
    guard let name else {
      throw ArchiveError(
        .damaged, file: file, expected: "members with names in UTF-8", found: "another name",
        remedy: "write the archive again with names in UTF-8")
    }
    let isFile = archive_entry_filetype(entry) == 0o100000 && archive_entry_hardlink(entry) == nil
    return ArchiveMember(
      path: name, isFile: isFile,
      statedByteCount: archive_entry_size_is_set(entry) != 0 ? Int(archive_entry_size(entry)) : nil)
  }

  /// An archive's end comes before its compressed form's, where the checksum is.
  private func end() throws(ArchiveError) {
    guard let gzip else { return }
    let isAtEnd = gzip.drain(limit: ArchiveLimits.freeByteCount)
    if let failure = gzip.failure { throw failure }
    guard !isAtEnd else { return }
    throw ArchiveError(
      .expandsTooMuch, file: file, expected: "the file's end behind the archive's", found: "more content",
      remedy: "write the archive again")
  }

  /// Up to `count` bytes of the current member; fewer only at its end.
  func read(count: Int, member: String?) throws(ArchiveError) -> [UInt8] {
    var result = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
      while done < count {
        // Safe because the library is told how much of the buffer is left, and `done < count`.
        result = archive_read_data(archive, buffer.baseAddress.map { $0 + done }, count - done)
        if result == Int(ARCHIVE_RETRY) { continue }
        if result <= 0 { break }
        done += result
      }
    }
    guard result >= 0 else { throw failure(Int32(result), member) }
    if bytes.count < count, let failure = gzip?.failure { throw failure }
    return bytes
  }

  // MARK: Errors

  private func failure(_ result: Int32, _ member: String?) -> ArchiveError {
    gzip?.failure ?? Self.error(archive, result, file, member)
  }

  private static func error(
    _ archive: OpaquePointer, _ result: Int32, _ file: String, _ member: String?
  ) -> ArchiveError {
    let text = archive_error_string(archive).map { String(cString: $0) } ?? "an end that comes too early"
    if text.hasPrefix("Unrecognized archive format") {
      return ArchiveError(
        .notAnArchive, file: file, expected: "a tar or zip archive, perhaps compressed", found: "something else",
        remedy: "name an archive, or say what the file is")
    }
    let isUnsupported = result == ARCHIVE_FAILED
    return ArchiveError(
      isUnsupported ? .unsupported : .damaged, file: file, member: member,
      expected: isUnsupported ? "a member that can be unpacked" : "a sound archive", found: "\"\(text)\"",
      remedy: isUnsupported
        ? "write the archive without encryption, as tar or deflated zip" : "download or write the archive again")
  }
}

extension ArchiveError {
  static func unreadable(_ error: FileError) -> ArchiveError {
    ArchiveError(
      .unreadable, file: error.path, expected: error.expected, found: error.found, remedy: error.remedy,
      cause: error)
  }

  static func outOfMemory(_ file: String) -> ArchiveError {
    ArchiveError(
      .outOfMemory, file: file, expected: "memory to read the file", found: "none",
      remedy: "run fewer things at once")
  }
}
