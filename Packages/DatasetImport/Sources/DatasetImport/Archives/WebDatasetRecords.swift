public import ArchiveReading
internal import BinaryIO
public import ShardFormats

/// Reads the samples of a WebDataset: a tar (compressed or not) or zip whose files belong together by name.
///
/// `n01/0001.jpg` and `n01/0001.cls` are one sample of key `n01/0001` with the columns `jpg` and `cls`: the name up to the
/// first dot behind the last slash, and what follows it. Files of a sample stand one after another. Names that begin with a
/// dot, and names without one, are left out. Holds one sample.
public struct WebDatasetRecords: RecordSource {
  /// The column that stands for a sample's key; it is not part of the data set unless it is asked for.
  public static let keyColumn = "__key__"

  /// What is taken, and as what.
  public let columns: ImportColumns
  private let path: String
  private let archive: ArchiveReader
  private let sampleLimit: Int
  private let encodings: [String: ColumnSpec]
  private let refusesOthers: Bool
  /// The sample that told the columns.
  private var first: [String: ColumnValue]?
  /// The first file of the sample to come.
  private var pending: Member?

  private struct Member {
    let key: String
    let column: String
    let name: String
  }

  /// Opens an archive, or the standard input for `-`.
  /// - Parameter columns: what to take and as what; nil for all that the first sample has, by their extensions: `jpg` and
  ///   `png` as images, `cls` as `int`, `txt` as `str`, `json`, `npy` as `ndarray`, others as `bytes`.
  /// - Parameter refusesOthers: whether a file of no column is an error and not left out; without `columns` it is one.
  /// - Throws: ``ImportError`` `.unreadable`, `.badArchive`, `.badColumns`, `.badRecord` for an archive without samples.
  public init(
    path: String, columns: ImportColumns? = nil, refusesOthers: Bool = false,
    limits: ArchiveLimits = ArchiveLimits()
  ) throws(ImportError) {
    self.path = path == "-" ? "standard input" : path
    do throws(ArchiveError) { archive = try ArchiveReader(path: path, limits: limits) } catch {
      throw ImportError(error)
    }
    sampleLimit = limits.memberByteCount.value
    self.refusesOthers = refusesOthers || columns == nil
    if let columns {
      self.columns = columns
      for column in columns.columns { try MemberContent.check(column.encoding, of: column.name, file: self.path) }
      encodings = Self.byName(columns)
      return
    }
    var scout = Scout(archive: archive, path: self.path, limit: sampleLimit)
    guard let found = try scout.firstSample() else {
      throw ImportError(
        .badRecord, file: self.path, expected: "files named key.extension", found: "none",
        remedy: "Check that this is a WebDataset")
    }
    self.columns = try ImportColumns(found.columns)
    encodings = Self.byName(self.columns)
    first = found.sample
    pending = scout.pending.map { Member(key: $0.key, column: $0.column, name: $0.name) }
  }

  public var position: (byteCount: Int, of: Int?) { (archive.readByteCount, archive.fileByteCount) }

  public mutating func next() throws(ImportError) -> [String: ColumnValue]? {
    if let sample = first {
      first = nil
      return sample
    }
    var sample: [String: ColumnValue] = [:]
    var byteCount = 0
    var key: String?
    while let member = try takeMember() {
      guard member.key == key ?? member.key else {
        pending = member
        break
      }
      key = member.key
      guard let column = encodings[member.column] else { continue }
      let bytes = try content()
      byteCount += bytes.count
      try Self.check(byteCount, sampleLimit, path, member.key)
      guard sample[column.name] == nil else { throw broken(member.name, "one file `\(column.name)` in a sample", "two") }
      do throws(ImportError) { sample[column.name] = try MemberContent.value(of: bytes, column: column) } catch {
        throw error.at(file: "\(path): \(member.name)", line: nil)
      }
    }
    guard let key else { return nil }
    if encodings[Self.keyColumn] != nil { sample[Self.keyColumn] = .string(key) }
    if sample.count < columns.columns.count,
      let missing = columns.columns.first(where: { sample[$0.name] == nil })
    {
      throw ImportError(
        .missingColumn, file: "\(path): \(key)", column: missing.name, expected: "a file of that extension", found: "none",
        remedy: "say which columns to take: those that all samples have")
    }
    return sample
  }

  // MARK: Members

  /// The next file that is part of a sample.
  private mutating func takeMember() throws(ImportError) -> Member? {
    if let member = pending {
      pending = nil
      return try checked(member)
    }
    while let file = try Self.nextFile(archive) {
      guard let (key, column) = Self.split(file.path) else { continue }
      return try checked(Member(key: key, column: column, name: file.path))
    }
    return nil
  }

  private func checked(_ member: Member) throws(ImportError) -> Member {
    if encodings[member.column] != nil || !refusesOthers { return member }
    let known = columns.columns.map(\.name).joined(separator: ", ")
    throw broken(member.name, "files with the extensions of the first sample, \(known)", member.column)
  }

  private func content() throws(ImportError) -> [UInt8] { try Self.content(archive) }

  private func broken(_ name: String, _ expected: String, _ found: String) -> ImportError {
    ImportError(
      .badRecord, file: "\(path): \(name)", expected: expected, found: found,
      remedy: "say which columns to take; others are then left out")
  }

  private static func byName(_ columns: ImportColumns) -> [String: ColumnSpec] {
    Dictionary(columns.columns.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  // MARK: For the first sample too

  static func nextFile(_ archive: ArchiveReader) throws(ImportError) -> ArchiveMember? {
    do throws(ArchiveError) { return try archive.nextFile() } catch { throw ImportError(error) }
  }

  static func content(_ archive: ArchiveReader) throws(ImportError) -> [UInt8] {
    do throws(ArchiveError) { return try archive.content() } catch { throw ImportError(error) }
  }

  static func check(_ byteCount: Int, _ limit: Int, _ path: String, _ key: String) throws(ImportError) {
    guard byteCount > limit else { return }
    throw ImportError(
      .recordTooLong, file: "\(path): \(key)", expected: "samples of at most \(limit) bytes", found: "more",
      remedy: "raise `ArchiveLimits.memberByteCount` if the archive is to be trusted")
  }

  /// Key and extension of a member's path; nil for files that belong to no sample.
  static func split(_ path: String) -> (key: String, column: String)? {
    let nameStart = path.utf8.lastIndex(of: 0x2F).map { path.utf8.index(after: $0) } ?? path.startIndex
    let name = path[nameStart...]
    guard let dot = name.utf8.firstIndex(of: 0x2E), dot > nameStart, name.utf8.index(after: dot) < path.endIndex
    else { return nil }
    return (String(path[..<dot]), name[name.utf8.index(after: dot)...].lowercased())
  }
}

/// Reads the first sample, which tells the columns.
private struct Scout {
  let archive: ArchiveReader
  let path: String
  let limit: Int
  var pending: (key: String, column: String, name: String)?

  mutating func firstSample() throws(ImportError) -> (columns: [ColumnSpec], sample: [String: ColumnValue])? {
    var columns: [ColumnSpec] = []
    var sample: [String: ColumnValue] = [:]
    var byteCount = 0
    var key: String?
    while let file = try WebDatasetRecords.nextFile(archive) {
      guard let (memberKey, name) = WebDatasetRecords.split(file.path) else { continue }
      guard memberKey == key ?? memberKey else {
        pending = (memberKey, name, file.path)
        break
      }
      key = memberKey
      let bytes = try WebDatasetRecords.content(archive)
      byteCount += bytes.count
      try WebDatasetRecords.check(byteCount, limit, path, memberKey)
      let column = ColumnSpec(name: name, encoding: MemberContent.encoding(ofExtension: name))
      columns.append(column)
      do throws(ImportError) { sample[name] = try MemberContent.value(of: bytes, column: column) } catch {
        throw error.at(file: "\(path): \(file.path)", line: nil)
      }
    }
    return columns.isEmpty ? nil : (columns, sample)
  }
}
