import FakeObjectStores
import HTTPTransport
import ObjectStorage

extension FaultyBackend {
  /// What goes wrong on the way to any service, whatever it says.
  /// - Parameter isReadOnly: whether the service neither lists nor writes: that must be refused then.
  static func wireFaults(isReadOnly: Bool = false) -> [Fault] {
    let all: Set<FaultMatrix.Operation> = isReadOnly ? [.get] : [.get, .put, .list]
    let otherwise = isReadOnly ? FaultMatrix.Expectation.error(.unsupported) : .notApplicable
    func fault(
      _ name: String, _ kind: FakeFault, _ count: Int?, _ operations: Set<FaultMatrix.Operation>,
      _ expected: FaultMatrix.Expectation = .right
    ) -> Fault {
      Fault(name, .server(kind, count), expected, operations: operations, otherwise: otherwise)
    }
    let stall = FakeFault.stall(after: 100_000, for: .seconds(30))
    return [
      fault("latency of 50 ms", .latency(.milliseconds(50)), 3, all),
      fault("no answer, twice", .noAnswer, 2, all),
      fault("no answer, for ever", .noAnswer, nil, all, .error(.connectionFailed)),
      fault("lost answer, once", .lostAnswer, 1, all),
      fault("reset before the body", .reset(after: 0), 2, all.subtracting([.put])),
      fault("reset within the body", .reset(after: 100_000), 2, [.get]),
      fault("body that ends early", .truncate(after: 100_000), 2, [.get]),
      fault("stall within the body", stall, 1, [.get]),
      fault("trickle of 300 KB/s", .trickle(bytesPerSecond: 300_000), 1, [.get]),
    ] + (isReadOnly ? [] : [fault("listing that ends early", .truncate(after: 100), 2, [.list])])
  }

  /// Connections that count a second without a byte as a stall.
  static func transport() throws(ObjectStoreError) -> CurlTransport {
    var options = CurlOptions()
    options.stallTimeout = .seconds(1)
    return try CurlTransport(options)
  }

  /// What to inject into a server.
  static func serverFault(_ fault: Fault) throws(ObjectStoreError) -> (kind: FakeFault, count: RequestMatch) {
    guard case .server(let kind, let count) = fault.inject else {
      throw ObjectStoreError(.misconfigured, url: fault.name)
    }
    return (kind, RequestMatch(count: count))
  }

  /// Starts a server.
  static func started<Server>(_ make: () throws(FakeServerError) -> Server) throws(ObjectStoreError) -> Server {
    do { return try make() } catch {
      throw ObjectStoreError(.misconfigured, url: "\(Server.self)", detail: "\(error)")
    }
  }
}
