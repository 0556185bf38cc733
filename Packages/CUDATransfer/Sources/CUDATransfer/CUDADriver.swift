public import DeviceTransfer
import Synchronization
import SystemLibC

/// The CUDA driver of this machine, found at run time: nothing of CUDA is needed to build or to start a program.
public final class CUDADriver: Sendable {
  /// The library that every driver of Linux installs.
  public static let libraryName = "libcuda.so.1"

  /// The driver under its usual name, looked for once; or why there is none.
  public static let standard: Result<CUDADriver, DeviceError> = {
    do throws(DeviceError) { return .success(try CUDADriver(path: libraryName)) } catch { return .failure(error) }
  }()

  let symbols: CUDASymbols
  /// What CUDA the driver knows: 12040 is 12.4.
  public let version: Int
  /// How many devices it shows to this process.
  public let deviceCount: Int
  private let failures = Mutex<[DeviceError]>([])

  /// Opens a driver by its path, or by a name that the system's loader finds. It stays open.
  /// - Throws: `DeviceError` `.unavailable`: no such library, a function that it lacks, no device.
  public init(path: String) throws(DeviceError) {
    guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      throw Self.unavailable("no driver: \(dlerror().map { String(cString: $0) } ?? path)")
    }
    do throws(SymbolTable.Missing) {
      symbols = try CUDASymbols(SymbolTable(library))
    } catch {
      throw Self.unavailable("a driver at \(path) without \(error.name)")
    }
    let symbols = symbols
    func check(_ result: Int32, _ call: StaticString) throws(DeviceError) {
      if let error = Self.error(result, call, device: "cuda", symbols) { throw error }
    }
    var version: Int32 = 0
    var count: Int32 = 0
    try check(symbols.initialize(0), "cuInit")
    try check(symbols.driverGetVersion(&version), "cuDriverGetVersion")
    try check(symbols.deviceGetCount(&count), "cuDeviceGetCount")
    guard count > 0 else { throw Self.unavailable("a driver for CUDA \(version / 1000) that shows no device") }
    self.version = Int(version)
    deviceCount = Int(count)
  }

  /// Errors of calls that give something back or wait for the end of work, the first ones: they may have nobody to be
  /// thrown to.
  public var releaseFailures: [DeviceError] { failures.withLock { $0 } }

  func check(_ result: Int32, _ call: StaticString, device: String) throws(DeviceError) {
    if let error = Self.error(result, call, device: device, symbols) { throw error }
  }

  /// Whether a call that gives something back succeeded; keeps its error.
  @discardableResult func released(_ result: Int32, _ call: StaticString, device: String) -> Bool {
    guard let error = Self.error(result, call, device: device, symbols) else { return true }
    keep(error)
    return false
  }

  func keep(_ error: DeviceError) { failures.withLock { if $0.count < 16 { $0.append(error) } } }

  private static func unavailable(_ found: String) -> DeviceError {
    DeviceError(
      .unavailable, device: "cuda", expected: "a CUDA driver and a device", found: found,
      remedy: "install NVIDIA's driver (`nvidia-smi` shows the devices), or use the host device")
  }
}
