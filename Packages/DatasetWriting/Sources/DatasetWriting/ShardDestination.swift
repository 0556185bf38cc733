internal import BinaryIO
internal import ObjectStorage
internal import SystemLibC

/// Where shards go: a directory of this machine, a store, or first the one and then the other.
struct ShardDestination: Sendable {
  enum Remote: Sendable {
    case url(StoreURL, ObjectStoreRegistry)
    case store(any ObjectStore)
  }

  /// The directory, without `~` and without a slash at the end.
  let local: String?
  let remote: Remote?

  /// The place in messages.
  var description: String {
    switch remote {
    case .url(let url, _): url.description
    case .store: local ?? "the store"
    case nil: local ?? ""
    }
  }

  init(local: String?, store: any ObjectStore) throws(WritingError) {
    try Self.requireName(local)
    self.local = local.map(Self.expanded)
    remote = .store(store)
  }

  /// - Parameter output: a path or a URL; with `local` given, where that directory's files are copied to.
  init(output: String, local: String?, stores: ObjectStoreRegistry) throws(WritingError) {
    let url: StoreURL
    do throws(ObjectStoreError) { url = try StoreURL(parsing: output) } catch {
      throw WritingError(option: error, "the path or URL of a data set")
    }
    if url.isLocal, local == nil {
      self.local = Self.expanded(url.path)
      remote = nil
      return
    }
    try Self.requireName(local)
    self.local = local.map(Self.expanded)
    guard url.isLocal else {
      remote = .url(url, stores)
      return
    }
    let path = Self.expanded(url.path)
    guard path != self.local else {
      throw WritingError(
        .badOption, path, expected: "two places", found: "the same twice",
        remedy: "leave the local directory out")
    }
    remote = .store(LocalStore(path))
  }

  private static func requireName(_ local: String?) throws(WritingError) {
    guard local?.isEmpty == true else { return }
    throw WritingError(
      .badOption, expected: "a local directory", found: "an empty path", remedy: "name one, or leave it out")
  }

  /// A path with a leading `~` replaced by the home directory, and without slashes at its end.
  private static func expanded(_ path: String) -> String {
    var path = path
    if path == "~" || path.hasPrefix("~/"), let home = getenv("HOME").map({ String(cString: $0) }) {
      path = home + path.dropFirst()
    }
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }
}
