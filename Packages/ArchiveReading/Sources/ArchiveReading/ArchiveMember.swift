/// A member of an archive, as its header tells. Names are text for the caller to judge: nothing is ever extracted to a path.
public struct ArchiveMember: Sendable, Hashable {
  public let path: String
  /// Whether it is a file with content of its own: no directory, no link, no device.
  public let isFile: Bool
  /// The size that the header states, which need not be true; nil when it states none.
  public let statedByteCount: Int?
}
