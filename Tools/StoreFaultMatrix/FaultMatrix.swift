import BinaryIO
public import ObjectStorage

/// Every fault against every operation of every backend: what came of it, and whether that is as it should be.
public struct FaultMatrix: Sendable {
  /// What is asked of a store while it fails.
  public enum Operation: String, Sendable, CaseIterable {
    case get, put, list
  }

  /// What must come of a fault.
  public enum Expectation: Sendable, Hashable {
    /// The right bytes: the fault passes or is worked around.
    case right
    /// An error of that kind: the fault stays.
    case error(ObjectStoreError.Code)
    /// The fault can't meet this operation.
    case notApplicable
  }

  /// One cell.
  public struct Cell: Sendable, CustomStringConvertible {
    public let backend: String
    public let fault: String
    public let operation: Operation
    public let expected: Expectation
    /// What happened: `right`, the kind of an error, or what was wrong.
    public let outcome: String
    /// How long it took.
    public let time: Duration
    /// Whether the outcome is the expected one, within the deadline.
    public let isGood: Bool

    public var description: String { "\(backend), \(fault), \(operation.rawValue): \(outcome) after \(time)" }
  }

  /// The longest that one operation may take.
  public static let deadline = Duration.seconds(20)

  private let backends: [FaultyBackend]

  /// Makes a matrix of all backends.
  public init() { backends = [.memory, .s3, .googleCloud, .azure, .web] }

  /// Runs all cells, a few at once.
  public func run() async -> [Cell] {
    let jobs = backends.flatMap { backend in
      backend.faults.flatMap { fault in Operation.allCases.map { (backend, fault, $0) } }
    }
    let results = await outcomes(of: jobs.count, window: 8) { index throws(ObjectStoreError) in
      let (backend, fault, operation) = jobs[index]
      return await Self.cell(backend, fault, operation)
    }
    return results.compactMap { try? $0.get() }
  }

  private static func cell(_ backend: FaultyBackend, _ fault: FaultyBackend.Fault, _ operation: Operation)
    async -> Cell
  {
    let expected = fault.expected(operation)
    let start = ContinuousClock.now
    let outcome = expected == .notApplicable ? "–" : await outcome(backend, fault, operation)
    let time = start.duration(to: .now)
    let words =
      switch expected {
      case .right: "right"
      case .error(let code): code.description
      case .notApplicable: "–"
      }
    return Cell(
      backend: backend.name, fault: fault.name, operation: operation, expected: expected, outcome: outcome,
      time: time, isGood: outcome == words && time < deadline)
  }

  private static func outcome(
    _ backend: FaultyBackend, _ fault: FaultyBackend.Fault, _ operation: Operation
  ) async -> String {
    do throws(ObjectStoreError) {
      let bench = try backend.open(fault, operation)
      let problem = try await perform(operation, bench)
      return problem ?? "right"
    } catch {
      return error.code.description
    }
  }

  private static let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 131 >> 4) }

  /// Does it, and compares with what is really there. Returns what is wrong.
  private static func perform(_ operation: Operation, _ bench: FaultyBackend.Bench)
    async throws(ObjectStoreError) -> String?
  {
    try await bench.truth.put("there", bytes: bytes)
    switch operation {
    case .get:
      let found = try await bench.store.bytes(of: "there", limit: .megabytes(1))
      return found == bytes ? nil : "WRONG BYTES"
    case .put:
      try await bench.store.put("new", bytes: bytes)
      return try await bench.truth.bytes(of: "new", limit: .megabytes(1)) == bytes ? nil : "WRONG BYTES"
    case .list:
      let keys = try await bench.store.allObjects().map(\.key)
      return keys == ["there"] ? nil : "WRONG KEYS"
    }
  }

  /// The table as text: a line per backend and fault, a column per operation.
  public static func table(_ cells: [Cell]) -> String {
    var lines = [row(["backend", "fault"] + Operation.allCases.map(\.rawValue))]
    var rows: [(name: String, cells: [Cell])] = []
    for cell in cells {
      let name = row([cell.backend, cell.fault])
      if rows.last?.name == name {
        rows[rows.count - 1].cells.append(cell)
      } else {
        rows.append((name, [cell]))
      }
    }
    for (_, cells) in rows {
      lines.append(
        row([cells[0].backend, cells[0].fault] + cells.map { ($0.isGood ? "" : "BAD ") + $0.outcome }))
    }
    let bad = cells.filter { !$0.isGood }.count
    lines.append("\(cells.count - bad) as expected, \(bad) not")
    return lines.joined(separator: "\n")
  }

  private static func row(_ columns: [String]) -> String {
    zip(columns, [8, 37, 22, 22, 22]).map { text, width in
      text + String(repeating: " ", count: max(1, width - text.count))
    }.joined()
  }
}
