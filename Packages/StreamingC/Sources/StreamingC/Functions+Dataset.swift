import CStreaming
import ColumnarBatch
import DatasetLoading
import ObjectStorage
import Streaming

// The functions of `streaming.h`, which tells what each does; pointers are used as `CText.swift` checks them.
// Safe because a pointer that is not null leads to memory of the caller's for one value, as the header demands.

@_cdecl("streaming_interface_version")
public func interfaceVersion() -> UInt32 { 1 }

@_cdecl("streaming_open")
public func open(_ options: UnsafePointer<CChar>?, _ dataset: UnsafeMutablePointer<UInt64>?) -> Int32 {
  call { () throws(Failure) in
    let result = try place(dataset, "dataset")
    result.pointee = 0
    let wanted = try OpenOptions(parsing: try text(options, "options"))
    switch try blocking({ await opened(wanted) }) {
    case .success(let dataset): result.pointee = HandleTable.shared.insert(.dataset(dataset))
    case .failure(let error): throw error
    }
    return STREAMING_OK
  }
}

private func opened(_ wanted: OpenOptions) async -> Result<StreamingDataset, Failure> {
  do throws(LoadingError) {
    let dataset = try await StreamingDataset(wanted.streams, world: wanted.world, stores: .standard) {
      $0 = wanted.options
    }
    return .success(dataset)
  } catch {
    return .failure(Failure(error))
  }
}

@_cdecl("streaming_sample_count")
public func sampleCount(_ dataset: UInt64, _ count: UnsafeMutablePointer<Int64>?) -> Int32 {
  call { () throws(Failure) in
    try place(count, "count").pointee = Int64(try HandleTable.shared.dataset(dataset).count)
    return STREAMING_OK
  }
}

@_cdecl("streaming_start")
public func start(
  _ dataset: UInt64, _ options: UnsafePointer<CChar>?, _ loader: UnsafeMutablePointer<UInt64>?
) -> Int32 {
  call { () throws(Failure) in
    let result = try place(loader, "loader")
    result.pointee = 0
    let dataset = try HandleTable.shared.dataset(dataset)
    let wanted = try StartOptions(parsing: options == nil ? nil : try text(options, "options"))
    do throws(LoadingError) {
      let loader = try dataset.loader(resuming: wanted.state) { $0 = wanted.options }
      result.pointee = HandleTable.shared.insert(.loader(HeldLoader(loader)))
    } catch {
      throw Failure(error)
    }
    return STREAMING_OK
  }
}

@_cdecl("streaming_batch_count")
public func batchCount(_ loader: UInt64, _ count: UnsafeMutablePointer<Int64>?) -> Int32 {
  call { () throws(Failure) in
    try place(count, "count").pointee = Int64(try HandleTable.shared.loader(loader).loader.batchCount)
    return STREAMING_OK
  }
}

@_cdecl("streaming_next")
public func next(_ loader: UInt64, _ batch: UnsafeMutablePointer<UInt64>?) -> Int32 {
  call { () throws(Failure) in
    let result = try place(batch, "batch")
    result.pointee = 0
    guard let batch = try HandleTable.shared.loader(loader).next() else { return STREAMING_END }
    result.pointee = HandleTable.shared.insert(.batch(batch))
    return STREAMING_OK
  }
}

@_cdecl("streaming_state")
public func state(
  _ loader: UInt64, _ batch: UInt64, _ text: UnsafeMutablePointer<CChar>?, _ capacity: Int,
  _ length: UnsafeMutablePointer<Int>?
) -> Int32 {
  call { () throws(Failure) in
    let loader = try HandleTable.shared.loader(loader).loader
    let state = batch == 0 ? loader.initialState : loader.state(after: try HandleTable.shared.batch(batch))
    try write(state.jsonText, to: text, capacity, length)
    return STREAMING_OK
  }
}

@_cdecl("streaming_release")
public func release(_ handle: UInt64) -> Int32 {
  call { () throws(Failure) in
    // A loader's threads end even while another thread is inside `streaming_next` and keeps it.
    if case .loader(let held) = try HandleTable.shared.remove(handle) { held.loader.close() }
    return STREAMING_OK
  }
}
