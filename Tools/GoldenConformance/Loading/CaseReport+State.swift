import PythonJSON
import SampleOrder

extension CaseReport {
  /// Checks upstream's keys of a state; whatever we store beside them is ours.
  mutating func expectEqual(_ state: CheckpointState, _ expected: JSONValue, _ what: String) {
    for (key, value) in expected.object ?? JSONObject() {
      let came = state.json.object?[key]
      expect(came == value, "\(what): expected \(key) \(value), came \(came.map { "\($0)" } ?? "nothing")")
    }
  }
}
