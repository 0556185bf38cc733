public import Threading

/// Why a data set can't be opened or a batch can't be had: what was being done, and the error below.
public struct LoadingError: Error, Sendable {
  /// The kind of failure. More kinds may be added.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// A setting is missing, contradicts another or is out of range; see the cause where there is one.
    public static let configuration = Code(description: "configuration")
    /// The index can't be had or read.
    public static let index = Code(description: "index")
    /// The cache can't be used: its limit, its directory, or whose it is; see the cause.
    public static let cache = Code(description: "cache")
    /// A shard can't be had.
    public static let shard = Code(description: "shard")
    /// A sample can't be read, or its bytes are not what the index promises.
    public static let sample = Code(description: "sample")
    /// A shard has other columns than the first one.
    public static let schemaMismatch = Code(description: "schemaMismatch")
    /// A column is a pickle, which is never run and needs leave to be handed out.
    public static let unsafeColumn = Code(description: "unsafeColumn")
    /// The loader's collation or transform threw; see the cause.
    public static let transform = Code(description: "transform")
    /// There is no sample of that number.
    public static let noSuchSample = Code(description: "noSuchSample")
    /// Memory for a batch can't be had.
    public static let memory = Code(description: "memory")
    /// Nothing came before the deadline; see ``LoadingError/waitedFor``.
    public static let timedOut = Code(description: "timedOut")
    /// The loader was closed or its task cancelled.
    public static let cancelled = Code(description: "cancelled")
  }

  public let code: Code
  /// The stream, counted from 0 in the order given.
  public let stream: Int?
  /// The shard, counted within its stream.
  public let shard: Int?
  /// The sample's id in the data set.
  public let sample: Int?
  /// The batch, counted from its epoch's start, where a transform failed.
  public let batch: Int?
  public let column: String?
  public let expected: String
  public let found: String
  public let remedy: String
  /// The error of a lower layer.
  public let cause: (any Error)?

  public init(
    _ code: Code, stream: Int? = nil, shard: Int? = nil, sample: Int? = nil, batch: Int? = nil,
    column: String? = nil, expected: String = "", found: String = "",
    remedy: String = "", cause: (any Error)? = nil
  ) {
    self.code = code
    self.stream = stream
    self.shard = shard
    self.sample = sample
    self.batch = batch
    self.column = column
    self.expected = expected
    self.found = found
    self.remedy = remedy
    self.cause = cause
  }

  /// The user's function failed at a batch.
  init(transform error: any Error, batch: Int) {
    self.init(.transform, batch: batch, cause: error)
  }

  /// What was waited for, when the failure is a wait that ended.
  public var waitedFor: StallCause? { (cause as? WaitError)?.cause }
}

extension LoadingError: CustomStringConvertible {
  /// At most two lines and the place: what happened, then the remedy.
  public var description: String {
    var place: [String] = []
    if let stream { place.append("stream \(stream)") }
    if let shard { place.append("shard \(shard)") }
    if let batch { place.append("batch \(batch)") }
    if let sample { place.append("sample \(sample)") }
    if let column { place.append("column \"\(column)\"") }
    let head = place.isEmpty ? "" : place.joined(separator: ", ") + ": "
    if let cause, expected.isEmpty { return head + "\(cause)" }
    return "\(head)expected \(expected), found \(found).\n\(remedy.prefix(1).uppercased())\(remedy.dropFirst())."
  }
}
