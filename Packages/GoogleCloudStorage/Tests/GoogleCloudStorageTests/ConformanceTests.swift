import BinaryIO
import FakeObjectStores
import Foundation
import GoogleCloudStorage
import HTTPTransport
import ObjectStorage
import ObjectStoreConformance
import Testing

/// The suite that every store passes, over this one.
struct ConformanceTests {
  func check(_ store: any ObjectStore, mayFail: Set<String> = []) async {
    for result in await ConformanceSuite(store).run() where !mayFail.contains(result.name) {
      #expect(result.hasPassed, "\(result)")
      if let reason = result.skipReason { #expect(reason.contains("presign") || reason.contains("URL"), "\(result)") }
    }
  }

  @Test("against the fake server, with short pages, large objects in sessions that keep half of what is sent")
  func fake() async throws {
    let server = try FakeGCS {
      $0.pageLength = 7
      $0.keptByteCount = 1 << 20
    }
    var options = GCSOptions(identity: .anonymous, endpoint: try HTTPURL(parsing: server.host.endpoint))
    options.resumableThreshold = 4 << 20
    options.chunkByteCount = 2 << 20
    let bucket = try GCSStore(bucket: "data", options: options, transport: CurlTransport())
    await check(bucket)
    #expect(server.keys(bucket: "data") == [] && server.openSessionCount == 0)
  }

  static let endpoint = ProcessInfo.processInfo.environment["GCS_CONFORMANCE_ENDPOINT"]

  @Test(
    "against the emulator that GCS_CONFORMANCE_ENDPOINT names",
    .enabled(if: endpoint != nil, "needs GCS_CONFORMANCE_ENDPOINT, as IntegrationTests/gcs-emulator sets it"))
  func emulator() async throws {
    let variables = ProcessInfo.processInfo.environment
    var options = GCSOptions(
      identity: .anonymous, endpoint: try HTTPURL(parsing: try #require(Self.endpoint)))
    options.resumableThreshold = 4 << 20
    options.chunkByteCount = 2 << 20
    let name = try #require(variables["GCS_CONFORMANCE_BUCKET"])
    let bucket = try GCSStore(bucket: name, options: options, transport: CurlTransport())
    await check(
      bucket,
      mayFail: Set((variables["GCS_CONFORMANCE_MAY_FAIL"] ?? "").split(separator: "|").map(String.init)))
  }
}
