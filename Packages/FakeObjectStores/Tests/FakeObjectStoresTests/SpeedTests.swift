import FakeObjectStores
import Foundation
import SystemLibC
import Testing

/// Figures for the README; run in release by name, alone on the machine.
@Suite("Speed", .serialized)
struct SpeedTests {
  @Test(
    "how fast bodies and small requests go over loopback",
    .enabled(if: ProcessInfo.processInfo.environment["STREAMING_MEASURE"] != nil, "needs STREAMING_MEASURE=1")
  )
  func speed() throws {
    let server = try FakeS3()
    let bytes = (0..<(64 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 24) }
    try server.put(bytes, bucket: "data", key: "big")
    try server.put(Array(bytes.prefix(1000)), bucket: "data", key: "small")
    let client = try RawClient(server)
    for _ in 0..<5 {
      let start = ContinuousClock.now
      for _ in 0..<16 {
        client.send(SignedRequest("GET", "/data/big").bytes())
        #expect(client.drain() == bytes.count)
      }
      let seconds = start.duration(to: .now) / .seconds(1)
      print("64 MiB GET, one connection: \(Int(16 * 64 / seconds)) MiB/s")
    }
    // Signed once: the server checks each, the client does not count.
    let small = SignedRequest("GET", "/data/small").bytes()
    let large = SignedRequest("PUT", "/data/new", body: bytes).bytes()
    for _ in 0..<3 {
      let start = ContinuousClock.now
      for _ in 0..<5000 {
        client.send(small)
        #expect(client.response()?.body.count == 1000)
      }
      print("1000 B GET, one connection: \(Int(5000 / (start.duration(to: .now) / .seconds(1))))/s")
      let put = ContinuousClock.now
      for _ in 0..<4 {
        client.send(large)
        #expect(client.response()?.status == 200)
      }
      print("64 MiB PUT, one connection: \(Int(4 * 64 / (put.duration(to: .now) / .seconds(1)))) MiB/s")
    }
  }
}

extension RawClient {
  /// Reads one answer and throws its body away; returns the body's size.
  func drain() -> Int {
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var received = recv(descriptor, &buffer, buffer.count, 0)
    let text = String(decoding: buffer.prefix(2000), as: UTF8.self)
    guard let end = text.range(of: "\r\n\r\n"), let length = text.range(of: "Content-Length: ") else {
      return -1
    }
    let byteCount = Int(text[length.upperBound...].prefix { $0.isNumber }) ?? -1
    received -= text[..<end.upperBound].utf8.count
    while received < byteCount {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { return received }
      received += count
    }
    return received
  }
}
