extension FuzzTarget {
  /// Targets with a fault each, by which the fuzzers themselves are tested.
  static let planted: [(name: String, make: @Sendable () throws -> FuzzTarget)] = [
    ("planted-trap", { fault("planted-trap") { input in Int(input[0]) - 300 + input.count } }),
    (
      "planted-hang",
      {
        fault("planted-hang") { input in
          let end = ContinuousClock.now + .seconds(3)
          while ContinuousClock.now < end {}
          return input.count
        }
      }
    ),
    ("planted-memory", { fault("planted-memory") { input in [UInt8](repeating: input[0], count: 300 << 20).count } }),
    ("planted-error", { fault("planted-error") { _ in throw BrokenPromise("planted") } }),
  ]

  /// Shows its fault to inputs that start with F, U, so that a fuzzer has to search a little.
  private static func fault(_ name: String, _ body: @escaping @Sendable ([UInt8]) throws -> Int) -> FuzzTarget {
    FuzzTarget(name, seeds: [Array("AU".utf8), Array("FA".utf8)]) { input in
      guard input.count >= 2, input[0] == 0x46, input[1] == 0x55 else { return .refused }
      let value = try body(input)
      // A trap of Swift's own: a number below 0 as an unsigned one.
      return UInt(value) == 0 ? .refused : .accepted
    }
  }
}
