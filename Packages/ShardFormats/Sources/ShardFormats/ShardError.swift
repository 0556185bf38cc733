/// Why a shard, an index or a value is not what it must be: where, what was expected, what was found, what to do.
public struct ShardError: Error, Sendable {
  /// The kind of failure; compare with the static members. More kinds may be added.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    // Index
    /// `index.json` is not JSON, or a member has another type than it must.
    public static let malformedIndex = Code(description: "malformedIndex")
    /// An index or shard of a version other than 2.
    public static let unsupportedVersion = Code(description: "unsupportedVersion")
    /// A member that must be there is not.
    public static let missingKey = Code(description: "missingKey")
    /// A member that upstream refuses too.
    public static let unknownKey = Code(description: "unknownKey")
    /// A file name that would leave the data set's directory, or that two files share.
    public static let unsafeName = Code(description: "unsafeName")
    /// A shard format other than the five.
    public static let unknownFormat = Code(description: "unknownFormat")
    /// An encoding that neither upstream nor the caller's registry has.
    public static let unknownEncoding = Code(description: "unknownEncoding")
    /// A `pkl` column, without leave.
    public static let unsafeEncoding = Code(description: "unsafeEncoding")
    /// A compression or hash that cannot be used.
    public static let unknownAlgorithm = Code(description: "unknownAlgorithm")
    /// Column names, encodings and sizes contradict each other.
    public static let contradictoryColumns = Code(description: "contradictoryColumns")
    /// A count or size that is negative or beyond what the format can hold.
    public static let outOfRange = Code(description: "outOfRange")

    // Shard
    /// The file could not be read; see the cause.
    public static let unreadable = Code(description: "unreadable")
    /// The file ends before something that must be in it.
    public static let truncated = Code(description: "truncated")
    /// An offset points outside its place, or goes backwards.
    public static let badOffset = Code(description: "badOffset")
    /// The shard holds another number of samples, or is of another size, than the index tells.
    public static let disagreesWithIndex = Code(description: "disagreesWithIndex")
    /// The sample's parts do not fill it exactly.
    public static let badSample = Code(description: "badSample")
    /// A column's bytes are not what its encoding makes.
    public static let undecodable = Code(description: "undecodable")

    // Caller
    /// No sample has that number.
    public static let noSuchSample = Code(description: "noSuchSample")
    /// No column has that name or number.
    public static let noSuchColumn = Code(description: "noSuchColumn")
    /// A value that the column's encoding does not take, or a read as another type than the column's.
    public static let wrongType = Code(description: "wrongType")
    /// A value beyond what the encoding or the format can hold.
    public static let tooLarge = Code(description: "tooLarge")
    /// An option that the format does not have, or of no sense.
    public static let badOption = Code(description: "badOption")
  }

  public var code: Code
  /// The file's path or name; empty when there is none, as for a value that is to be encoded.
  public var file: String
  /// The position in the file, in bytes, where there is one.
  public var byteOffset: Int?
  /// The shard's number in its index.
  public var shard: Int?
  /// The sample's number in its shard.
  public var sample: Int?
  public var column: String?
  public var expected: String
  public var found: String
  /// What to do, present tense, without a full stop.
  public var remedy: String
  /// The error of a lower layer that led to this one.
  public var cause: (any Error)?

  public init(
    _ code: Code, file: String = "", byteOffset: Int? = nil, shard: Int? = nil, sample: Int? = nil,
    column: String? = nil, expected: String, found: String, remedy: String, cause: (any Error)? = nil
  ) {
    self.code = code
    self.file = file
    self.byteOffset = byteOffset
    self.shard = shard
    self.sample = sample
    self.column = column
    self.expected = expected
    self.found = found
    self.remedy = remedy
    self.cause = cause
  }
}

extension ShardError {
  /// The remedy for bytes that changed after they were written.
  package static let downloadAgain = "download the shard again; `streaming verify` lists every damaged one"
  /// The remedy for an index that upstream would not have written.
  package static let writeIndexAgain = "get the index again from where the data set was written"

  /// The same error with what is known about its place filled in; what is set already stays.
  package func at(
    file: String? = nil, byteOffset: Int? = nil, shard: Int? = nil, sample: Int? = nil, column: String? = nil
  ) -> ShardError {
    var error = self
    if error.file.isEmpty { error.file = file ?? "" }
    error.byteOffset = error.byteOffset ?? byteOffset
    error.shard = error.shard ?? shard
    error.sample = error.sample ?? sample
    error.column = error.column ?? column
    return error
  }
}

extension ShardError: CustomStringConvertible {
  /// Two lines: the place with what was expected and found; then the remedy.
  public var description: String {
    var place: [String] = []
    if !file.isEmpty { place.append(byteOffset.map { "\(file) at byte \($0)" } ?? file) }
    if let shard { place.append("shard \(shard)") }
    if let sample { place.append("sample \(sample)") }
    if let column { place.append("column \"\(column)\"") }
    let head = place.isEmpty ? "" : place.joined(separator: ", ") + ": "
    return
      "\(head)expected \(expected), found \(found).\n\(remedy.prefix(1).uppercased())\(remedy.dropFirst())."
  }
}
