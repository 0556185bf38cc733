import BinaryIO
import ObjectStorage

extension Behaviour {
  static let reading = [
    Behaviour("missing", "a missing object is not found, and the sink gets nothing") {
      scope, checks throws(ObjectStoreError) in
      let key = try scope.key("none")
      try await checks.expect(.notFound, "head") { () throws(ObjectStoreError) in
        try await scope.store.head(key)
      }
      for range in [nil, ByteRange.bytes(0..<1), .suffix(1)] {
        let sink = MemorySink(limit: .megabytes(1))
        try await checks.expect(.notFound, "get") { () throws(ObjectStoreError) in
          try await scope.store.get(key, options: GetOptions(range: range), into: sink)
        }
        checks.equal(sink.receivedByteCount, 0, "bytes in the sink")
      }
    },
    Behaviour("empty", "an empty object is there and has no bytes", needs: .write) {
      scope, checks throws(ObjectStoreError) in
      try await scope.put("a", [])
      checks.equal(try await scope.store.head(scope.key("a")).byteCount, 0, "size")
      checks.equal(try await scope.bytes("a"), [], "bytes")
      for range in [ByteRange.bytes(0..<1), .from(0), .suffix(1)] {
        try await checks.expect(.rangeNotSatisfiable, "\(range)") { () throws(ObjectStoreError) in
          try await scope.bytes("a", range)
        }
      }
    },
    Behaviour("information", "put, head, get and list tell the same of an object") {
      scope, checks throws(ObjectStoreError) in
      let bytes = pattern(1000)
      let put = try await scope.put("a", bytes)
      let head = try await scope.store.head(scope.key("a"))
      checks.equal(head.byteCount, 1000, "size by head")
      checks.equal(head.key, try scope.key("a"), "key by head")
      checks.equal(put.byteCount, head.byteCount, "size by put")
      checks.equal(put.entityTag, head.entityTag, "entity tag by put")
      for range in [nil, ByteRange.bytes(10..<20)] {
        let sink = MemorySink(limit: .megabytes(1))
        let got = try await scope.store.get(scope.key("a"), options: GetOptions(range: range), into: sink)
        checks.equal(
          got.byteCount, 1000, "the whole object's size by get of \(range.map { "\($0)" } ?? "all")")
        checks.equal(got.entityTag, head.entityTag, "entity tag by get")
        checks.equal(sink.receivedByteCount, range == nil ? 1000 : 10, "bytes in the sink")
      }
      let listed = try await scope.list(checks).objects
      checks.equal(listed.map(\.byteCount), [1000], "size by list")
      if let tag = listed.first?.entityTag { checks.equal(tag, head.entityTag, "entity tag by list") }
    },
    Behaviour("ranges", "every range gives exactly its bytes, or says that there are none") {
      scope, checks throws(ObjectStoreError) in
      let bytes = pattern(7)
      try await scope.put("a", bytes)
      var ranges: [ByteRange] = []
      for start in 0...9 {
        ranges += [.from(start), .suffix(start)]
        for end in start...10 { ranges.append(.bytes(start..<end)) }
      }
      ranges += [.bytes(0..<Int.max), .from(.max), .suffix(.max), .bytes((Int.max - 1)..<Int.max)]
      for range in ranges {
        if let resolved = range.resolved(in: bytes.count) {
          checks.equal(try await scope.bytes("a", range), Array(bytes[resolved]), "\(range)")
        } else {
          try await checks.expect(.rangeNotSatisfiable, "\(range)") { () throws(ObjectStoreError) in
            try await scope.bytes("a", range)
          }
        }
      }
    },
    Behaviour("large", "a large object comes back whole, and in parts from anywhere") {
      scope, checks throws(ObjectStoreError) in
      let bytes = pattern(scope.options.largeObject.value)
      let info = try await scope.put("a", bytes)
      checks.equal(info.byteCount, bytes.count, "size")
      checks.expect(try await scope.bytes("a") == bytes, "the bytes differ")
      for start in [0, bytes.count / 3, max(0, bytes.count - 70_000)] {
        let end = min(bytes.count, start + 65_537)
        checks.expect(
          try await scope.bytes("a", .bytes(start..<end)) == Array(bytes[start..<end]),
          "the bytes \(start)..<\(end) differ")
      }
    },
    Behaviour("sink", "a sink's error ends the transfer and comes through as it is") {
      scope, checks throws(ObjectStoreError) in
      try await scope.put("a", pattern(300_000))
      for limit in [0, 1, 299_999] {
        let sink = MemorySink(limit: ByteCount(limit))
        do throws(ObjectStoreError) {
          _ = try await scope.store.get(scope.key("a"), options: GetOptions(), into: sink)
          checks.fail("a sink that takes \(limit) bytes: expected its error, found none")
        } catch {
          checks.equal(error.code, .tooLarge, "the error of a sink that takes \(limit) bytes")
          checks.equal(error.url, "memory", "where the error happened")
        }
        checks.expect(sink.receivedByteCount <= limit, "the sink counts what it refused")
      }
      checks.equal(try await scope.bytes("a").count, 300_000, "the object's size afterwards")
    },
  ]
}
