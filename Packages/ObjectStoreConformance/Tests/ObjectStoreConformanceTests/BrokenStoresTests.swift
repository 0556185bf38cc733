import BinaryIO
import ObjectStorage
import ObjectStoreConformance
import Synchronization
import Testing

/// The memory store with one mistake: the suite must find each, by the behaviours that are about it.
struct BrokenStore: ObjectStore {
  enum Mistake: CaseIterable {
    case rangesEndOneLater, suffixFromStart, infoOfThePart, missingIsEmpty, pastTheEndIsEmpty,
      createOnlyIgnored
    case ifMatchIgnored, deleteMissingFails, firstPageOnly, unsorted, prefixIsFolder, spaceIsPlus,
      caseIsIgnored
    case sinkErrorsWrapped, sameTag, partlyWritten, keepsOneByteLess, foldsTwice
  }

  let base = MemoryStore(pageLength: 4)
  let mistake: Mistake

  func key(_ key: ObjectKey) throws(ObjectStoreError) -> ObjectKey {
    switch mistake {
    case .spaceIsPlus: try ObjectKey(parsing: key.text.replacing(" ", with: "+"))
    case .caseIsIgnored: try ObjectKey(parsing: key.text.lowercased())
    default: key
    }
  }

  func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo {
    do {
      var info = try await base.head(self.key(key))
      if mistake == .sameTag { info.entityTag = "\"1\"" }
      return info
    } catch {
      if mistake == .missingIsEmpty { return ObjectInfo(key: key, byteCount: 0, entityTag: "\"0\"") }
      throw error
    }
  }

  func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    var options = options
    if mistake == .ifMatchIgnored { options.ifMatch = nil }
    switch (mistake, options.range) {
    case (.rangesEndOneLater, .bytes(let range)) where range.upperBound < .max:
      options.range = .bytes(range.lowerBound..<(range.upperBound + 1))
    case (.suffixFromStart, .suffix(let count)) where count > 0: options.range = .bytes(0..<count)
    default: break
    }
    do {
      var info = try await base.get(self.key(key), options: options, into: sink)
      if mistake == .infoOfThePart, let range = options.range {
        info.byteCount = range.resolved(in: info.byteCount)?.count ?? 0
      }
      if mistake == .sameTag { info.entityTag = "\"1\"" }
      return info
    } catch {
      if mistake == .pastTheEndIsEmpty, error.code == .rangeNotSatisfiable { return try await base.head(key) }
      if mistake == .sinkErrorsWrapped, error.code == .tooLarge {
        throw ObjectStoreError(.unavailable, url: "broken", cause: error)
      }
      throw error
    }
  }

  func put(
    _ key: ObjectKey, from source: any ByteSource, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    var options = options
    if mistake == .createOnlyIgnored { options.createOnly = false }
    if mistake == .ifMatchIgnored { options.ifMatch = nil }
    var info: ObjectInfo
    do {
      info = try await base.put(self.key(key), from: source, options: options)
    } catch {
      if mistake == .partlyWritten, error.code == .localFile { try await base.put(key, bytes: [1]) }
      throw error
    }
    if mistake == .keepsOneByteLess, info.byteCount > 1 << 20 {
      let bytes = try await base.bytes(of: key, limit: .gigabytes(1))
      info = try await base.put(key, bytes: bytes.dropLast())
    }
    if mistake == .sameTag { info.entityTag = "\"1\"" }
    return info
  }

  func delete(_ key: ObjectKey) async throws(ObjectStoreError) {
    if mistake == .deleteMissingFails { _ = try await base.head(key) }
    try await base.delete(self.key(key))
  }

  func list(
    _ prefix: String, delimiter: String?, after token: String?
  ) async throws(ObjectStoreError) -> ListPage {
    var prefix = mistake == .prefixIsFolder && !prefix.hasSuffix("/") ? prefix + "/" : prefix
    if mistake == .spaceIsPlus { prefix = prefix.replacing(" ", with: "+") }
    if mistake == .caseIsIgnored { prefix = prefix.lowercased() }
    var page = try await base.list(prefix, delimiter: delimiter, after: token)
    if mistake == .firstPageOnly { page.nextToken = nil }
    if mistake == .unsorted { page.objects.reverse() }
    if mistake == .foldsTwice { page.prefixes += page.prefixes }
    if mistake == .sameTag { for index in page.objects.indices { page.objects[index].entityTag = "\"1\"" } }
    return page
  }
}

@Suite("Stores that do not conform", .serialized)
struct BrokenStoresTests {
  @Test("each mistake is found", arguments: BrokenStore.Mistake.allCases)
  func found(mistake: BrokenStore.Mistake) async {
    var options = ConformanceSuite.Options()
    options.largeObject = .megabytes(2)
    let results = await ConformanceSuite(BrokenStore(mistake: mistake), options).run()
    let failed = results.filter { !$0.hasPassed }
    #expect(!failed.isEmpty, "\(mistake) went unseen")
    #expect(failed.count < results.count, "one mistake fails everything: \(mistake)")
    for result in failed { #expect(!result.description.isEmpty && !result.failures.isEmpty) }
  }

  @Test("a store that can only be read skips what it can't do, and fails nothing for that")
  func readOnly() async throws {
    struct ReadOnlyStore: ObjectStore {
      func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo {
        throw ObjectStoreError(.notFound, url: key.text)
      }
      func get(
        _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
      ) async throws(ObjectStoreError) -> ObjectInfo {
        throw ObjectStoreError(.notFound, url: key.text)
      }
    }
    let results = await ConformanceSuite(ReadOnlyStore()).run()
    #expect(results.allSatisfy { $0.hasPassed })
    #expect(results.filter { $0.skipReason == nil }.map(\.name) == [ConformanceSuite.behaviourNames[0]])
  }
}
