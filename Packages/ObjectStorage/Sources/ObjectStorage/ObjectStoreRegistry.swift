import SystemLibC

/// Opens the store that a URL names, by its scheme, with the options of its prefix.
///
/// A value: adding a store to a copy changes only that copy. A new registry knows local paths; `register`
/// adds others, or replaces one.
public struct ObjectStoreRegistry: Sendable {
  /// Opens a store for a URL; the store's keys are relative to it.
  public typealias Opener = @Sendable (StoreURL) async throws(ObjectStoreError) -> any ObjectStore
  /// Opens a store for a URL with the options that were set for it; the store's keys are relative to the URL.
  public typealias ConfiguredOpener =
    @Sendable (StoreURL, StoreOptions) async throws(ObjectStoreError)
    -> any ObjectStore

  private enum Opening {
    case plain(Opener)
    case configured(ConfiguredOpener)
  }

  private var openers: [String: Opening]
  private var file: StoreOptionsFile?
  /// Options by URL prefix; they count more than those of a file.
  public var options = StoreOptionsTable()

  /// Makes a registry that knows plain paths and `file://` only.
  public init() {
    openers = ["file": .plain({ url throws(ObjectStoreError) in LocalStore(url.path) })]
  }

  /// The known schemes, sorted.
  public var schemes: [String] { openers.keys.sorted() }

  /// Uses `open` for URLs of a scheme, in place of what was registered for it.
  /// - Parameter scheme: the part before `://`; case doesn't matter.
  /// - Parameter open: called for each URL; it wraps the store in ``RetryingStore`` where retries are wanted.
  public mutating func register(_ scheme: String, open: @escaping Opener) {
    openers[scheme.lowercased()] = .plain(open)
  }

  /// Uses `open` for URLs of a scheme, in place of what was registered for it.
  /// - Parameter scheme: the part before `://`; case doesn't matter.
  /// - Parameter open: called for each URL with its options; ``StoreLayers`` adds retries and the other layers.
  public mutating func register(_ scheme: String, open: @escaping ConfiguredOpener) {
    openers[scheme.lowercased()] = .configured(open)
  }

  /// Changes the options of addresses below a prefix: ``StoreOptionsTable/configure(_:_:)``.
  public mutating func configure(
    _ prefix: String, _ change: (inout StoreOptions) -> Void
  ) throws(ObjectStoreError) {
    try options.configure(prefix, change)
  }

  /// Has the first `open` read options from a JSON file: ``StoreOptionsTable/init(_:file:)``.
  public mutating func readOptions(fromFile path: String) { file = StoreOptionsFile(path) }

  /// Has options read from the file that an environment variable names; none when it is not set or empty.
  public mutating func readOptions(fromFileNamedBy variable: String) {
    guard let path = getenv(variable).map({ String(cString: $0) }), !path.isEmpty else { return }
    readOptions(fromFile: path)
  }

  /// Opens the store for a URL.
  /// - Throws: `.unknownScheme`; what the store's opener throws; `.misconfigured` and `.localFile` for the file of
  ///   options.
  public func open(_ url: StoreURL) async throws(ObjectStoreError) -> any ObjectStore {
    try await open(url, try await options(for: url))
  }

  /// Opens the store for a URL with given options, whatever was configured for it.
  public func open(
    _ url: StoreURL, _ options: StoreOptions
  ) async throws(ObjectStoreError) -> any ObjectStore {
    switch openers[url.scheme] {
    case .plain(let open): return try await open(url)
    case .configured(let open): return try await open(url, options)
    case nil:
      throw ObjectStoreError(
        .unknownScheme, url: url.description,
        detail: "expected one of \(schemes.joined(separator: ", ")), found \(url.scheme)",
        remedy: "register a store for \(url.scheme):// with ObjectStoreRegistry.register")
    }
  }

  /// The options that a store at this address is opened with.
  public func options(for url: StoreURL) async throws(ObjectStoreError) -> StoreOptions {
    guard let file else { return options[url] }
    return options.over(try await file.table())[url]
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
