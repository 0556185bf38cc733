import Foundation

/// How much the tests over random or all settings cover: a part by default, more by the environment.
enum TestScale {
  private static let environment = ProcessInfo.processInfo.environment

  /// Draws of settings, stop point and new world: `ORDER_RESUMES`.
  static let resumes = environment["ORDER_RESUMES"].flatMap { Int($0) } ?? 100
  /// Whether evaluation goes through every size for every batch size, not each size for one of them: `ORDER_EVALUATION=all`.
  static let hasEveryEvaluation = environment["ORDER_EVALUATION"] == "all"
}
