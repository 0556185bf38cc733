/// Opens the store that a URL names, by its scheme.
///
/// A value: adding a store to a copy changes only that copy. A new registry knows local paths; `register`
/// adds others, or replaces one.
public struct ObjectStoreRegistry: Sendable {
  /// Opens a store for a URL; the store's keys are relative to it.
  public typealias Opener = @Sendable (StoreURL) async throws(ObjectStoreError) -> any ObjectStore

  private var openers: [String: Opener]

  /// Makes a registry that knows plain paths and `file://` only.
  public init() {
    openers = ["file": { url throws(ObjectStoreError) in LocalStore(url.path) }]
  }

  /// The known schemes, sorted.
  public var schemes: [String] { openers.keys.sorted() }

  /// Uses `open` for URLs of a scheme, in place of what was registered for it.
  /// - Parameter scheme: the part before `://`; case doesn't matter.
  /// - Parameter open: called for each URL; it wraps the store in ``RetryingStore`` where retries are wanted.
  public mutating func register(_ scheme: String, open: @escaping Opener) {
    openers[scheme.lowercased()] = open
  }

  /// Opens the store for a URL.
  /// - Throws: `.unknownScheme`; what the store's opener throws.
  public func open(_ url: StoreURL) async throws(ObjectStoreError) -> any ObjectStore {
    guard let opener = openers[url.scheme] else {
      throw ObjectStoreError(
        .unknownScheme, url: url.description,
        detail: "expected one of \(schemes.joined(separator: ", ")), found \(url.scheme)",
        remedy: "register a store for \(url.scheme):// with ObjectStoreRegistry.register")
    }
    return try await opener(url)
  }

  /// Opens the store for an address.
  public func open(_ address: String) async throws(ObjectStoreError) -> any ObjectStore {
    try await open(try StoreURL(parsing: address))
  }

  /// Opens the store that holds a single object.
  /// - Returns: the store of the address up to its last slash, and the object's key there.
  /// - Throws: `.unusableURL` when the address names no object.
  public func open(
    object url: StoreURL
  ) async throws(ObjectStoreError) -> (store: any ObjectStore, key: ObjectKey) {
    guard let (parent, name) = url.splittingLastComponent else {
      throw ObjectStoreError(
        .unusableURL, url: url.description,
        detail: "expected the address of an object, found one without a path",
        remedy: "append the object's name")
    }
    let key = try ObjectKey(parsing: name)
    return (try await open(parent), key)
  }
}
