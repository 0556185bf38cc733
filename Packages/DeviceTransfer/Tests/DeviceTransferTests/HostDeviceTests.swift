import ColumnarBatch
import DeviceTransfer
import Testing
import Threading

@Suite("The host as a device")
struct HostDeviceTests {
  @Test("batches arrive whole")
  func arrives() async throws {
    let source = try NumberedSource(count: 20)
    // snippet: DeviceTransfer
    var sum: Int64 = 0
    for try await batch in source.transfer(to: HostDevice(), inFlight: 3) {
      let labels = try batch.column("label")
      sum += try labels.elements(as: Int64.self).sum
    }
    // end snippet
    var expected: Int64 = 0
    for number in 0..<20 {
      for row in 0..<NumberedSource.rows(number) { expected += Int64(number * 1000 + row) }
    }
    #expect(sum == expected)
  }

  @Test("rows of a ragged column are where their offsets say")
  func ragged() throws {
    let loader = try NumberedSource(count: 3).transfer(to: HostDevice())
    _ = try loader.nextBlocking()
    let batch = try #require(try loader.nextBlocking())
    let tokens = try batch.column("tokens")
    #expect(try (0..<4).map { try tokens.bytes(row: $0).byteCount } == [2, 4, 6, 0])
    #expect(try tokens.elements(as: UInt16.self)[4] == 7 + 4)
    #expect(try tokens.offsets.count == batch.rowCount + 1)
    #expect(throws: BatchError.self) { _ = try tokens.bytes(row: batch.rowCount).byteCount }
    #expect(throws: BatchError.self) { _ = try tokens.elements(as: Float.self).count }
    #expect(throws: BatchError.self) { _ = try batch.column("label").offsets.count }
  }

  @Test("copies beyond the end of either buffer and foreign queues are refused")
  func refuses() throws {
    let device = HostDevice()
    let staging = try device.allocateStaging(100)
    let buffer = try device.allocateBuffer(50)
    for byteCount in [51, 101, -1] {
      do throws(DeviceError) {
        _ = try device.copy(staging, byteCount: byteCount, to: buffer)
        Issue.record("\(byteCount) bytes were copied")
      } catch {
        #expect(error.code == .copyFailed)
      }
    }
    #expect(throws: DeviceError.self) { _ = try device.record(on: DeviceQueue(handle: 7)) }
  }

  @Test("a callback is made once, also for an event that is long past")
  func notifies() throws {
    let device = HostDevice()
    let count = Monitor(0)
    let event = try device.record(on: device.copyQueue)
    device.notify(after: event) { _ in count.notifying { $0 += 1 } }
    try count.wait(until: .after(.seconds(10)), charging: StallCause("a callback")) { $0 == 1 ? () : nil }
    device.notify(after: event) { _ in count.notifying { $0 += 1 } }
    #expect(count.withLock { $0 } == 2)
  }
}

extension Span where Element == Int64 {
  var sum: Int64 {
    var sum: Int64 = 0
    for index in indices { sum += self[index] }
    return sum
  }
}
