import Foundation

/// Where the golden conformance data lies: written by upstream itself, never part of a product.
package enum Golden {
  /// The folder with the complete set: `STREAMING_GOLDEN`, else `../shared/golden` beside the checkout; nil when absent.
  package static let path: String? = {
    let candidates = [
      ProcessInfo.processInfo.environment["STREAMING_GOLDEN"], repositoryRoot + "/../shared/golden",
    ]
    return candidates.compactMap { $0 }.first { FileManager.default.fileExists(atPath: $0 + "/manifest.json") }
  }()

  /// The root folder of this checkout.
  package static let repositoryRoot: String = {
    var parts = #filePath.split(separator: "/")
    parts.removeLast(3)
    return "/" + parts.joined(separator: "/")
  }()
}
