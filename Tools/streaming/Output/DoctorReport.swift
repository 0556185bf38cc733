import PythonJSON
import Streaming
import Synchronization

/// What `streaming doctor` found: names and values in order.
struct DoctorReport {
  private var rows: [(name: String, value: String)] = []

  mutating func add(_ name: String, _ value: String) { rows.append((name, value)) }

  mutating func add(_ diagnosis: StoreDiagnosis) {
    add("service", diagnosis.service)
    if let endpoint = diagnosis.endpoint { add("endpoint", endpoint) }
    if let region = diagnosis.region { add("region", region) }
    for source in diagnosis.credentials {
      add("credentials", "\(source.name): \(source.found)\(source.isUsed ? " (in use)" : "")")
    }
    if let offset = diagnosis.clockOffset { add("clock", clock(offset)) }
    for setting in diagnosis.settings { add(setting.name, setting.value) }
  }

  /// An answer's date has whole seconds: less than two are no difference.
  private func clock(_ offset: Duration) -> String {
    let rounded = (seconds(offset) * 10).rounded() / 10
    if abs(rounded) < 2 { return "this machine and the service agree within 2 s" }
    let warning = abs(rounded) > 300 ? ": set it, signatures are refused from 15 minutes on" : ""
    return "this machine is \(abs(rounded)) s \(rounded > 0 ? "behind" : "ahead of") the service\(warning)"
  }

  /// A line each, names in one column; a name that repeats is written once.
  var lines: [String] {
    let width = rows.map(\.name.count).max() ?? 0
    var before = ""
    return rows.map { row in
      let name = row.name == before ? "" : row.name
      before = row.name
      return name + String(repeating: " ", count: width - name.count + 2) + row.value
    }
  }

  /// One object; what repeats is an array.
  var json: JSONValue {
    var members: [(String, JSONValue)] = []
    for row in rows where !members.contains(where: { $0.0 == row.name }) {
      let values = rows.filter { $0.name == row.name }.map { JSONValue.string($0.value) }
      members.append((row.name, row.name == "credentials" ? .array(values) : values[0]))
    }
    return .object(members)
  }
}

/// Counts bytes and forgets them.
final class CountingSink: ByteSink {
  private let received = Atomic<Int>(0)
  var receivedByteCount: Int { received.load(ordering: .acquiring) }
  func write(_ bytes: RawSpan) throws(ObjectStoreError) {
    received.wrappingAdd(bytes.byteCount, ordering: .releasing)
  }
}
