import ArgumentParser
import PythonJSON
import Streaming

/// `streaming doctor`: why an address works or does not.
struct DoctorVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Tell how an address is reached: credentials, region, endpoint, clock, speed.",
    discussion: """
      Says where credentials were looked for and what was found, never the secret. Lists one page and reads up to 64 \
      MB of the largest object on it. Exits with 0 when the address can be listed or read.

      EXAMPLE
        streaming doctor s3://bucket/digits/train
      """)

  @Argument(help: "A directory or URL, or a single object's.", completion: .directory)
  var address: String

  @Flag(help: "Print one JSON object instead of lines.")
  var json = false

  func run() async throws {
    let url = try StoreURL(parsing: address)
    let store = try await ObjectStoreRegistry.commandLine.open(url)
    var report = DoctorReport()
    report.add("address", url.description)
    report.add(await store.diagnose())
    if !store.abilities.isEmpty { report.add("abilities", store.abilities.description) }
    let failure = await probe(url, store, &report)
    if json { print(report.json.line) } else { for line in report.lines { print(line) } }
    if let failure { throw failure }
  }

  /// Lists and reads; returns why that does not work.
  private func probe(
    _ url: StoreURL, _ store: any ObjectStore, _ report: inout DoctorReport
  ) async -> ObjectStoreError? {
    do throws(ObjectStoreError) {
      let start = ContinuousClock.now
      let page = try await store.list("", delimiter: "/", after: nil)
      let time = milliseconds(start.duration(to: .now))
      let more = page.nextToken == nil ? "" : ", and more pages"
      report.add(
        "listing", "\(page.objects.count) objects and \(page.prefixes.count) folders in \(time) ms\(more)")
      if let largest = page.objects.max(by: { $0.byteCount < $1.byteCount }) {
        try await measure(largest, store, &report)
        return nil
      }
      if !page.prefixes.isEmpty || url.splittingLastComponent == nil { return nil }
    } catch {
      // Some stores can't be listed: a single object may be readable all the same.
      guard error.code == .unsupported else {
        report.add("failure", "\(error.code): \(error.detail)")
        return error
      }
      report.add("listing", "not supported")
    }
    return await probeSingle(url, &report)
  }

  private func probeSingle(_ url: StoreURL, _ report: inout DoctorReport) async -> ObjectStoreError? {
    do throws(ObjectStoreError) {
      let (parent, key) = try await ObjectStoreRegistry.commandLine.open(object: url)
      try await measure(try await parent.head(key), parent, &report)
      return nil
    } catch {
      report.add("failure", "\(error.code): \(error.detail)")
      return error
    }
  }

  private func measure(
    _ info: ObjectInfo, _ store: any ObjectStore, _ report: inout DoctorReport
  ) async throws(ObjectStoreError) {
    let limit = min(info.byteCount, 64 << 20)
    guard limit > 0 else { return report.add("reading", "\(info.key) is empty") }
    let sink = CountingSink()
    let start = ContinuousClock.now
    let reader = SplittingStore(store, policy: SplittingPolicy(pieceByteCount: 8 << 20, window: 4))
    _ = try await reader.get(info.key, options: GetOptions(range: .bytes(0..<limit)), into: sink)
    let elapsed = max(1e-6, seconds(start.duration(to: .now)))
    let rate = (Double(limit) / 1e5 / elapsed).rounded() / 10
    report.add("reading", "\(limit) bytes of \(info.key) at \(rate) MB/s")
  }

  private func milliseconds(_ duration: Duration) -> Double { (seconds(duration) * 10_000).rounded() / 10 }
}
