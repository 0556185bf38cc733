import ObjectStorage

extension Behaviour {
  static let listing = [
    Behaviour("list-none", "a prefix without objects gives one empty page", needs: .list) {
      scope, checks throws(ObjectStoreError) in
      for delimiter in [nil, "/"] {
        let listed = try await scope.list(checks, "nothing", delimiter: delimiter)
        checks.equal(listed.names + listed.prefixes, [], "names")
        checks.equal(listed.pageCount, 1, "pages")
      }
    },
    Behaviour("list-prefix", "a prefix is a beginning of the key, wherever it ends", needs: .list) {
      scope, checks throws(ObjectStoreError) in
      let names = ["a/1", "a/2", "a/b/3", "a-1", "ab/4", "b", "a0"]
      for name in names { try await scope.put(name, Array(name.utf8)) }
      for prefix in ["", "a", "a/", "a/b", "a/b/", "a/b/3", "a/b/3/", "A", "/"] {
        let expected = sorted(names.filter { $0.hasPrefix(prefix) })
        checks.equal(try await scope.list(checks, prefix).names, expected, "names from \"\(prefix)\"")
      }
    },
    Behaviour("list-delimiter", "keys that hold the delimiter are folded, each beginning once", needs: .list)
    {
      scope, checks throws(ObjectStoreError) in
      let names = ["a/1", "a/2", "a/b/3", "a/b/4", "a/c/5", "a-1", "b", "c/d/e/6", "c-/7"]
      for name in names { try await scope.put(name, []) }
      for prefix in ["", "a", "a/", "a/b", "a/b/", "c", "c/", "c/d/", "x"] {
        let listed = try await scope.list(checks, prefix, delimiter: "/")
        var plain: [String] = []
        var folded: [String] = []
        for name in sorted(names) where name.hasPrefix(prefix) {
          let rest = name.dropFirst(prefix.count)
          guard let mark = rest.firstIndex(of: "/") else {
            plain.append(name)
            continue
          }
          let beginning = prefix + rest[...mark]
          if folded.last != beginning { folded.append(beginning) }
        }
        checks.equal(listed.names, plain, "names from \"\(prefix)\"")
        checks.equal(listed.prefixes, folded, "prefixes from \"\(prefix)\"")
      }
    },
    Behaviour("list-pages", "pages give every object once, in order", needs: .list) {
      scope, checks throws(ObjectStoreError) in
      let names = (0..<scope.options.listedObjectCount).map { "p/\($0 % 7)/\($0)" }
      try await scope.putAll(names)
      let listed = try await scope.list(checks)
      checks.equal(listed.names, sorted(names), "names over \(listed.pageCount) pages")
      let folded = try await scope.list(checks, "p/", delimiter: "/")
      checks.equal(folded.prefixes, (0..<min(7, names.count)).map { "p/\($0)/" }, "prefixes")
    },
    Behaviour("list-delete", "a page's token is good after the page's objects were deleted", needs: .list) {
      scope, checks throws(ObjectStoreError) in
      let names = (0..<scope.options.listedObjectCount).map { "\(100_000 + $0)" }
      try await scope.putAll(names)
      var seen: [String] = []
      var token: String?
      repeat {
        let page = try await scope.store.list(scope.prefix, delimiter: nil, after: token)
        for object in page.objects {
          seen.append(String(object.key.text.dropFirst(scope.prefix.count)))
          try await scope.store.delete(object.key)
        }
        token = page.nextToken
      } while token != nil && seen.count <= names.count
      checks.equal(seen, names, "names")
    },
    Behaviour("list-order", "keys come in the order of their UTF-8 bytes", needs: .list) {
      scope, checks throws(ObjectStoreError) in
      // U+FF5E is above U+1F98A in UTF-16 and below it in UTF-8; capitals come before small letters.
      let names = ["b", "a", "Z", "é", "z", "0", "\u{FF5E}", "🦊", "a b", "a.b", "a_b"]
      for name in names { try await scope.put(name, []) }
      checks.equal(utf8(try await scope.list(checks).names), utf8(sorted(names)), "names")
    },
    Behaviour(
      "list-fresh", "a listing shows a write that ended before it, and no deleted object", needs: .list
    ) {
      scope, checks throws(ObjectStoreError) in
      for round in 0..<5 {
        try await scope.put("\(round)", pattern(round))
        let listed = try await scope.list(checks).objects
        checks.equal(listed.map(\.byteCount), [round], "sizes in round \(round)")
        try await scope.store.delete(scope.key("\(round)"))
      }
    },
  ]
}

extension Scope {
  /// Puts small objects, several at once.
  func putAll(_ names: [String]) async throws(ObjectStoreError) {
    let failure = await withTaskGroup(of: ObjectStoreError?.self) { group in
      var first: ObjectStoreError?
      for (index, name) in names.enumerated() {
        if index >= options.concurrency, let error = await group.next() ?? nil { first = first ?? error }
        group.addTask {
          do throws(ObjectStoreError) {
            try await put(name, Array(name.utf8))
            return nil
          } catch {
            return error
          }
        }
      }
      for await error in group { first = first ?? error }
      return first
    }
    if let failure { throw failure }
  }
}
