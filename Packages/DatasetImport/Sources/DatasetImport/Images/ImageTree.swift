internal import BinaryIO

/// The names of images below a folder.
struct ImageTree {
  /// What was found.
  struct Summary {
    var count = 0
    var jpegCount = 0
    var otherCount = 0
    var byteCount = 0
  }

  let root: String
  /// Folders in folders: more is a link that leads back.
  private static let depthLimit = 32

  init(root: String) { self.root = root }

  /// The folders directly in one, sorted by their bytes.
  func folders(of folder: String) throws(ImportError) -> [String] {
    try wrapped { () throws(FileError) in
      var folders: [String] = []
      for name in try FileSystem.list(path(folder)) where !name.hasPrefix(".") {
        if try FileSystem.status(of: path(joined(folder, name)))?.kind == .directory { folders.append(name) }
      }
      return folders
    }
  }

  /// Paths of all images below a folder, relative to the root, sorted by their bytes folder by folder.
  func images(below folder: String, into summary: inout Summary) throws(ImportError) -> [String] {
    var images: [String] = []
    do throws(FileError) { try collect(folder, depth: 0, &images, &summary) } catch { throw ImportError(error) }
    return images
  }

  private func collect(
    _ folder: String, depth: Int, _ images: inout [String], _ summary: inout Summary
  ) throws(FileError) {
    guard depth < Self.depthLimit else {
      throw FileError(
        .other, path: path(folder), expected: "at most \(Self.depthLimit) folders in each other", found: "more",
        remedy: "look for a link that leads back")
    }
    for name in try FileSystem.list(path(folder)) where !name.hasPrefix(".") {
      let relative = joined(folder, name)
      // A link to nothing is nothing.
      guard let status = try FileSystem.status(of: path(relative)) else { continue }
      if status.kind == .directory {
        try collect(relative, depth: depth + 1, &images, &summary)
      } else if let kind = ImageKind(ofName: name) {
        images.append(relative)
        summary.count += 1
        summary.byteCount += status.byteCount
        if kind == .jpeg { summary.jpegCount += 1 }
      } else {
        summary.otherCount += 1
      }
    }
  }

  private func path(_ relative: String) -> String { relative.isEmpty ? root : root + "/" + relative }
  private func joined(_ folder: String, _ name: String) -> String { folder.isEmpty ? name : folder + "/" + name }

  private func wrapped<R>(_ body: () throws(FileError) -> R) throws(ImportError) -> R {
    do throws(FileError) { return try body() } catch { throw ImportError(error) }
  }
}
