import ObjectStorage

extension Behaviour {
  /// Runs `body` for 0..<count at once; the first error of a kind that is not expected is thrown.
  // A function and not the task's closure, where optimised builds of Swift 6.3.1 lose what a typed `do` captured.
  private static func outcome<R: Sendable>(
    of body: @Sendable (Int) async throws(ObjectStoreError) -> R, _ index: Int
  ) async -> (Int, Result<R, ObjectStoreError>) {
    do throws(ObjectStoreError) {
      return (index, .success(try await body(index)))
    } catch {
      return (index, .failure(error))
    }
  }

  private static func atOnce<R: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) async throws(ObjectStoreError) -> R
  ) async -> [Result<R, ObjectStoreError>] {
    await withTaskGroup(of: (Int, Result<R, ObjectStoreError>).self) { group in
      for index in 0..<count {
        group.addTask { await outcome(of: body, index) }
      }
      var results: [(Int, Result<R, ObjectStoreError>)] = []
      for await result in group { results.append(result) }
      return results.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  static let concurrency = [
    Behaviour("many-writers", "objects written at once are all there, each with its own bytes", needs: .write)
    {
      scope, checks throws(ObjectStoreError) in
      let count = scope.options.concurrency * 4
      for result in await atOnce(
        count,
        { index throws(ObjectStoreError) in
          try await scope.put("w/\(index)", pattern(10_000 + index, seed: index))
        })
      { _ = try result.get() }
      let read = await atOnce(count) { index throws(ObjectStoreError) in try await scope.bytes("w/\(index)") }
      for (index, result) in read.enumerated() {
        checks.expect(
          try result.get() == pattern(10_000 + index, seed: index), "the bytes of \(index) differ")
      }
      checks.equal(try await scope.list(checks).names.count, count, "names")
    },
    Behaviour("one-key", "of several writers of one key, one wins whole", needs: .write) {
      scope, checks throws(ObjectStoreError) in
      for round in 0..<3 {
        let written = await atOnce(scope.options.concurrency) { index throws(ObjectStoreError) in
          try await scope.put(
            "a", [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: 50_000 + index))
        }
        for result in written { _ = try result.get() }
        let bytes = try await scope.bytes("a")
        let index = bytes.count - 50_000
        checks.expect(
          (0..<written.count).contains(index)
            && bytes == [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: bytes.count),
          "round \(round): \(bytes.count) bytes of several writers")
      }
    },
    Behaviour(
      "one-creator", "of several create-only writers of one key, exactly one succeeds", needs: .createOnly
    ) {
      scope, checks throws(ObjectStoreError) in
      for round in 0..<5 {
        let written = await atOnce(scope.options.concurrency) { index throws(ObjectStoreError) in
          try await scope.put("\(round)", [UInt8(truncatingIfNeeded: index)], createOnly: true)
        }
        var winners: [Int] = []
        for (index, result) in written.enumerated() {
          switch result {
          case .success: winners.append(index)
          case .failure(let error):
            if error.code == .unsupported { throw error }
            checks.equal(error.code, .alreadyExists, "round \(round): the error of a loser")
          }
        }
        checks.equal(winners.count, 1, "round \(round): winners")
        checks.equal(
          try await scope.bytes("\(round)").map { Int($0) }, winners, "round \(round): the winner's byte")
      }
    },
    Behaviour("readers", "readers of an object that is replaced see one version or the other") {
      scope, checks throws(ObjectStoreError) in
      @Sendable func version(_ number: Int) -> [UInt8] {
        [UInt8](repeating: UInt8(number % 2), count: 200_000 + number % 2)
      }
      try await scope.put("a", version(0))
      let results = await atOnce(scope.options.concurrency + 1) { index throws(ObjectStoreError) -> Bool in
        guard index > 0 else {
          for number in 1..<10 { try await scope.put("a", version(number)) }
          return true
        }
        for _ in 0..<5 {
          let bytes = try await scope.bytes("a")
          if bytes != version(0) && bytes != version(1) { return false }
        }
        return true
      }
      for result in results { checks.expect(try result.get(), "a reader saw a mixture") }
    },
    Behaviour("parallel-ranges", "parts of an object read at once make the whole") {
      scope, checks throws(ObjectStoreError) in
      let bytes = pattern(1_000_003)
      try await scope.put("a", bytes)
      let count = scope.options.concurrency * 2
      let step = (bytes.count + count - 1) / count
      let parts = await atOnce(count) { index throws(ObjectStoreError) in
        try await scope.bytes("a", .bytes((index * step)..<((index + 1) * step)))
      }
      var whole: [UInt8] = []
      for part in parts { whole += try part.get() }
      checks.expect(whole == bytes, "the parts do not make the whole")
    },
  ]
}
