/// One section of the golden data: knows how to compute a case of it from the case's inputs.
///
/// An implementation lives in `Sections/<Name>.swift` and uses the packages' public API. A synchronous `check`
/// satisfies the requirement too. What it throws counts as the failure of this one case.
package protocol ConformanceSection {
  /// The name of the section's folder.
  static var name: String { get }

  /// Computes the case and reports each of its checks.
  static func check(_ goldenCase: GoldenCase, _ report: inout CaseReport) async throws
}

/// The sections that can be checked, and those that cannot yet.
package enum SectionRegistry {
  /// Every section with an implementation; who adds one takes its line out of ``notYet``.
  package static var sections: [any ConformanceSection.Type] {
    [
      RngSection.self, PartitionSection.self, ShuffleSection.self, SamplingSection.self, BatchingSection.self,
      EpochsSection.self,
      StateSection.self, FormatsSection.self, HostileSection.self, WriterSection.self, MergeIndexSection.self,
    ]
  }

  /// Sections whose computation is not built yet: their cases are skipped with this reason, never passed.
  package static let notYet: [String: String] = [:]

  /// The implementation of a section, nil when there is none.
  package static func section(named name: String) -> (any ConformanceSection.Type)? {
    sections.first { $0.name == name }
  }
}
