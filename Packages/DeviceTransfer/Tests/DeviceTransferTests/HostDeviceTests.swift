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

  @Test("nothing is copied: the batch lies where the source assembled it, and keeps that memory")
  func shares() throws {
    let device = HostDevice()
    let source = try NumberedSource(count: 40)
    let loader = source.transfer(to: device)
    var held: [DeviceBatch<HostDevice>] = []
    for number in 0..<3 {
      let batch = try #require(try loader.nextBlocking())
      try batch.wait(on: device.copyQueue)
      #expect(batch.event == nil && batch.number == number)
      try batch.finishUse(on: device.copyQueue)
      held.append(batch)
    }
    for (number, batch) in held.enumerated() {
      let bytes = try batch.column("label").read()
      #expect(bytes.withUnsafeBytes { $0.loadUnaligned(as: Int64.self) } == Int64(number * 1000))
    }
    // The ring has three buffers: there is a fourth batch only once one is dropped.
    held.removeFirst()
    held.append(try #require(try loader.nextBlocking()))
    #expect(loader.times.batchCount == 4 && loader.times.copying == .zero)
    try loader.closeAndWait(until: .after(.seconds(10)))
    #expect(try loader.nextBlocking() == nil)
    #expect(try held[0].column("label").read().count == held[0].rowCount * 8)
  }

  @Test("an error of the source is thrown each time one asks", arguments: [0, 2])
  func sourceFails(at failing: Int) async throws {
    let loader = try NumberedSource(count: 5, failsAt: failing).transfer(to: HostDevice())
    for attempt in 0..<2 {
      var count = 0
      do {
        for try await batch in loader {
          #expect(batch.number == count)
          count += 1
        }
        Issue.record("no error")
      } catch {
        let error = error as DeviceError
        #expect(error.code == .sourceFailed && error.cause is SourceFault)
      }
      #expect(count == (attempt == 0 ? failing : 0))
    }
  }

  @Test("memory of its own is copied to and read back; a range outside is refused")
  func copies() throws {
    let device = HostDevice()
    let staging = try device.allocateStaging(16)
    staging.address.initializeMemory(as: UInt8.self, repeating: 7, count: 16)
    let buffer = try device.allocateBuffer(16)
    let event = try device.copy(staging, byteCount: 16, to: buffer)
    let count = Monitor(0)
    for _ in 0..<2 { device.notify(after: event) { error in count.withLock { $0 += error == nil ? 1 : 100 } } }
    #expect(count.withLock { $0 } == 2)
    #expect(try device.read(4..<9, of: buffer) == [7, 7, 7, 7, 7])
    #expect(throws: DeviceError.self) { _ = try device.read(4..<17, of: buffer) }
  }
}

extension Span where Element == Int64 {
  var sum: Int64 {
    var sum: Int64 = 0
    for index in indices { sum += self[index] }
    return sum
  }
}
