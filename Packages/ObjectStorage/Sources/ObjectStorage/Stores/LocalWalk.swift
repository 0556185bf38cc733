import BinaryIO

/// Collects the files below a directory whose relative paths start with a prefix.
///
/// Links are followed; a directory that is inside itself by a link is entered once per path. Only directories
/// that can hold such files are read.
struct LocalWalk {
  let root: String
  let prefix: String
  /// Whether directories below the prefix are reported as prefixes instead of being read through.
  let folds: Bool
  private(set) var objects: [ObjectInfo] = []
  private(set) var prefixes: [String] = []
  private(set) var unusableKeyCount = 0

  init(root: String, prefix: String, folds: Bool) {
    self.root = root
    self.prefix = prefix
    self.folds = folds
  }

  /// Reads the directories. Nothing is found where the root is absent.
  mutating func run() throws(FileError) {
    guard let status = try FileSystem.status(of: root), status.kind == .directory else { return }
    // Parts of the prefix up to its last slash name the only directory to look into.
    let folder = prefix.lastByte(slash).map { String(prefix[..<prefix.utf8.index(after: $0)]) } ?? ""
    let isSafe =
      folder.isEmpty
      || (try? ObjectKey(parsing: String(Substring(folder.utf8.dropLast()))))?.isFilePath == true
    guard isSafe else { return }
    let start = try FileSystem.status(of: join(folder))
    guard let start, start.kind == .directory else { return }
    try visit(folder, above: [start.identity])
  }

  private mutating func visit(_ folder: String, above: [FileIdentity]) throws(FileError) {
    for name in try FileSystem.list(join(folder)) {
      let relative = folder + name
      guard let status = try FileSystem.status(of: join(relative)) else { continue }
      switch status.kind {
      case .file:
        guard relative.utf8.starts(with: prefix.utf8), !LocalStore.isUnfinished(name) else { continue }
        if let key = try? ObjectKey(parsing: relative) {
          objects.append(ObjectInfo(key: key, status))
        } else {
          unusableKeyCount += 1
        }
      case .directory:
        let below = relative + "/"
        guard below.utf8.starts(with: prefix.utf8) || prefix.utf8.starts(with: below.utf8),
          !above.contains(status.identity)
        else { continue }
        if folds, below.utf8.count > prefix.utf8.count {
          if try holdsFile(below, above: above + [status.identity]) { prefixes.append(below) }
        } else {
          try visit(below, above: above + [status.identity])
        }
      default: continue
      }
    }
  }

  /// Whether any file is below: stores have no empty directories.
  private func holdsFile(_ folder: String, above: [FileIdentity]) throws(FileError) -> Bool {
    for name in try FileSystem.list(join(folder)) {
      guard let status = try FileSystem.status(of: join(folder + name)) else { continue }
      if status.kind == .file, !LocalStore.isUnfinished(name) { return true }
      guard status.kind == .directory, !above.contains(status.identity) else { continue }
      if try holdsFile(folder + name + "/", above: above + [status.identity]) { return true }
    }
    return false
  }

  private func join(_ relative: String) -> String {
    if relative.isEmpty { return root }
    return root == "/" ? "/" + relative : root + "/" + relative
  }
}
