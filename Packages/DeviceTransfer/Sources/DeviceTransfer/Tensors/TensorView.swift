public import CDLPack
public import ColumnarBatch

/// Elements of a batch in C order, in the host's or a device's memory, for another library to take over without a copy.
///
/// Describes a part of a column in the terms of DLPack, which numpy, PyTorch, JAX and others read, and keeps the batch.
/// ``versionedTensor()`` and ``unversionedTensor()`` hand it over. DLPack has numbers alone, of equally long rows: text and
/// bytes are `uint8`, and a ragged column is two tensors, the values of all rows back to back and the `rowCount + 1`
/// offsets (Int64, in elements). A padded column has its rows' own lengths as a second tensor.
public struct TensorView: Sendable {
  /// Kind and number of the device that has the memory: `kDLCPU` and 0 for the host.
  public let device: DLDevice
  public let dtype: DType
  /// Extents, the batch's first.
  public let shape: [Int]
  /// The first element's address, as the device counts; a multiple of 64.
  public let address: UInt
  /// Whether whoever takes it over is told not to write.
  public let isReadOnly: Bool
  /// The batch: while it lives, its memory is not used again.
  let owner: any AnyObject & Sendable

  /// The values of all rows; of a ragged column back to back, in one dimension.
  /// - Parameter isReadOnly: false lets the other library write. Only for a batch that nobody else reads any more: a
  ///   ``Column``'s spans promise that the bytes stay as they are.
  public init(valuesOf column: Column, isReadOnly: Bool = true) {
    self.init(
      column.batch, column.dtype, column.isRagged ? [column.elementCount] : column.shape,
      address: Self.start(of: column.batch) + UInt(column.payloadRange.lowerBound), isReadOnly)
  }

  /// Where the rows of a ragged column begin, in elements: `rowCount + 1` numbers.
  /// - Throws: `BatchError` `.notRagged`.
  public init(offsetsOf column: Column, isReadOnly: Bool = true) throws(BatchError) {
    guard let range = column.offsetsPayloadRange else { throw Self.notRagged(column.name) }
    self.init(
      column.batch, .int64, [column.rowCount + 1], address: Self.start(of: column.batch) + UInt(range.lowerBound),
      isReadOnly)
  }

  /// How many elements of each row of a padded column are its own: `rowCount` numbers.
  /// - Throws: `BatchError` `.notPadded`.
  public init(lengthsOf column: Column, isReadOnly: Bool = true) throws(BatchError) {
    guard let range = column.lengthsPayloadRange else { throw Self.notPadded(column.name) }
    self.init(
      column.batch, .int64, [column.rowCount], address: Self.start(of: column.batch) + UInt(range.lowerBound),
      isReadOnly)
  }

  /// The number of each sample in its epoch, one per row.
  public init(sampleIDsOf batch: Batch, isReadOnly: Bool = true) {
    self.init(batch, .int64, [batch.rowCount], address: Self.start(of: batch), isReadOnly)
  }

  /// The values of all rows in a device's memory; of a ragged column back to back, in one dimension.
  ///
  /// Of a batch delivered `.whenStarted`, let the consumer's queue wait first: `batch.wait(on:)`.
  public init<D: TensorDevice>(valuesOf column: DeviceColumn<D>, isReadOnly: Bool = true) {
    let isRagged = column.offsetsRange != nil
    self.init(
      column, column.dtype, isRagged ? [column.range.count / column.dtype.itemByteCount] : column.shape,
      at: column.range, isReadOnly)
  }

  /// Where the rows of a ragged column begin, in a device's memory.
  /// - Throws: `BatchError` `.notRagged`.
  public init<D: TensorDevice>(offsetsOf column: DeviceColumn<D>, isReadOnly: Bool = true) throws(BatchError) {
    guard let range = column.offsetsRange else { throw Self.notRagged(column.name) }
    self.init(column, .int64, [column.batch.rowCount + 1], at: range, isReadOnly)
  }

  /// How many elements of each row of a padded column are its own, in a device's memory.
  /// - Throws: `BatchError` `.notPadded`.
  public init<D: TensorDevice>(lengthsOf column: DeviceColumn<D>, isReadOnly: Bool = true) throws(BatchError) {
    guard let range = column.lengthsRange else { throw Self.notPadded(column.name) }
    self.init(column, .int64, [column.batch.rowCount], at: range, isReadOnly)
  }

  private init(_ batch: Batch, _ dtype: DType, _ shape: [Int], address: UInt, _ isReadOnly: Bool) {
    device = DLDevice(device_type: kDLCPU, device_id: 0)
    self.dtype = dtype
    self.shape = shape
    self.address = address
    self.isReadOnly = isReadOnly
    owner = batch
  }

  private init<D: TensorDevice>(
    _ column: DeviceColumn<D>, _ dtype: DType, _ shape: [Int], at range: Range<Int>, _ isReadOnly: Bool
  ) {
    let device = column.batch.device
    self.device = device.tensorDevice
    self.dtype = dtype
    self.shape = shape
    address = device.address(of: column.buffer) + UInt(range.lowerBound)
    self.isReadOnly = isReadOnly
    owner = column.batch
  }

  private static func notRagged(_ column: String) -> BatchError {
    BatchError(
      .notRagged, column: column, expected: "a ragged column", found: "rows of one shape",
      remedy: "take its values: their shape tells the rows")
  }

  private static func notPadded(_ column: String) -> BatchError {
    BatchError(
      .notPadded, column: column, expected: "a padded column", found: "another one",
      remedy: "take its values, or the offsets of a ragged column")
  }
}

/// A device whose memory other libraries can address by number, as CUDA's.
public protocol TensorDevice: Device {
  /// Kind and number in DLPack's terms: `kDLCUDA` and the ordinal.
  var tensorDevice: DLDevice { get }
  /// The address of the buffer's first byte, as the device counts.
  func address(of buffer: Buffer) -> UInt
}
