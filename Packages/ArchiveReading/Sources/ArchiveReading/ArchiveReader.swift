internal import BinaryIO
internal import Synchronization

/// Reads the members of a tar or zip archive one after another, compressed or not.
///
/// Which of the formats it is, the file's first bytes tell: tar with all its extensions, zip; gzip, bzip2, xz, zstd or lz4
/// around a tar. Holds the member that was asked for and some buffers. One thread at a time makes sense of it; calls from
/// several are safe.
public final class ArchiveReader: Sendable {
  private struct State: ~Copyable {
    let handle: ArchiveHandle
    var current: ArchiveMember?
    /// Whether the current member's content was asked for.
    var isRead = true
    /// libarchive must not be asked again behind the end.
    var isAtEnd = false
    var unpackedByteCount = 0
    var readByteCount = 0
  }

  /// The bytes of the whole file; nil for the standard input.
  public let fileByteCount: Int?
  private let limits: ArchiveLimits
  private let state: Mutex<State>
  private static let stepByteCount = 1 << 20

  /// Opens an archive, or the standard input for `-`.
  /// - Throws: ``ArchiveError`` `.unreadable`, `.notAnArchive`, `.damaged`, `.outOfMemory`.
  public init(path: String, limits: ArchiveLimits = ArchiveLimits()) throws(ArchiveError) {
    fileByteCount = try Self.fileByteCount(path)
    self.limits = limits
    state = Mutex(State(handle: try ArchiveHandle(path: path, content: .members)))
  }

  static func fileByteCount(_ path: String) throws(ArchiveError) -> Int? {
    if path == "-" { return nil }
    do throws(FileError) {
      let status = try FileDescriptor.open(path, .read).status()
      guard status.kind != .directory else {
        throw FileError(
          .isADirectory, path: path, expected: "a file", found: "a directory", remedy: "name a file")
      }
      return status.kind == .file ? status.byteCount : nil
    } catch {
      throw .unreadable(error)
    }
  }

  /// Bytes of the file that were read so far, for a progress line.
  public var readByteCount: Int { state.withLock { $0.readByteCount } }

  /// The next member that is a file; nil at the end. What was not read of the one before is skipped.
  /// - Throws: ``ArchiveError`` `.damaged`, `.unsupported`, `.notAnArchive`, `.expandsTooMuch`.
  public func nextFile() throws(ArchiveError) -> ArchiveMember? {
    try state.withLock { state throws(ArchiveError) in
      while true {
        if !state.isRead, state.handle.skipsByReading { try skip(&state) }
        guard !state.isAtEnd, let member = try state.handle.nextHeader() else {
          state.isAtEnd = true
          return nil
        }
        state.readByteCount = state.handle.readByteCount
        state.current = member
        state.isRead = false
        if member.isFile { return member }
      }
    }
  }

  /// The content of the member that ``nextFile()`` told of.
  /// - Throws: ``ArchiveError`` `.memberTooLarge`, `.expandsTooMuch`, `.damaged`, `.unsupported`.
  public func content() throws(ArchiveError) -> [UInt8] {
    try state.withLock { state throws(ArchiveError) in
      guard let member = state.current, !state.isRead else { return [] }
      let limit = limits.memberByteCount.value
      if let stated = member.statedByteCount, stated > limit { throw tooLarge(member, "\(stated)", state.handle.file) }
      state.isRead = true
      var bytes: [UInt8] = []
      // One byte more than is stated, so that the usual member ends with the first step.
      var step = min(max(member.statedByteCount ?? 0, 1 << 12) + 1, Self.stepByteCount)
      while true {
        let piece = try state.handle.read(count: step, member: member.path)
        try count(piece.count, of: member, &state)
        if bytes.isEmpty { bytes = piece } else { bytes.append(contentsOf: piece) }
        guard bytes.count <= limit else { throw tooLarge(member, "more", state.handle.file) }
        if piece.count < step { return bytes }
        step = Self.stepByteCount
      }
    }
  }

  private func skip(_ state: inout State) throws(ArchiveError) {
    guard let member = state.current else { return }
    state.isRead = true
    while true {
      let piece = try state.handle.read(count: Self.stepByteCount, member: member.path)
      try count(piece.count, of: member, &state)
      if piece.count < Self.stepByteCount { return }
    }
  }

  private func count(
    _ byteCount: Int, of member: ArchiveMember, _ state: inout State
  ) throws(ArchiveError) {
    state.unpackedByteCount += byteCount
    state.readByteCount = state.handle.readByteCount
    let (product, overflow) = max(1, state.readByteCount).multipliedReportingOverflow(by: limits.expansion)
    guard !overflow, state.unpackedByteCount - ArchiveLimits.freeByteCount > product else { return }
    throw ArchiveError(
      .expandsTooMuch, file: state.handle.file, member: member.path,
      expected: "at most \(limits.expansion) times the archive's bytes",
      found: "\(state.unpackedByteCount) bytes out of \(state.readByteCount)",
      remedy: "raise `ArchiveLimits.expansion` if the archive is to be trusted")
  }

  private func tooLarge(_ member: ArchiveMember, _ found: String, _ file: String) -> ArchiveError {
    ArchiveError(
      .memberTooLarge, file: file, member: member.path,
      expected: "members of at most \(limits.memberByteCount.value) bytes", found: found,
      remedy: "raise `ArchiveLimits.memberByteCount` if the archive is to be trusted")
  }
}
