public import BinaryIO
public import ObjectStorage

/// Holds a store to what the rest of this system expects of it: call it in the tests of a store of yours.
///
/// ```swift
/// for result in await ConformanceSuite(store).run() { #expect(result.hasPassed, "\(result)") }
/// ```
public struct ConformanceSuite: Sendable {
  /// What to run, and how large.
  public struct Options: Sendable {
    /// Where the objects go; they are deleted afterwards. Nothing else may be under it.
    public var prefix: String
    /// The size of the large object: set it above your store's limit for one request, if it has one.
    public var largeObject: ByteCount = .megabytes(9)
    /// Objects in the listings: set it above your store's page length, to see pages.
    public var listedObjectCount = 25
    /// The longest key in bytes: less where something in front of the store adds a prefix.
    public var longestKey = ObjectKey.maximumByteCount
    /// Tasks at once.
    public var concurrency = 8

    /// - Parameter prefix: a random one by default, so that runs side by side do not meet.
    public init(prefix: String = "conformance-\(UInt64.random(in: .min ... .max))") { self.prefix = prefix }
  }

  let store: any ObjectStore
  let options: Options

  public init(_ store: any ObjectStore, _ options: Options = Options()) {
    self.store = store
    self.options = options
  }

  /// The names of all behaviours, in the order in which they run.
  public static var behaviourNames: [String] { Behaviour.all.map { $0.name } }

  /// Runs all behaviours, one after another, and deletes what they made.
  ///
  /// An operation that the store does not have (`.unsupported`) skips the behaviour, visibly in
  /// ``BehaviourResult/skipReason``, unless the store declares the ability: then it is a failure.
  public func run() async -> [BehaviourResult] {
    var results: [BehaviourResult] = []
    for behaviour in Behaviour.all { results.append(await run(behaviour)) }
    return results
  }

  private func run(_ behaviour: Behaviour) async -> BehaviourResult {
    let scope = Scope(store: store, prefix: "\(options.prefix)/\(behaviour.folder)/", options: options)
    let checks = Checks()
    var skipReason: String?
    do throws(ObjectStoreError) {
      try await behaviour.body(scope, checks)
    } catch {
      let promised = store.abilities.intersection(behaviour.needs)
      if error.code == .unsupported, promised.isEmpty {
        skipReason = "\(error)"
      } else {
        checks.fail((promised.isEmpty ? "threw " : "the store declares \(promised), and threw ") + "\(error)")
      }
    }
    await cleanUp(scope.prefix)
    return BehaviourResult(name: behaviour.name, failures: checks.failures, skipReason: skipReason)
  }

  /// Best effort: a store that can't list or delete keeps the objects.
  private func cleanUp(_ prefix: String) async {
    guard let objects = try? await store.allObjects(withPrefix: prefix) else { return }
    for object in objects { _ = try? await store.delete(object.key) }
  }
}

/// How a store did at one behaviour.
public struct BehaviourResult: Sendable, Hashable, CustomStringConvertible {
  /// The behaviour, as a sentence.
  public let name: String
  /// What was expected and what came, a line each.
  public let failures: [String]
  /// The operation that the store does not have, if that kept the behaviour from being looked at.
  public let skipReason: String?

  /// Whether nothing was found; also true when it was skipped.
  public var hasPassed: Bool { failures.isEmpty }

  public var description: String {
    if !failures.isEmpty { return "\(name): \(failures.joined(separator: "; "))" }
    return skipReason.map { "\(name): skipped, \($0)" } ?? "\(name): passed"
  }
}

/// One thing that every store does, or says that it can't.
struct Behaviour: Sendable {
  let folder: String
  let name: String
  /// What a store declares that can do all of this: then it must not be skipped.
  let needs: StoreAbilities
  let body: @Sendable (Scope, Checks) async throws(ObjectStoreError) -> Void

  init(
    _ folder: String, _ name: String, needs: StoreAbilities = [],
    _ body: @escaping @Sendable (Scope, Checks) async throws(ObjectStoreError) -> Void
  ) {
    self.folder = folder
    self.name = name
    self.needs = needs
    self.body = body
  }

  static let all = reading + conditions + listing + names + writing + copying + concurrency
}
