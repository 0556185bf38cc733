public import CDLPack
import CStreaming
import ColumnarBatch
import DeviceTransfer

// The functions of `streaming.h` that take a batch.
// Safe because a pointer that is not null leads to memory of the caller's for one value, as the header demands.

@_cdecl("streaming_row_count")
public func rowCount(_ batch: UInt64, _ count: UnsafeMutablePointer<Int64>?) -> Int32 {
  call { () throws(Failure) in
    try place(count, "count").pointee = Int64(try HandleTable.shared.batch(batch).rowCount)
    return STREAMING_OK
  }
}

@_cdecl("streaming_column_count")
public func columnCount(_ batch: UInt64, _ count: UnsafeMutablePointer<Int64>?) -> Int32 {
  call { () throws(Failure) in
    try place(count, "count").pointee = Int64(try HandleTable.shared.batch(batch).schema.columns.count)
    return STREAMING_OK
  }
}

@_cdecl("streaming_column_index")
public func columnIndex(
  _ batch: UInt64, _ name: UnsafePointer<CChar>?, _ column: UnsafeMutablePointer<Int64>?
) -> Int32 {
  call { () throws(Failure) in
    let result = try place(column, "column")
    let name = try text(name, "name")
    let batch = try HandleTable.shared.batch(batch)
    do throws(BatchError) {
      result.pointee = Int64(try batch.column(name).index)
    } catch {
      throw Failure(error)
    }
    return STREAMING_OK
  }
}

@_cdecl("streaming_column_name")
public func columnName(
  _ batch: UInt64, _ column: Int64, _ text: UnsafeMutablePointer<CChar>?, _ capacity: Int,
  _ length: UnsafeMutablePointer<Int>?
) -> Int32 {
  call { () throws(Failure) in
    try write(try heldColumn(batch, column).name, to: text, capacity, length)
    return STREAMING_OK
  }
}

@_cdecl("streaming_column_type")
public func columnType(
  _ batch: UInt64, _ column: Int64, _ text: UnsafeMutablePointer<CChar>?, _ capacity: Int,
  _ length: UnsafeMutablePointer<Int>?
) -> Int32 {
  call { () throws(Failure) in
    try write("\(try heldColumn(batch, column).dtype)", to: text, capacity, length)
    return STREAMING_OK
  }
}

@_cdecl("streaming_export")
public func export(
  _ batch: UInt64, _ column: Int64, _ part: Int32, _ flags: UInt32,
  _ tensor: UnsafeMutablePointer<UnsafeMutablePointer<DLManagedTensorVersioned>?>?
) -> Int32 {
  call { () throws(Failure) in
    let result = try place(tensor, "tensor")
    result.pointee = nil
    // STREAMING_WRITABLE, the only flag.
    guard flags & ~1 == 0 else { throw .argument("flags", expected: "0 or STREAMING_WRITABLE", found: "\(flags)") }
    let tensor = try heldTensor(batch, column, part, isReadOnly: flags == 0).versionedTensor()
    streaming_guard_deleter(tensor)
    result.pointee = tensor
    return STREAMING_OK
  }
}

@_cdecl("streaming_export_unversioned")
public func exportUnversioned(
  _ batch: UInt64, _ column: Int64, _ part: Int32,
  _ tensor: UnsafeMutablePointer<UnsafeMutablePointer<DLManagedTensor>?>?
) -> Int32 {
  call { () throws(Failure) in
    let result = try place(tensor, "tensor")
    result.pointee = nil
    let tensor = try heldTensor(batch, column, part, isReadOnly: true).unversionedTensor()
    streaming_guard_deleter_unversioned(tensor)
    result.pointee = tensor
    return STREAMING_OK
  }
}

private func heldColumn(_ batch: UInt64, _ column: Int64) throws(Failure) -> Column {
  let batch = try HandleTable.shared.batch(batch)
  do throws(BatchError) {
    return try batch.column(at: Int(clamping: column))
  } catch {
    throw Failure(error)
  }
}

private func heldTensor(
  _ batch: UInt64, _ column: Int64, _ part: Int32, isReadOnly: Bool
) throws(Failure) -> TensorView {
  if Int(part) == STREAMING_SAMPLE_IDS {
    return TensorView(sampleIDsOf: try HandleTable.shared.batch(batch), isReadOnly: isReadOnly)
  }
  let column = try heldColumn(batch, column)
  do throws(BatchError) {
    switch Int(part) {
    case STREAMING_VALUES: return TensorView(valuesOf: column, isReadOnly: isReadOnly)
    case STREAMING_OFFSETS: return try TensorView(offsetsOf: column, isReadOnly: isReadOnly)
    case STREAMING_LENGTHS: return try TensorView(lengthsOf: column, isReadOnly: isReadOnly)
    default: break
    }
  } catch {
    throw Failure(error)
  }
  throw .argument("part", expected: "STREAMING_VALUES, _OFFSETS, _LENGTHS or _SAMPLE_IDS", found: "\(part)")
}
