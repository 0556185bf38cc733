import CDLPack
import ColumnarBatch
import DeviceTransfer
import Testing
import Threading

@Suite("Batches as DLPack tensors")
struct TensorTests {
  static let types: [(dtype: DType, code: UInt32, bits: UInt8)] = [
    (.uint8, 1, 8), (.int8, 0, 8), (.uint16, 1, 16), (.int16, 0, 16), (.uint32, 1, 32), (.int32, 0, 32),
    (.uint64, 1, 64), (.int64, 0, 64), (.float16, 2, 16), (.float32, 2, 32), (.float64, 2, 64), (.bytes, 1, 8),
    (.string, 1, 8),
  ]

  @Test("every type has DLPack's code, width, extents, strides, and the column's own address", arguments: types.indices)
  func everyType(index: Int) throws {
    let (dtype, code, bits) = Self.types[index]
    #expect(Self.types.count == DType.allCases.count)
    let ring = BufferRing(bufferCount: 1)
    let batch = try batch(
      ring, [.fixed("first", .int8), .fixed("number", dtype), .fixed("box", dtype, rowShape: [2, 3])], rows: 5)
    for (name, shape, strides) in [("number", [5], [1]), ("box", [5, 2, 3], [6, 3, 1])] {
      let column = try batch.column(name)
      let address = column.withBytes { $0.withUnsafeBytes { $0.baseAddress } }
      for isReadOnly in [true, false] {
        let view = TensorView(valuesOf: column, isReadOnly: isReadOnly)
        let versioned = view.versionedTensor()
        defer { versioned.pointee.deleter(versioned) }
        #expect(versioned.pointee.version.major == 1)
        #expect(versioned.pointee.flags == (isReadOnly ? 1 : 0))
        let unversioned = view.unversionedTensor()
        defer { unversioned.pointee.deleter(unversioned) }
        for tensor in [versioned.pointee.dl_tensor, unversioned.pointee.dl_tensor] {
          #expect(UInt32(tensor.dtype.code) == code)
          #expect(tensor.dtype.bits == bits)
          #expect(tensor.dtype.lanes == 1)
          #expect(tensor.device.device_type == kDLCPU)
          #expect(tensor.device.device_id == 0)
          #expect(tensor.data == UnsafeMutableRawPointer(mutating: address))
          #expect(UInt(bitPattern: tensor.data) % 64 == 0)
          #expect(tensor.byte_offset == 0)
          #expect(extents(tensor, tensor.shape) == shape)
          #expect(extents(tensor, tensor.strides) == strides)
        }
      }
    }
  }

  @Test("ragged rows are values and offsets; sample ids are a tensor too", arguments: [0, 1, 4])
  func ragged(rows: Int) throws {
    var builder = BatchBuilder(try BatchSchema([.ragged("text", .string), .fixed("label", .int64)]), rowCount: rows)
    try builder.set("text", toText: (0..<rows).map { String(repeating: "é", count: $0) })
    try builder.setSampleIDs((0..<rows).map { Int64($0 * 10) })
    let batch = try builder.finish(BatchPosition(epoch: 0, batch: 0, deliveredSampleCount: rows))
    let text = try batch.column("text")
    #expect(numbers(TensorView(valuesOf: text), as: UInt8.self) == Array(String(repeating: "é", count: rows * (rows - 1) / 2).utf8))
    #expect(try numbers(TensorView(offsetsOf: text), as: Int64.self) == (0...rows).map { Int64($0 * ($0 - 1)) })
    #expect(numbers(TensorView(sampleIDsOf: batch), as: Int64.self) == (0..<rows).map { Int64($0 * 10) })
    do throws(BatchError) {
      _ = try TensorView(offsetsOf: batch.columns[1])
      Issue.record("a fixed column has no offsets")
    } catch {
      #expect(error.code == .notRagged)
    }
  }

  @Test("the buffer comes back when the last of batch, columns, views and tensors is gone, in any order")
  func referenceCount() throws {
    for last in 0..<4 {
      let released = Monitor(0)
      let ring = BufferRing(bufferCount: 1) { released.notifying { $0 += 1 } }
      var batch: Batch? = try batch(ring, [.fixed("label", .int64)], rows: 3)
      var view: TensorView? = TensorView(valuesOf: try #require(batch).columns[0])
      let versioned = try #require(view).versionedTensor()
      let unversioned = try #require(view).unversionedTensor()
      let ends: [() -> Void] = [
        { batch = nil }, { view = nil }, { versioned.pointee.deleter(versioned) },
        { unversioned.pointee.deleter(unversioned) },
      ]
      for step in 1...4 {
        #expect(released.withLock { $0 } == 0, "before step \(step)")
        ends[(last + step) % 4]()
      }
      #expect(released.withLock { $0 } == 1)
      // The memory is used again.
      _ = try self.batch(ring, [.fixed("label", .int64)], rows: 3)
      withExtendedLifetime((batch, view)) {}
    }
  }

  @Test("tasks make and delete tensors of one batch at once; it is let go once")
  func concurrently() async throws {
    let released = Monitor(0)
    let ring = BufferRing(bufferCount: 1) { released.notifying { $0 += 1 } }
    try await export(batch(ring, [.fixed("label", .int64)], rows: 3).columns[0])
    try await released.waitAsync(until: .after(.seconds(20)), charging: StallCause("the buffer")) {
      $0 == 1 ? () : nil
    }
  }

  private func export(_ column: Column) async {
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<500 {
            let tensor = TensorView(valuesOf: column).versionedTensor()
            tensor.pointee.deleter(tensor)
          }
        }
      }
    }
  }

  @Test("a batch on a device has that device's kind, number and addresses, and its place is kept")
  func onDevice() throws {
    let loader = try NumberedSource(count: 2).transfer(to: SimulatedDevice(), inFlight: 1)
    let tensor = try firstLabels(loader)
    let data = try #require(tensor.pointee.dl_tensor.data).assumingMemoryBound(to: Int64.self)
    // Let go too early, the one place would have the next batch by now, whose labels begin at 1000.
    pause(.milliseconds(20))
    #expect(data[0] == 0)
    tensor.pointee.deleter(tensor)
    try check(try #require(try loader.nextBlocking()), number: 1)
  }

  /// The labels of the first batch, of which nothing but the tensor is left.
  private func firstLabels(
    _ loader: DeviceLoader<NumberedSource, SimulatedDevice>
  ) throws -> UnsafeMutablePointer<DLManagedTensorVersioned> {
    let batch = try #require(try loader.nextBlocking())
    let label = try batch.column("label")
    let tokens = try batch.column("tokens")
    let start = UInt(bitPattern: batch.buffer.address)
    let versioned = TensorView(valuesOf: label).versionedTensor()
    let tensor = versioned.pointee.dl_tensor
    #expect(tensor.device.device_type == kDLCUDA)
    #expect(tensor.device.device_id == 3)
    #expect(UInt(bitPattern: tensor.data) == start + UInt(label.range.lowerBound))
    #expect(extents(tensor, tensor.shape) == label.shape)
    let offsets = try TensorView(offsetsOf: tokens)
    #expect(offsets.address == start + UInt(tokens.offsetsRange?.lowerBound ?? 0))
    #expect(offsets.shape == [batch.rowCount + 1])
    #expect(TensorView(valuesOf: tokens).shape == [tokens.range.count / 2])
    return versioned
  }

  @Test("the example of the README")
  func readme() throws {
    let batch = try #require(try NumberedSource(count: 1).nextBlocking())
    func consume(
      _ values: UnsafeMutablePointer<DLManagedTensorVersioned>, _ offsets: UnsafeMutablePointer<DLManagedTensor>
    ) {
      #expect(values.pointee.flags == 1)
      #expect(offsets.pointee.dl_tensor.shape[0] == batch.rowCount + 1)
      values.pointee.deleter(values)
      offsets.pointee.deleter(offsets)
    }
    // snippet: tensor-view
    let tokens = try batch.column("tokens")
    let values = TensorView(valuesOf: tokens).versionedTensor()  // DLManagedTensorVersioned, read-only
    let offsets = try TensorView(offsetsOf: tokens).unversionedTensor()
    consume(values, offsets)  // each one's deleter, called once, lets go of the batch
    // end snippet
  }

  @Test("a batch of 1 GiB is handed over in less than 1 ms")
  func large() throws {
    // Its pages are never touched.
    let ring = BufferRing(bufferCount: 1)
    let column = try batch(ring, [.fixed("image", .uint8, rowShape: [1 << 20])], rows: 1024).columns[0]
    #expect(column.byteCount == 1 << 30)
    let clock = ContinuousClock()
    var least = Duration.seconds(1)
    for _ in 0..<20 {
      let spent = clock.measure {
        let tensor = TensorView(valuesOf: column).versionedTensor()
        tensor.pointee.deleter(tensor)
      }
      least = min(least, spent)
    }
    #expect(least < .milliseconds(1))
  }

  private func batch(_ ring: BufferRing, _ columns: [ColumnSchema], rows: Int) throws -> Batch {
    let acquired = ring.tryAcquire()
    guard var assembly = acquired else { throw NoBuffer() }
    try assembly.begin(try BatchSchema(columns), rowCount: rows)
    return assembly.finish(BatchPosition(epoch: 0, batch: 0, deliveredSampleCount: rows))
  }

  private struct NoBuffer: Error {}

  private func extents(_ tensor: DLTensor, _ start: UnsafeMutablePointer<Int64>) -> [Int] {
    (0..<Int(tensor.ndim)).map { Int(start[$0]) }
  }

  /// The elements of a tensor in one dimension, read through what was handed over.
  private func numbers<T: BitwiseCopyable>(_ view: TensorView, as type: T.Type) -> [T] {
    let tensor = view.versionedTensor()
    defer { tensor.pointee.deleter(tensor) }
    let start = tensor.pointee.dl_tensor.data.assumingMemoryBound(to: T.self)
    return Array(UnsafeBufferPointer(start: start, count: Int(tensor.pointee.dl_tensor.shape[0])))
  }
}

extension SimulatedDevice: TensorDevice {
  var tensorDevice: DLDevice { DLDevice(device_type: kDLCUDA, device_id: 3) }
  func address(of buffer: Buffer) -> UInt { UInt(bitPattern: buffer.address) }
}
