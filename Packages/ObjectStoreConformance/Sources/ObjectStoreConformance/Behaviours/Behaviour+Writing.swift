import ObjectStorage

/// A source that breaks at one byte.
struct BreakingSource: ByteSource {
  let byteCount: Int
  let breaksAt: Int

  func read(at byteOffset: Int, into out: inout OutputSpan<UInt8>) throws(ObjectStoreError) {
    var position = byteOffset
    while !out.isFull, position < byteCount {
      if position >= breaksAt {
        throw ObjectStoreError(.localFile, url: "breaking source", detail: "it breaks")
      }
      out.append(UInt8(truncatingIfNeeded: position))
      position += 1
    }
  }
}

extension Behaviour {
  static let writing = [
    Behaviour("broken-source", "a source that breaks makes no object, and replaces none", needs: .write) {
      scope, checks throws(ObjectStoreError) in
      try await scope.put("old", [1, 2, 3])
      for (name, breaksAt) in [("new", 0), ("new", 70_000), ("old", 0), ("old", 199_999)] {
        let source = BreakingSource(byteCount: 200_000, breaksAt: breaksAt)
        try await checks.expect(.localFile, "a source that breaks at \(breaksAt)") {
          () throws(ObjectStoreError) in
          try await scope.store.put(scope.key(name), from: source, options: PutOptions())
        }
      }
      checks.equal(try await scope.bytes("old"), [1, 2, 3], "bytes of the object that was there")
      checks.equal(try await scope.list(checks).names, ["old"], "names")
    },
    Behaviour("cancelled", "a cancelled task ends soon, by an error or by its result") {
      scope, checks throws(ObjectStoreError) in
      try await scope.put("a", pattern(1 << 20))
      let start = ContinuousClock.now
      let codes = await withTaskGroup(of: ObjectStoreError.Code?.self) { group in
        for _ in 0..<4 {
          group.addTask {
            do throws(ObjectStoreError) {
              _ = try await scope.bytes("a")
              return nil
            } catch {
              return error.code
            }
          }
        }
        group.cancelAll()
        var codes: [ObjectStoreError.Code] = []
        for await case let code? in group { codes.append(code) }
        return codes
      }
      checks.expect(start.duration(to: .now) < .seconds(10), "it took \(start.duration(to: .now))")
      for code in codes { checks.equal(code, .cancelled, "the error of a cancelled task") }
      checks.equal(try await scope.bytes("a").count, 1 << 20, "the object's size afterwards")
    },
  ]
}
