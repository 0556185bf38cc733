import BinaryIO
import Foundation
import ObjectStorage
import TestSupport
import Testing

/// Memory and local stores, alone and behind a prefix, held to the same behaviour.
struct StoreTests {
  enum Kind: CaseIterable { case memory, local, prefixedMemory, prefixedLocal }

  func withStore(_ kind: Kind, _ body: (any ObjectStore) async throws -> Void) async throws {
    try await withTemporaryDirectory { folder in
      switch kind {
      case .memory: try await body(MemoryStore(pageLength: 3))
      case .local: try await body(LocalStore(folder + "/made/on/demand"))
      case .prefixedMemory:
        try await body(PrefixedStore(MemoryStore(["x": [1]], pageLength: 3), prefix: "p/q"))
      case .prefixedLocal: try await body(PrefixedStore(LocalStore(folder), prefix: "p/q/"))
      }
    }
  }

  @Test("gives back what was put, whole and in ranges", arguments: Kind.allCases)
  func roundTrip(kind: Kind) async throws {
    try await withStore(kind) { store in
      let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      let put = try await store.put("a/b c+%25é.bin", bytes: bytes)
      let head = try await store.head("a/b c+%25é.bin")
      #expect(put == head)
      #expect(head.byteCount == 5000 && head.entityTag != nil && head.key == "a/b c+%25é.bin")
      #expect(try await store.bytes(of: head.key, limit: .megabytes(1)) == bytes)
      #expect(try await store.bytes(of: head.key, range: .bytes(10..<20), limit: 10) == Array(bytes[10..<20]))
      #expect(try await store.bytes(of: head.key, range: .suffix(7), limit: 10) == Array(bytes.suffix(7)))
      #expect(try await store.bytes(of: head.key, range: .from(4990), limit: 10) == Array(bytes[4990...]))
      await expect(.rangeNotSatisfiable) {
        try await store.bytes(of: head.key, range: .from(5000), limit: 10)
      }
      await expect(.tooLarge) { try await store.bytes(of: head.key, limit: 4999) }
    }
  }

  @Test("keeps conditions", arguments: Kind.allCases)
  func conditions(kind: Kind) async throws {
    try await withStore(kind) { store in
      await expect(.notFound) { try await store.head("a") }
      await expect(.notFound) { try await store.bytes(of: "a", limit: 10) }
      let first = try await store.put("a", bytes: [1], options: PutOptions(createOnly: true))
      await expect(.alreadyExists) {
        try await store.put("a", bytes: [2], options: PutOptions(createOnly: true))
      }
      #expect(try await store.bytes(of: "a", limit: 10) == [1])
      let second = try await store.put("a", bytes: [3, 3], options: PutOptions(ifMatch: first.entityTag))
      #expect(second.entityTag != first.entityTag)
      await expect(.preconditionFailed) {
        try await store.put("a", bytes: [4], options: PutOptions(ifMatch: first.entityTag))
      }
      await expect(.preconditionFailed) {
        try await store.get("a", options: GetOptions(ifMatch: first.entityTag), into: MemorySink(limit: 10))
      }
      try await store.delete("a")
      try await store.delete("a")
      #expect(try await !store.contains("a"))
    }
  }

  @Test("lists by bytes, folds at the delimiter, page by page", arguments: Kind.allCases)
  func lists(kind: Kind) async throws {
    try await withStore(kind) { store in
      let names = ["a/1", "a/2", "a/b/3", "a-1", "b", "é", "z/1", "a/b/4", "Z", "x/\u{301}y"]
      for name in names { try await store.put(ObjectKey(parsing: name), bytes: Array(name.utf8)) }
      let sorted = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      let all = try await store.allObjects()
      #expect(all.map(\.key.text) == sorted)
      #expect(all.map(\.byteCount) == sorted.map(\.utf8.count))
      for prefix in ["", "a", "a/", "a/b", "a/b/", "a/b/3", "x", "x/", "é"] {
        let (objects, prefixes) = try await pages(of: store, prefix)
        let (naiveObjects, naivePrefixes) = naiveListing(sorted, prefix)
        #expect(objects == naiveObjects, "\(prefix)")
        #expect(prefixes == naivePrefixes, "\(prefix)")
      }
    }
  }

  func pages(of store: any ObjectStore, _ prefix: String) async throws -> ([String], [String]) {
    var objects: [String] = []
    var prefixes: [String] = []
    var token: String?
    repeat {
      let page = try await store.list(prefix, delimiter: "/", after: token)
      objects += page.objects.map(\.key.text)
      prefixes += page.prefixes
      token = page.nextToken
    } while token != nil
    return (objects, prefixes)
  }

  func naiveListing(_ names: [String], _ prefix: String) -> ([String], [String]) {
    var objects: [String] = []
    var prefixes: [String] = []
    for name in names where name.utf8.starts(with: prefix.utf8) {
      let bytes = Array(name.utf8)
      if let mark = bytes.dropFirst(prefix.utf8.count).firstIndex(of: 0x2F) {
        let folded = String(decoding: bytes[...mark], as: UTF8.self)
        if !prefixes.contains(folded) { prefixes.append(folded) }
      } else {
        objects.append(name)
      }
    }
    return (objects, prefixes)
  }
}

/// Expects an ``ObjectStoreError`` of a code.
func expect<R>(
  _ code: ObjectStoreError.Code, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () async throws -> R
) async {
  let error = await #expect(throws: ObjectStoreError.self, sourceLocation: sourceLocation) {
    _ = try await body()
  }
  #expect(error?.code == code, sourceLocation: sourceLocation)
}
