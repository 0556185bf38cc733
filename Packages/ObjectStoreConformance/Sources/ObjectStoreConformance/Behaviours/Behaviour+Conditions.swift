import BinaryIO
import ObjectStorage

extension Behaviour {
  static let conditions = [
    Behaviour(
      "overwrite", "a second write replaces the first, also by fewer bytes; the entity tag changes",
      needs: .write
    ) {
      scope, checks throws(ObjectStoreError) in
      let first = try await scope.put("a", pattern(5000))
      let second = try await scope.put("a", pattern(10, seed: 1))
      checks.equal(try await scope.bytes("a"), pattern(10, seed: 1), "bytes")
      checks.equal(try await scope.store.head(scope.key("a")).byteCount, 10, "size")
      checks.equal(try await scope.list(checks).names, ["a"], "names")
      if let tag = first.entityTag {
        checks.expect(tag != second.entityTag, "the entity tag is the same: \(tag)")
      }
    },
    Behaviour("create-only", "a create-only write meets an object and leaves it alone", needs: .createOnly) {
      scope, checks throws(ObjectStoreError) in
      try await scope.put("a", [1], createOnly: true)
      for bytes in [[], [2]] as [[UInt8]] {
        try await checks.expect(.alreadyExists, "a second write") { () throws(ObjectStoreError) in
          try await scope.put("a", bytes, createOnly: true)
        }
      }
      checks.equal(try await scope.bytes("a"), [1], "bytes")
      try await scope.store.delete(scope.key("a"))
      try await scope.put("a", [3], createOnly: true)
      checks.equal(try await scope.bytes("a"), [3], "bytes after a delete")
    },
    Behaviour(
      "write-if-match", "a write with an entity tag replaces only that object", needs: .conditionalWrite
    ) {
      scope, checks throws(ObjectStoreError) in
      let first = try await scope.put("a", [1])
      guard let tag = first.entityTag else { throw Self.noTags }
      let second = try await scope.put("a", [2], ifMatch: tag)
      try await checks.expect(.preconditionFailed, "the old tag") { () throws(ObjectStoreError) in
        try await scope.put("a", [3], ifMatch: tag)
      }
      checks.equal(try await scope.bytes("a"), [2], "bytes")
      try await scope.put("a", [4], ifMatch: second.entityTag)
      checks.equal(try await scope.bytes("a"), [4], "bytes")
    },
    Behaviour(
      "read-if-match", "a read with an entity tag gives that object's bytes or none", needs: .conditionalRead
    ) {
      scope, checks throws(ObjectStoreError) in
      let first = try await scope.put("a", pattern(100))
      guard let tag = first.entityTag else { throw Self.noTags }
      checks.equal(try await scope.bytes("a", ifMatch: tag), pattern(100), "bytes")
      checks.equal(try await scope.bytes("a", .from(90), ifMatch: tag), Array(pattern(100)[90...]), "a part")
      try await scope.put("a", pattern(100, seed: 1))
      for range in [nil, ByteRange.from(50)] {
        let sink = MemorySink(limit: .megabytes(1))
        try await checks.expect(.preconditionFailed, "the old tag") { () throws(ObjectStoreError) in
          try await scope.store.get(
            scope.key("a"), options: GetOptions(range: range, ifMatch: tag), into: sink)
        }
        checks.equal(sink.receivedByteCount, 0, "bytes in the sink")
      }
    },
    Behaviour(
      "delete", "a deleted object is gone; deleting again, or what never was, is no error", needs: .write
    ) {
      scope, checks throws(ObjectStoreError) in
      try await scope.put("a", [1])
      try await scope.put("ab", [2])
      for _ in 0..<2 { try await scope.store.delete(scope.key("a")) }
      try await scope.store.delete(scope.key("never/was"))
      try await checks.expect(.notFound, "head") { () throws(ObjectStoreError) in
        try await scope.store.head(scope.key("a"))
      }
      try await checks.expect(.notFound, "get") { () throws(ObjectStoreError) in try await scope.bytes("a") }
      checks.equal(try await scope.list(checks).names, ["ab"], "names")
    },
  ]

  private static let noTags = ObjectStoreError(.unsupported, url: "store", detail: "it gives no entity tags")
}
