/// Why a data set could not be written: where, what was expected, what was found, what to do.
public struct WritingError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure; compare with the static members. More kinds may be added.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// An option, or two together, make no sense.
    public static let badOption = Code(description: "badOption")
    /// The sample does not fit the columns; the writer goes on without it. The cause is a `ShardError`.
    public static let badSample = Code(description: "badSample")
    /// There is something where the data set is to go.
    public static let outputNotEmpty = Code(description: "outputNotEmpty")
    /// Resuming finds that the data set is finished.
    public static let alreadyFinished = Code(description: "alreadyFinished")
    /// Another writer is at work on the same local directory.
    public static let inUse = Code(description: "inUse")
    /// The journal of the interrupted writer is of other columns or options.
    public static let otherJournal = Code(description: "otherJournal")
    /// The data set to append to, or to merge, is not as it must be. The cause may be a `ShardError`.
    public static let badIndex = Code(description: "badIndex")
    /// A file of this machine could not be written or read. The cause is a `FileError`.
    public static let localFile = Code(description: "localFile")
    /// A shard could not be compressed. The cause is a `CodecError`.
    public static let compressionFailed = Code(description: "compressionFailed")
    /// A shard could not be laid out, or hashed.
    public static let badShard = Code(description: "badShard")
    /// The store did not take a file. The cause is an `ObjectStoreError`.
    public static let uploadFailed = Code(description: "uploadFailed")
    /// The store has another number of bytes than were sent.
    public static let unconfirmed = Code(description: "unconfirmed")
    /// Somebody else replaced the index meanwhile.
    public static let indexReplaced = Code(description: "indexReplaced")
    /// The task was cancelled.
    public static let cancelled = Code(description: "cancelled")
    /// The writer has failed before, or has been finished.
    public static let stopped = Code(description: "stopped")
  }

  public let code: Code
  /// The file, directory or URL, without user information and query; empty when there is none.
  public let place: String
  /// The sample's number since the writer began, where there is one.
  public let sample: Int?
  public let expected: String
  public let found: String
  /// What to do, in the imperative, without a full stop.
  public let remedy: String
  /// The error of a lower layer that led to this one.
  public let cause: (any Error)?

  init(
    _ code: Code, _ place: String = "", sample: Int? = nil, expected: String, found: String, remedy: String,
    cause: (any Error)? = nil
  ) {
    self.code = code
    self.place = place
    self.sample = sample
    self.expected = expected
    self.found = found
    self.remedy = remedy
    self.cause = cause
  }

  /// Two lines: the place with what was expected and found, then the remedy. A cause speaks for itself.
  public var description: String {
    if let cause { return (sample.map { "sample \($0): " } ?? "") + "\(cause)" }
    var head = place.isEmpty ? "" : place + ": "
    if let sample { head += "sample \(sample): " }
    return
      "\(head)expected \(expected), found \(found).\n\(remedy.prefix(1).uppercased())\(remedy.dropFirst())."
  }
}
