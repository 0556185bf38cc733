public import ColumnarBatch

/// A batch in a device's memory. Dropping the last reference lets the next batch take its place.
public final class DeviceBatch<D: Device>: Sendable {
  public let position: BatchPosition
  public let schema: BatchSchema
  /// The number of samples.
  public let rowCount: Int
  /// All columns in one piece of device memory; each lies at ``DeviceColumn/range``.
  public let buffer: D.Buffer
  /// The number of this batch since the transfer began, from 0.
  public let number: Int
  /// The end of the copy, for queues that work on the batch before it has ended.
  public let event: D.Event
  let slot: DeviceSlot<D>
  private let ranges: [(values: Range<Int>, rows: Range<Int>?)]
  private let pipeline: any DevicePipeline<D>

  init(
    _ batch: Batch, number: Int, event: D.Event, buffer: D.Buffer, slot: DeviceSlot<D>,
    pipeline: any DevicePipeline<D>
  ) {
    position = batch.position
    schema = batch.schema
    rowCount = batch.rowCount
    self.number = number
    self.event = event
    self.buffer = buffer
    self.slot = slot
    self.pipeline = pipeline
    ranges = batch.columns.map { ($0.payloadRange, $0.offsetsPayloadRange ?? $0.lengthsPayloadRange) }
  }

  deinit { pipeline.free(slot) }

  /// The device that has the batch.
  public var device: D { pipeline.device }

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
    return DeviceColumn(
      batch: self, schema: schema.columns[index], range: ranges[index].values,
      rowsRange: ranges[index].rows)
  }

  /// Lets what comes after on `queue` begin once the batch is there. Does not block.
  public func wait(on queue: DeviceQueue) throws(DeviceError) {
    try pipeline.device.enqueueWait(event, on: queue)
  }

  /// Keeps the memory from being used again before all that is on `queue` now has been done.
  ///
  /// Call it after the last work on the batch was put on a queue of your own, then drop the batch without
  /// waiting.
  public func finishUse(on queue: DeviceQueue) throws(DeviceError) {
    pipeline.setReuse(of: slot, after: try pipeline.device.record(on: queue))
  }
}

/// One column of a batch in device memory. Keeps its batch.
public struct DeviceColumn<D: Device>: Sendable {
  public let batch: DeviceBatch<D>
  public let schema: ColumnSchema
  /// Where the values lie in the batch's buffer; the start is a multiple of 64.
  public let range: Range<Int>
  let rowsRange: Range<Int>?

  /// Where the `rowCount + 1` offsets (Int64, in elements) of a ragged column lie, nil for other columns.
  public var offsetsRange: Range<Int>? { schema.isRagged ? rowsRange : nil }
  /// Where the `rowCount` lengths (Int64, in elements) of a padded column lie, nil for other columns.
  public var lengthsRange: Range<Int>? { schema.isPadded ? rowsRange : nil }

  public var name: String { schema.name }
  public var dtype: DType { schema.dtype }
  public var buffer: D.Buffer { batch.buffer }
  /// (batch, extents of a row…); (batch, length) for a padded column; (batch) for a ragged one.
  public var shape: [Int] {
    guard schema.isPadded else { return [batch.rowCount] + (schema.rowShape ?? []) }
    return [batch.rowCount, range.count / max(1, batch.rowCount * dtype.itemByteCount)]
  }
}

/// One place in device memory, used again and again. All state is guarded by the pipeline's lock.
final class DeviceSlot<D: Device>: Sendable {
  let number: Int
  init(number: Int) { self.number = number }
}

/// What a batch needs of the pipeline that made it.
protocol DevicePipeline<D>: AnyObject, Sendable {
  associatedtype D: Device
  var device: D { get }
  func free(_ slot: DeviceSlot<D>)
  func setReuse(of slot: DeviceSlot<D>, after event: D.Event)
}
