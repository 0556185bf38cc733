import ArgumentParser
import PythonJSON
import Streaming

/// `streaming ls`: objects below an address.
struct ListVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls",
    abstract: "List objects with their sizes and times.",
    discussion: """
      Folders end in a slash, and are entered with --recursive. Prints a page as it comes, so a bucket of any size can \
      be listed. The last line of a terminal tells the count.

      EXAMPLE
        streaming ls s3://bucket/digits --recursive
      """)

  @Argument(help: "A directory or URL, or a single object's.", completion: .directory)
  var address: String

  @Flag(name: .shortAndLong, help: "List everything below, not only the next level.")
  var recursive = false

  @Flag(help: "Print one JSON object for each line.")
  var json = false

  func run() async throws {
    let url = try StoreURL(parsing: address)
    let store = try await ObjectStoreRegistry.commandLine.open(url)
    var token: String?
    var count = 0
    repeat {
      let page = try await store.list("", delimiter: recursive ? nil : "/", after: token)
      for prefix in page.prefixes { show(prefix: prefix) }
      for info in page.objects { show(info) }
      count += page.objects.count + page.prefixes.count
      if page.unusableKeyCount > 0 {
        printError(
          "streaming: \(page.unusableKeyCount) objects have names that are no keys, and are left out")
      }
      token = page.nextToken
    } while token != nil
    if count == 0 { try await showSingle(url) }
  }

  /// The address of one object lists that object.
  private func showSingle(_ url: StoreURL) async throws {
    guard url.splittingLastComponent != nil else { return }
    let (store, key) = try await ObjectStoreRegistry.commandLine.open(object: url)
    show(try await store.head(key))
  }

  private func show(prefix: String) {
    print(
      json
        ? JSONValue.object([("prefix", .string(prefix))]).line
        : padded("", 14) + "  " + padded("", 20) + "  " + prefix)
  }

  private func show(_ info: ObjectInfo) {
    let time = info.modified?.iso8601 ?? ""
    guard json else {
      return print(padded("\(info.byteCount)", 14) + "  " + padded(time, 20) + "  " + info.key.text)
    }
    var members: [(String, JSONValue)] = [
      ("key", .string(info.key.text)), ("byte_count", .integer(info.byteCount)),
    ]
    if !time.isEmpty { members.append(("modified", .string(time))) }
    if let tag = info.entityTag { members.append(("entity_tag", .string(tag))) }
    print(JSONValue.object(members).line)
  }
}

/// A text moved to the right end of so many columns.
func padded(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}
