import SystemLibC

/// The functions of the CUDA driver that are used, by the types of `cuda.h`, 64-bit forms.
///
/// A context, stream or event is an address, a device pointer a 64-bit number, a device and a result an `Int32`.
struct CUDASymbols: Sendable {
  typealias Result = Int32
  typealias Handle = UnsafeMutableRawPointer

  let initialize: @convention(c) @Sendable (UInt32) -> Result
  let driverGetVersion: @convention(c) @Sendable (UnsafeMutablePointer<Int32>) -> Result
  let getErrorName: @convention(c) @Sendable (Result, UnsafeMutablePointer<UnsafePointer<CChar>?>) -> Result
  let getErrorString: @convention(c) @Sendable (Result, UnsafeMutablePointer<UnsafePointer<CChar>?>) -> Result
  let deviceGetCount: @convention(c) @Sendable (UnsafeMutablePointer<Int32>) -> Result
  let deviceGet: @convention(c) @Sendable (UnsafeMutablePointer<Int32>, Int32) -> Result
  let deviceGetName: @convention(c) @Sendable (UnsafeMutablePointer<CChar>, Int32, Int32) -> Result
  let deviceGetAttribute: @convention(c) @Sendable (UnsafeMutablePointer<Int32>, Int32, Int32) -> Result
  let primaryContextRetain: @convention(c) @Sendable (UnsafeMutablePointer<Handle?>, Int32) -> Result
  let primaryContextRelease: @convention(c) @Sendable (Int32) -> Result
  let contextGetCurrent: @convention(c) @Sendable (UnsafeMutablePointer<Handle?>) -> Result
  let contextSetCurrent: @convention(c) @Sendable (Handle?) -> Result
  let hostAllocate: @convention(c) @Sendable (UnsafeMutablePointer<Handle?>, Int, UInt32) -> Result
  let hostFree: @convention(c) @Sendable (Handle) -> Result
  let hostRegister: @convention(c) @Sendable (Handle, Int, UInt32) -> Result
  let hostUnregister: @convention(c) @Sendable (Handle) -> Result
  let memoryAllocate: @convention(c) @Sendable (UnsafeMutablePointer<UInt64>, Int) -> Result
  let memoryFree: @convention(c) @Sendable (UInt64) -> Result
  /// Drivers from CUDA 11.2 on have the ordered forms.
  let memoryAllocateAsync: (@convention(c) @Sendable (UnsafeMutablePointer<UInt64>, Int, Handle) -> Result)?
  let memoryFreeAsync: (@convention(c) @Sendable (UInt64, Handle) -> Result)?
  let copyToDeviceAsync: @convention(c) @Sendable (UInt64, UnsafeRawPointer, Int, Handle) -> Result
  let copyToHost: @convention(c) @Sendable (UnsafeMutableRawPointer, UInt64, Int) -> Result
  let streamCreate: @convention(c) @Sendable (UnsafeMutablePointer<Handle?>, UInt32) -> Result
  let streamSynchronize: @convention(c) @Sendable (Handle) -> Result
  let streamWaitEvent: @convention(c) @Sendable (Handle, Handle, UInt32) -> Result
  let streamDestroy: @convention(c) @Sendable (Handle) -> Result
  let eventCreate: @convention(c) @Sendable (UnsafeMutablePointer<Handle?>, UInt32) -> Result
  let eventRecord: @convention(c) @Sendable (Handle, Handle) -> Result
  let eventQuery: @convention(c) @Sendable (Handle) -> Result
  let eventSynchronize: @convention(c) @Sendable (Handle) -> Result
  let eventDestroy: @convention(c) @Sendable (Handle) -> Result

  /// Looks all functions up; nil with the first name that is missing.
  init(_ table: SymbolTable) throws(SymbolTable.Missing) {
    initialize = try table.function("cuInit", since: 2000)
    driverGetVersion = try table.function("cuDriverGetVersion", since: 2020)
    getErrorName = try table.function("cuGetErrorName", since: 6000)
    getErrorString = try table.function("cuGetErrorString", since: 6000)
    deviceGetCount = try table.function("cuDeviceGetCount", since: 2000)
    deviceGet = try table.function("cuDeviceGet", since: 2000)
    deviceGetName = try table.function("cuDeviceGetName", since: 2000)
    deviceGetAttribute = try table.function("cuDeviceGetAttribute", since: 2000)
    primaryContextRetain = try table.function("cuDevicePrimaryCtxRetain", since: 7000)
    primaryContextRelease = try table.function(
      "cuDevicePrimaryCtxRelease", since: 11000, exported: ["cuDevicePrimaryCtxRelease_v2", "cuDevicePrimaryCtxRelease"])
    contextGetCurrent = try table.function("cuCtxGetCurrent", since: 4000)
    contextSetCurrent = try table.function("cuCtxSetCurrent", since: 4000)
    hostAllocate = try table.function("cuMemHostAlloc", since: 2020)
    hostFree = try table.function("cuMemFreeHost", since: 2000)
    hostRegister = try table.function(
      "cuMemHostRegister", since: 6050, exported: ["cuMemHostRegister_v2", "cuMemHostRegister"])
    hostUnregister = try table.function("cuMemHostUnregister", since: 4000)
    memoryAllocate = try table.function("cuMemAlloc", since: 3020, exported: ["cuMemAlloc_v2"])
    memoryFree = try table.function("cuMemFree", since: 3020, exported: ["cuMemFree_v2"])
    memoryAllocateAsync = try? table.function("cuMemAllocAsync", since: 11020)
    memoryFreeAsync = try? table.function("cuMemFreeAsync", since: 11020)
    copyToDeviceAsync = try table.function("cuMemcpyHtoDAsync", since: 3020, exported: ["cuMemcpyHtoDAsync_v2"])
    copyToHost = try table.function("cuMemcpyDtoH", since: 3020, exported: ["cuMemcpyDtoH_v2"])
    streamCreate = try table.function("cuStreamCreate", since: 2000)
    streamSynchronize = try table.function("cuStreamSynchronize", since: 2000)
    streamWaitEvent = try table.function("cuStreamWaitEvent", since: 3020)
    streamDestroy = try table.function("cuStreamDestroy", since: 4000, exported: ["cuStreamDestroy_v2"])
    eventCreate = try table.function("cuEventCreate", since: 2000)
    eventRecord = try table.function("cuEventRecord", since: 2000)
    eventQuery = try table.function("cuEventQuery", since: 2000)
    eventSynchronize = try table.function("cuEventSynchronize", since: 2000)
    eventDestroy = try table.function("cuEventDestroy", since: 4000, exported: ["cuEventDestroy_v2"])
  }
}

/// Finds functions in a driver that was opened: by `cuGetProcAddress` where there is one, which knows the form of a
/// function that a version of CUDA has, else by the exported names.
struct SymbolTable {
  struct Missing: Error {
    let name: String
  }

  private typealias ByVersion =
    @convention(c) (UnsafePointer<CChar>, UnsafeMutablePointer<UnsafeMutableRawPointer?>, Int32, UInt64) -> Int32
  private typealias ByVersionWithStatus =
    @convention(c) (
      UnsafePointer<CChar>, UnsafeMutablePointer<UnsafeMutableRawPointer?>, Int32, UInt64, UnsafeMutablePointer<Int32>
    ) -> Int32

  private let library: UnsafeMutableRawPointer
  private let byVersion: ByVersion?
  private let byVersionWithStatus: ByVersionWithStatus?

  init(_ library: UnsafeMutableRawPointer) {
    self.library = library
    // Safe because these are the C types of the two forms, from CUDA 12.0 and 11.3 on.
    byVersionWithStatus = dlsym(library, "cuGetProcAddress_v2").map { unsafeBitCast($0, to: ByVersionWithStatus.self) }
    byVersion = dlsym(library, "cuGetProcAddress").map { unsafeBitCast($0, to: ByVersion.self) }
  }

  /// The function in the form that CUDA `version` (12040 is 12.4) has.
  func function<F>(_ name: String, since version: Int32, exported: [String] = []) throws(Missing) -> F {
    guard let address = address(name, version) ?? exports(exported.isEmpty ? [name] : exported) else {
      throw Missing(name: name)
    }
    // Safe because the caller gives the C type of that form; `CUDASymbolTests` holds it against `cuda.h`'s declarations.
    return unsafeBitCast(address, to: F.self)
  }

  private func address(_ name: String, _ version: Int32) -> UnsafeMutableRawPointer? {
    var address: UnsafeMutableRawPointer?
    if let byVersionWithStatus {
      var status: Int32 = 0
      return byVersionWithStatus(name, &address, version, 0, &status) == 0 && status == 0 ? address : nil
    }
    return byVersion?(name, &address, version, 0) == 0 ? address : nil
  }

  private func exports(_ names: [String]) -> UnsafeMutableRawPointer? {
    for name in names { if let address = dlsym(library, name) { return address } }
    return nil
  }
}
