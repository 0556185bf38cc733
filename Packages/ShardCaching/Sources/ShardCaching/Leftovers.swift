import BinaryIO
import ShardFormats
import SystemLibC

extension CacheDirectory {
  /// Removes the temporary files that dead processes left, and returns their names. Live ones are not disturbed.
  ///
  /// A temporary file's name ends in `.<process>-<number>.tmp`. Who writes one of a shard holds the shard's install lock,
  /// so where nobody does, it is a leftover, whatever process has that number by now; other files are leftovers when
  /// their process is gone. Files of other names, upstream's `.tmp` among them, are left alone.
  @discardableResult
  func removeLeftovers() throws(CacheError) -> [String] {
    var removed: [String] = []
    for folder in folders() {
      let names: [String]
      do throws(FileError) {
        names = try FileSystem.list(path + "/" + folder)
      } catch {
        if error.code == .notFound { continue }
        throw CacheError(directory: error, nil)
      }
      for name in names {
        guard let (process, target) = Self.temporary(name) else { continue }
        let relative = folder.isEmpty ? target : folder + "/" + target
        let file = folder.isEmpty ? name : folder + "/" + name
        if let shard = shards.indices.first(where: { self.names(of: $0).contains(relative) }) {
          // With its lock, so that nobody begins to write under the same name meanwhile.
          let isRemoved = try control.whileNotInstalled(shard) { () throws(CacheError) in try remove(file) }
          if isRemoved == true { removed.append(file) }
        } else if kill(process, 0) != 0, errno == ESRCH, try remove(file) {
          removed.append(file)
        }
      }
    }
    return removed
  }

  private func remove(_ name: String) throws(CacheError) -> Bool {
    do throws(FileError) {
      return try FileSystem.remove(path + "/" + name)
    } catch {
      throw CacheError(directory: error, nil)
    }
  }

  /// The sub-directories with shards: those of a merged data set have some, others only the directory itself.
  private func folders() -> [String] {
    var folders: Set<String> = [""]
    let isMerged = [shards.first, shards.last].contains { $0?.rawData.basename.contains("/") == true }
    for shard in isMerged ? shards.indices : 0..<0 {
      let folder = FileSystem.parentDirectory(of: shards[shard].rawData.basename)
      if folder != "." { folders.insert(folder) }
    }
    return folders.sorted()
  }

  /// The process that writes a temporary file, and the name that the file is going to get; nil for other names.
  static func temporary(_ name: String) -> (process: Int32, target: String)? {
    guard name.hasSuffix(".tmp") else { return nil }
    let stem = name.dropLast(4)
    guard let dot = stem.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
    let numbers = stem[stem.index(after: dot)...].split(separator: "-", omittingEmptySubsequences: false)
    guard numbers.count == 2, let process = Int32(numbers[0]), process > 0, UInt64(numbers[1]) != nil else { return nil }
    return (process, String(stem[..<dot]))
  }
}
