import ObjectStorage

extension Behaviour {
  /// Names that are easily changed on their way: by encoding, decoding, trimming or escaping.
  static let oddNames = [
    "with space", " leading", "trailing ", "two  spaces", "plus+plus", "percent%percent", "%20", "%2F", "%zz",
    "100%",
    "tilde~", "star*", "quote'", "double\"quote", "question?x=1", "hash#frag", "amp&amp;", "semi;colon",
    "equal=",
    "at@", "colon:", "comma,", "dollar$", "bang!", "(paren)", "[bracket]", "{brace}", "<angle>", "pipe|",
    "caret^",
    "back`tick", "back\\slash", "dot.", "..dots", "ünïcödé", "日本語", "🦊", "e\u{301}", "\u{E9}", "-dash",
    "_under",
    "CAPITAL", "capital", "a+b c%2Bd", "name.tar.gz", "\u{2028}line",
  ]

  static let names = [
    Behaviour("odd-names", "every character of a name is kept: written, read, listed", needs: .write) {
      scope, checks throws(ObjectStoreError) in
      for (index, name) in oddNames.enumerated() {
        try await scope.put("o/" + name, pattern(20, seed: index))
      }
      for (index, name) in oddNames.enumerated() {
        checks.equal(try await scope.bytes("o/" + name), pattern(20, seed: index), "bytes of \"\(name)\"")
      }
      let listed = utf8(try await scope.list(checks, "o/").names)
      for name in sorted(oddNames.map { "o/" + $0 }) where !listed.contains(Array(name.utf8)) {
        checks.fail("\"\(name)\" is not listed")
      }
      checks.equal(listed.count, oddNames.count, "names listed")
    },
    Behaviour("odd-prefixes", "odd characters in a prefix and in what is folded are kept") {
      scope, checks throws(ObjectStoreError) in
      for name in oddNames { try await scope.put("\(name)/x", []) }
      let folded = utf8(try await scope.list(checks, delimiter: "/").prefixes)
      checks.equal(folded.count, oddNames.count, "prefixes listed")
      for name in oddNames {
        checks.expect(folded.contains(Array("\(name)/".utf8)), "\"\(name)/\" is not among the prefixes")
        checks.equal(utf8(try await scope.list(checks, "\(name)/").names), utf8(["\(name)/x"]), "names in it")
      }
    },
    Behaviour("lookalikes", "names that only look alike are different objects") {
      scope, checks throws(ObjectStoreError) in
      let pairs = [("a b", "a+b"), ("a b", "a%20b"), ("A", "a"), ("é", "e\u{301}"), ("a", "a "), ("ﬁ", "fi")]
      for (index, pair) in pairs.enumerated() {
        try await scope.put("\(index)/\(pair.0)", [1])
        try await checks.expect(.notFound, "\"\(pair.1)\" beside \"\(pair.0)\"") {
          () throws(ObjectStoreError) in
          try await scope.bytes("\(index)/\(pair.1)")
        }
        try await scope.put("\(index)/\(pair.1)", [2])
        checks.equal(try await scope.bytes("\(index)/\(pair.0)"), [1], "bytes of \"\(pair.0)\"")
        checks.equal(
          try await scope.list(checks, "\(index)/").names.count, 2, "names listed for \"\(pair.1)\"")
      }
    },
    Behaviour("long-name", "a key can be as long as it says") { scope, checks throws(ObjectStoreError) in
      var name = ""
      let room = scope.options.longestKey - scope.prefix.utf8.count
      while name.utf8.count < room { name += name.utf8.count % 100 == 99 ? "/" : "n" }
      if name.hasSuffix("/") { name = name.dropLast() + "n" }
      try await scope.put(name, [1, 2])
      checks.equal(try await scope.bytes(name), [1, 2], "bytes")
      checks.equal(try await scope.list(checks, "n").names, [name], "names")
    },
    Behaviour("nested-names", "a key may be the beginning of another, or the store says that it can't be") {
      scope, checks throws(ObjectStoreError) in
      try await scope.put("a", [1])
      do throws(ObjectStoreError) {
        try await scope.put("a/b", [2])
      } catch {
        // A directory can't be a file: any error will do, but the first object stays.
        checks.equal(try await scope.bytes("a"), [1], "bytes of the first after `\(error.code)`")
        throw ObjectStoreError(.unsupported, url: "store", detail: "keys that begin another", cause: error)
      }
      checks.equal(try await scope.bytes("a"), [1], "bytes of the first")
      checks.equal(try await scope.bytes("a/b"), [2], "bytes of the second")
      checks.equal(try await scope.list(checks).names, ["a", "a/b"], "names")
      try await scope.store.delete(scope.key("a"))
      checks.equal(try await scope.list(checks).names, ["a/b"], "names after the first is gone")
    },
  ]
}
