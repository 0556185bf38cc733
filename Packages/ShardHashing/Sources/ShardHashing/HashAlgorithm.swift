/// A hash that an index may list for its shard files.
///
/// The 17 names of upstream: what Python's `hashlib` offers as named functions (without `shake_*`), and xxHash with seed 0.
public struct HashAlgorithm: Sendable, Hashable {
  /// Upstream's name, such as `xxh64` or `sha3_256`.
  public let name: String
  let implementation: Implementation

  /// Which library computes it.
  enum Implementation: Sendable, Hashable {
    /// OpenSSL's name of the digest.
    case evp(String)
    case xxh32, xxh64, xxh3Bits64, xxh3Bits128
  }

  private init(_ name: String, _ implementation: Implementation) {
    self.name = name
    self.implementation = implementation
  }

  /// BLAKE2b at its full length of 64 bytes.
  public static let blake2b = HashAlgorithm("blake2b", .evp("BLAKE2B-512"))
  /// BLAKE2s at its full length of 32 bytes.
  public static let blake2s = HashAlgorithm("blake2s", .evp("BLAKE2S-256"))
  public static let md5 = HashAlgorithm("md5", .evp("MD5"))
  public static let sha1 = HashAlgorithm("sha1", .evp("SHA1"))
  public static let sha224 = HashAlgorithm("sha224", .evp("SHA224"))
  public static let sha256 = HashAlgorithm("sha256", .evp("SHA256"))
  public static let sha384 = HashAlgorithm("sha384", .evp("SHA384"))
  public static let sha512 = HashAlgorithm("sha512", .evp("SHA512"))
  public static let sha3_224 = HashAlgorithm("sha3_224", .evp("SHA3-224"))
  public static let sha3_256 = HashAlgorithm("sha3_256", .evp("SHA3-256"))
  public static let sha3_384 = HashAlgorithm("sha3_384", .evp("SHA3-384"))
  public static let sha3_512 = HashAlgorithm("sha3_512", .evp("SHA3-512"))
  /// XXH3 with 128 bits; upstream's `xxh3_128` under its other name.
  public static let xxh128 = HashAlgorithm("xxh128", .xxh3Bits128)
  public static let xxh32 = HashAlgorithm("xxh32", .xxh32)
  public static let xxh3_128 = HashAlgorithm("xxh3_128", .xxh3Bits128)
  public static let xxh3_64 = HashAlgorithm("xxh3_64", .xxh3Bits64)
  public static let xxh64 = HashAlgorithm("xxh64", .xxh64)

  /// Every algorithm, sorted by name.
  public static let all: [HashAlgorithm] = [
    blake2b, blake2s, md5, sha1, sha224, sha256, sha384, sha3_224, sha3_256, sha3_384, sha3_512, sha512,
    xxh128, xxh32,
    xxh3_128, xxh3_64, xxh64,
  ]

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}

extension HashAlgorithm {
  /// Finds the algorithm of an index or an option.
  /// - Parameter name: upstream's name, in exactly its spelling.
  /// - Throws: ``HashError`` `.unknownName`; `.unavailable` when this machine's OpenSSL refuses it, as FIPS mode does MD5.
  public init(parsing name: String) throws(HashError) {
    guard let known = HashAlgorithm.byName[name] else {
      throw HashError(
        code: .unknownName, name: name,
        expected: "one of \(HashAlgorithm.all.map(\.name).joined(separator: ", "))",
        found: "\"\(name)\"", remedy: "Write the name as it stands in the list")
    }
    guard known.isAvailable else {
      throw HashError(
        code: .unavailable, name: name, expected: "an OpenSSL that computes \(name)",
        found: "one that refuses it",
        remedy: "Choose another hash, such as xxh64, or change OpenSSL's configuration")
    }
    self = known
  }

  /// Reads the list of hashes that a writer is given.
  ///
  /// As upstream: the names must be in order; one given twice passes and is computed twice.
  /// - Throws: ``HashError`` as ``init(parsing:)``; `.unsorted` naming the first pair out of order.
  public static func list(parsing names: [String]) throws(HashError) -> [HashAlgorithm] {
    var algorithms: [HashAlgorithm] = []
    for name in names {
      let algorithm = try HashAlgorithm(parsing: name)
      if let last = algorithms.last, last.name > name {
        throw HashError(
          code: .unsorted, name: name, expected: "hashes in order of their names",
          found: "\(last.name) before \(name)",
          remedy: "Sort the list")
      }
      algorithms.append(algorithm)
    }
    return algorithms
  }
}

extension HashAlgorithm: CustomStringConvertible {
  public var description: String { name }
}
