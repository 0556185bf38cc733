import SystemLibC

/// The process's environment, or a stand-in for it. An empty value counts as none.
public struct EnvironmentVariables: Sendable {
  private let values: [String: String]?
  private var replaced: [String: String] = [:]

  /// The process's own, read when asked.
  public static let process = EnvironmentVariables(values: nil)

  /// Given variables.
  public init(_ values: [String: String]) { self.init(values: values) }

  private init(values: [String: String]?) { self.values = values }

  /// The same variables but for one.
  /// - Parameter value: nil to take it away.
  public func replacing(_ name: String, by value: String?) -> EnvironmentVariables {
    var changed = self
    changed.replaced[name] = value ?? ""
    return changed
  }

  /// A variable's value, nil when it is not set or empty.
  public subscript(name: String) -> String? {
    let value = replaced[name] ?? values.map { $0[name] } ?? getenv(name).map { String(cString: $0) }
    return value?.isEmpty == false ? value : nil
  }
}
