public import ColumnarBatch

/// A batch on a device. Dropping the last reference lets the next batch take its place.
public final class DeviceBatch<D: Device>: Sendable {
  public let position: BatchPosition
  public let schema: BatchSchema
  /// The number of samples.
  public let rowCount: Int
  /// All columns in one piece of device memory; each lies at ``DeviceColumn/range``.
  public let buffer: D.Buffer
  /// The number of this batch since the transfer began, from 0.
  public let number: Int
  /// The end of the copy, for queues that work on the batch before it has ended; nil when nothing was copied.
  public let event: D.Event?
  /// The device that has the batch.
  public let device: D
  let lease: DeviceLease<D>
  private let columns: [DeviceColumn<D>.Layout]

  init(
    _ batch: Batch, number: Int, event: D.Event?, buffer: D.Buffer, device: D, lease: DeviceLease<D>
  ) {
    position = batch.position
    schema = batch.schema
    rowCount = batch.rowCount
    self.number = number
    self.event = event
    self.buffer = buffer
    self.device = device
    self.lease = lease
    columns = batch.columns.map {
      DeviceColumn<D>.Layout(
        shape: $0.shape, values: $0.payloadRange, offsets: $0.offsetsPayloadRange, lengths: $0.lengthsPayloadRange)
    }
  }

  deinit { if case .place(let place, let pipeline) = lease { pipeline.free(place: place) } }

  /// Where the samples' numbers lie in ``buffer``, Int64 each.
  public var sampleIDsRange: Range<Int> { 0..<(rowCount * 8) }

  /// The column of that name.
  /// - Throws: `BatchError` `.unknownColumn`, naming those there are.
  public func column(_ name: String) throws(BatchError) -> DeviceColumn<D> {
    guard let index = schema.index(of: name) else {
      throw BatchError(
        .unknownColumn, column: name, expected: "one of \(schema.columns.map(\.name))",
        found: "no such column",
        remedy: "use a name of that list")
    }
    return DeviceColumn(batch: self, schema: schema.columns[index], layout: columns[index])
  }

  /// Lets what comes after on `queue` begin once the batch is there. Does not block.
  public func wait(on queue: DeviceQueue) throws(DeviceError) {
    if let event { try device.enqueueWait(event, on: queue) }
  }

  /// Keeps the memory from being used again before all that is on `queue` now has been done.
  ///
  /// Call it after the last work on the batch was put on a queue of your own, then drop the batch without
  /// waiting.
  public func finishUse(on queue: DeviceQueue) throws(DeviceError) {
    let event = try device.record(on: queue)
    switch lease {
    case .place(let place, let pipeline): pipeline.setReuse(of: place, after: event)
    case .shared: device.notify(after: event) { [buffer] _ in withExtendedLifetime(buffer) {} }
    }
  }
}

/// What a batch has to give back.
enum DeviceLease<D: Device>: Sendable {
  /// A place in device memory, used again and again.
  case place(Int, any DevicePipeline<D>)
  /// Nothing: the buffer keeps the host's batch.
  case shared
}

/// One column of a batch in device memory. Keeps its batch.
public struct DeviceColumn<D: Device>: Sendable {
  struct Layout: Sendable {
    let shape: [Int]
    let values: Range<Int>
    let offsets: Range<Int>?
    let lengths: Range<Int>?
  }

  public let batch: DeviceBatch<D>
  public let schema: ColumnSchema
  let layout: Layout

  public var name: String { schema.name }
  public var dtype: DType { schema.dtype }
  public var buffer: D.Buffer { batch.buffer }
  /// Where the values lie in the batch's buffer; the start is a multiple of 256.
  public var range: Range<Int> { layout.values }
  /// Where the `rowCount + 1` offsets (Int64, in elements) of a ragged column lie, nil for other columns.
  public var offsetsRange: Range<Int>? { layout.offsets }
  /// Where the `rowCount` lengths (Int64, in elements) of a padded column lie, nil for other columns.
  public var lengthsRange: Range<Int>? { layout.lengths }
  /// (batch, extents of a row…); (batch, length) for a padded column; (batch) for a ragged one.
  public var shape: [Int] { layout.shape }

  /// The values of all rows, copied back to the host. Blocks: for checks and small results.
  public func read() throws(DeviceError) -> [UInt8] { try batch.device.read(range, of: buffer) }
}

/// What a batch needs of the pipeline that made it.
protocol DevicePipeline<D>: AnyObject, Sendable {
  associatedtype D: Device
  func free(place: Int)
  func setReuse(of place: Int, after event: D.Event)
}
