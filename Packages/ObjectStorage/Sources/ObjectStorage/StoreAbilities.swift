/// What a store promises beyond reading objects whole and in ranges. The conformance suite lets no behaviour be
/// skipped that a store declares.
public struct StoreAbilities: OptionSet, Sendable, Hashable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// `list`, page by page, in the order of UTF-8 bytes.
  public static let list = StoreAbilities(rawValue: 1 << 0)
  /// `put` and `delete`.
  public static let write = StoreAbilities(rawValue: 1 << 1)
  /// Of several create-only writers of a key, exactly one wins.
  public static let createOnly = StoreAbilities(rawValue: 1 << 2)
  /// A write with an entity tag replaces that version only.
  public static let conditionalWrite = StoreAbilities(rawValue: 1 << 3)
  /// A read with an entity tag gives that version or none; needed to resume broken bodies.
  public static let conditionalRead = StoreAbilities(rawValue: 1 << 4)
  /// `copy`, within the service.
  public static let copy = StoreAbilities(rawValue: 1 << 5)
  /// `presignedURL`.
  public static let presign = StoreAbilities(rawValue: 1 << 6)

  /// Everything there is.
  public static let all: StoreAbilities = [
    .list, .write, .createOnly, .conditionalWrite, .conditionalRead, .copy, .presign,
  ]
}

extension StoreAbilities: CustomStringConvertible {
  /// The promises by name, in a fixed order.
  public var description: String {
    let names: [(StoreAbilities, String)] = [
      (.list, "list"), (.write, "write"), (.createOnly, "create-only"), (.conditionalWrite, "write if match"),
      (.conditionalRead, "read if match"), (.copy, "copy"), (.presign, "presigned URLs"),
    ]
    return names.filter { contains($0.0) }.map(\.1).joined(separator: ", ")
  }
}
