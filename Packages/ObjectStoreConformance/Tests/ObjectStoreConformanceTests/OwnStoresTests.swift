import BinaryIO
import ObjectStorage
import ObjectStoreConformance
import TestSupport
import Testing

@Suite("Stores that conform")
struct OwnStoresTests {
  @Test("there are at least 18 behaviours, each with a name of its own")
  func names() {
    #expect(ConformanceSuite.behaviourNames.count >= 18)
    #expect(Set(ConformanceSuite.behaviourNames).count == ConformanceSuite.behaviourNames.count)
  }

  func check(_ store: any ObjectStore, skips: [String] = [], longestKey: Int = 1024) async {
    var options = ConformanceSuite.Options()
    options.largeObject = .megabytes(3)
    options.longestKey = longestKey
    let results = await ConformanceSuite(store, options).run()
    for result in results { #expect(result.hasPassed, "\(result)") }
    #expect(results.filter { $0.skipReason != nil }.map(\.name) == skips)
  }

  @Test("the memory store, for each length of page", arguments: [1, 3, 1000])
  func memory(pageLength: Int) async throws {
    let store = MemoryStore(pageLength: pageLength)
    await check(store)
    let left = try await store.allObjects()
    #expect(left.isEmpty, "everything was deleted")
  }

  @Test("a directory")
  func local() async throws {
    try await withTemporaryDirectory { folder in
      await check(
        LocalStore(folder),
        skips: ["a key may be the beginning of another, or the store says that it can't be"])
    }
  }

  @Test("wrappers keep what the store below does")
  func wrapped() async {
    await check(RetryingStore(PrefixedStore(MemoryStore(pageLength: 4), prefix: "p/q")), longestKey: 1020)
  }

  @Test("the example of the README")
  func example() async {
    let store = MemoryStore()
    // snippet: ObjectStoreConformance
    var options = ConformanceSuite.Options()
    options.largeObject = .megabytes(2)
    for result in await ConformanceSuite(store, options).run() { #expect(result.hasPassed, "\(result)") }
    // end snippet
  }
}
