import ArgumentParser
import Streaming

/// `streaming cp`: objects from one place to another.
struct CopyVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cp",
    abstract: "Copy objects between stores, from and to files.",
    discussion: """
      A target that ends in a slash, or is a directory, keeps the object's name. Each object appears whole or not at \
      all. A download that was broken off goes on where it stopped; with --missing, what is there in the same size and \
      not older is left alone, so a broken run is simply repeated.

      EXAMPLE
        streaming cp --recursive --missing s3://bucket/digits /data/digits
      """)

  @Argument(
    help: "An object's path or URL; with --recursive a directory or URL of many.", completion: .file())
  var source: String

  @Argument(help: "Where it goes.", completion: .file())
  var target: String

  @Flag(name: .shortAndLong, help: "Copy everything below the source.")
  var recursive = false

  @Flag(help: "Copy only what the target does not have.")
  var missing = false

  @Option(help: "Objects at once.")
  var atOnce = 8

  @Flag(name: .shortAndLong, help: "Print nothing but errors.")
  var quiet = false

  func validate() throws {
    guard atOnce > 0 else { throw ValidationError("--at-once: expected 1 or more, found \(atOnce).") }
  }

  func run() async throws {
    let (transfer, all) = try await recursive ? manyItems() : singleItem()
    let items = missing ? try await transfer.missing(all) : all
    let progress = TransferLine(items, isQuiet: quiet)
    try await transfer.run(items, atOnce: atOnce) {
      progress.advance($0)
    } finished: {
      progress.finished($0)
    }
    progress.end(skipped: all.count - items.count)
  }

  private func manyItems() async throws -> (ObjectTransfer, [ObjectTransfer.Item]) {
    let transfer = try await ObjectTransfer(from: end(source), to: end(target))
    let objects = try await transfer.source.store.allObjects()
    guard !objects.isEmpty else {
      throw CommandError(.noInput, "\(source): expected objects below it, found none.")
    }
    return (transfer, objects.map { ObjectTransfer.Item($0, to: $0.key) })
  }

  private func singleItem() async throws -> (ObjectTransfer, [ObjectTransfer.Item]) {
    let from = try StoreURL(parsing: source)
    guard let (folder, name) = from.splittingLastComponent else {
      throw CommandError(.usage, "\(source): expected an object.\nCopy everything below it with --recursive.")
    }
    let key = try ObjectKey(parsing: name)
    let to = try StoreURL(parsing: target)
    let isFolder = try target.hasSuffix("/") || to.path.isEmpty || (to.isLocal && isDirectory(to.path))
    guard let (parent, newName) = isFolder ? (to, name) : to.splittingLastComponent else {
      throw CommandError(.usage, "\(target): expected a name for the object.")
    }
    let transfer = try await ObjectTransfer(from: end(folder), to: end(parent))
    let info = try await transfer.source.store.head(key)
    return (transfer, [ObjectTransfer.Item(info, to: try ObjectKey(parsing: newName))])
  }

  private func isDirectory(_ path: String) throws -> Bool {
    try FileSystem.status(of: path)?.kind == .directory
  }

  private func end(_ address: String) async throws -> ObjectTransfer.End {
    try await end(StoreURL(parsing: address))
  }

  private func end(_ url: StoreURL) async throws -> ObjectTransfer.End {
    try await ObjectTransfer.End(url, .commandLine)
  }
}
