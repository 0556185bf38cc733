import BinaryIO
import ObjectStorage

extension Behaviour {
  static let copying = [
    Behaviour("copy", "a copy has the object's bytes, also under odd names, and outlives it", needs: .copy) {
      scope, checks throws(ObjectStoreError) in
      for (index, name) in ["plain", "a b+c%2Bd", "f/ü日🦊"].enumerated() {
        let bytes = pattern(70_000 + index, seed: index)
        try await scope.put("from/" + name, bytes)
        let info = try await scope.copy("from/" + name, to: "to/" + name)
        checks.equal(info.byteCount, bytes.count, "size of the copy of \"\(name)\"")
        checks.equal(info.key, try scope.key("to/" + name), "key of the copy")
        let head = try await scope.store.head(scope.key("to/" + name))
        checks.equal(info.entityTag, head.entityTag, "entity tag of the copy")
        try await scope.store.delete(scope.key("from/" + name))
        checks.equal(try await scope.bytes("to/" + name), bytes, "bytes of the copy of \"\(name)\"")
      }
    },
    Behaviour("copy-over", "a copy replaces what is there, unless it is to create only", needs: .copy) {
      scope, checks throws(ObjectStoreError) in
      try await scope.put("a", [1])
      try await scope.put("b", [2, 2])
      try await checks.expect(.notFound, "a copy of nothing") { () throws(ObjectStoreError) in
        try await scope.copy("none", to: "b")
      }
      if scope.store.abilities.contains(.createOnly) {
        try await checks.expect(.alreadyExists, "a create-only copy") { () throws(ObjectStoreError) in
          try await scope.copy("a", to: "b", createOnly: true)
        }
      }
      checks.equal(try await scope.bytes("b"), [2, 2], "bytes after refused copies")
      try await scope.copy("a", to: "b")
      checks.equal(try await scope.bytes("b"), [1], "bytes after the copy")
      checks.equal(try await scope.list(checks).names, ["a", "b"], "names")
    },
    Behaviour(
      "delete-many", "many objects are deleted at once; what is not there is no failure", needs: .write
    ) {
      scope, checks throws(ObjectStoreError) in
      let names = (0..<12).map { "d/\($0) &<ü>" }
      try await scope.putAll(names + ["kept"])
      // More keys than a service takes in one request, hardly any of which is there; one twice.
      var keys = try names.map { name throws(ObjectStoreError) in try scope.key(name) }
      for number in 0..<1100 { keys.append(try scope.key("never/\(number)")) }
      keys.append(try scope.key(names[0]))
      let failures = await scope.store.delete(keys)
      if let error = failures.values.first(where: { $0.code == .unsupported }) { throw error }
      checks.equal(
        failures.count, 0, "keys that were not deleted, such as \(failures.first.map { "\($0)" } ?? "")")
      checks.equal(try await scope.list(checks).names, ["kept"], "names")
      checks.equal(await scope.store.delete([]).count, 0, "failures of deleting nothing")
    },
    Behaviour("ranges-at-once", "several ranges by one call bring each its bytes") {
      scope, checks throws(ObjectStoreError) in
      let bytes = pattern(700_000)
      try await scope.put("a", bytes)
      let ranges = [
        5..<10, 0..<3, 8..<20, 690_000..<700_000, 400_000..<400_000, 350_000..<350_001, 0..<700_000,
      ]
      let sinks = ranges.map { _ in MemorySink(limit: .megabytes(1)) }
      let info = try await scope.store.get(scope.key("a"), ranges: ranges, into: sinks)
      checks.equal(info?.byteCount, bytes.count, "the whole object's size")
      for (range, sink) in zip(ranges, sinks) {
        checks.expect(sink.takeBytes() == Array(bytes[range]), "the bytes \(range) differ")
      }
      try await checks.expect(.rangeNotSatisfiable, "a range past the end") { () throws(ObjectStoreError) in
        try await scope.store.get(
          scope.key("a"), ranges: [0..<1, 699_999..<700_001],
          into: [MemorySink(limit: .megabytes(1)), MemorySink(limit: .megabytes(1))])
      }
    },
    Behaviour("list-after", "a listing can start after a key that need not be there", needs: .list) {
      scope, checks throws(ObjectStoreError) in
      let names = ["a", "b/1", "b/2", "c", "d/1", "e"]
      for name in names { try await scope.put(name, []) }
      for start in ["a", "a0", "b/1", "b/9", "e", "0", "zz"] {
        var found: [String] = []
        var token: String?
        repeat {
          let page = try await scope.store.list(
            scope.prefix, delimiter: nil, startingAfter: scope.key(start), after: token)
          found += page.objects.map { String($0.key.text.dropFirst(scope.prefix.count)) }
          token = page.nextToken
        } while token != nil && found.count <= names.count
        checks.equal(found, names.filter { $0 > start }, "names after \"\(start)\"")
      }
    },
  ]
}

extension Scope {
  @discardableResult
  fileprivate func copy(
    _ source: String, to target: String, createOnly: Bool = false
  ) async throws(ObjectStoreError) -> ObjectInfo {
    try await store.copy(key(source), to: key(target), options: PutOptions(createOnly: createOnly))
  }
}
