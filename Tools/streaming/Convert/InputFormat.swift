import ArgumentParser
import Streaming

/// The kinds of input that `convert` takes.
enum InputFormat: String, ExpressibleByArgument, CaseIterable {
  case csv, tsv, jsonl, images, webdataset

  /// The kind of an input by its name, or for being a folder.
  init(of path: String) throws {
    if path == "-" {
      throw CommandError(
        .usage, "-: expected the kind of the standard input, found none.\nSay --from csv, tsv, jsonl or webdataset.")
    }
    if try FileSystem.status(of: path)?.kind == .directory {
      guard try FileSystem.status(of: path + "/index.json") == nil else {
        throw CommandError(
          .usage, "\(path): expected files or a folder of images, found a data set.\nSay `streaming reshard` to convert it.")
      }
      self = .images
      return
    }
    var name = path.lowercased()
    if name.hasSuffix(".tgz") { name = ".tar" }
    for suffix in [".gz", ".bz2", ".xz", ".zst", ".zstd", ".lz4"] where name.hasSuffix(suffix) {
      name.removeLast(suffix.count)
      break
    }
    let kinds: [(String, InputFormat)] = [
      (".csv", .csv), (".tsv", .tsv), (".jsonl", .jsonl), (".ndjson", .jsonl), (".tar", .webdataset),
      (".zip", .webdataset),
    ]
    guard let kind = kinds.first(where: { name.hasSuffix($0.0) }) else {
      throw CommandError(
        .usage,
        "\(path): expected a folder, or a name that ends in .csv, .tsv, .jsonl, .tar or .zip, found another.\n"
          + "Say --from csv, tsv, jsonl, images or webdataset.")
    }
    self = kind.1
  }
}
