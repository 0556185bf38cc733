public import DeviceTransfer

/// A device by its name on a command line: `auto`, `host`, `cuda` or `cuda:N`.
public enum DeviceChoice: Sendable, Hashable {
  /// A CUDA device if there is one, else the host.
  case auto
  case host
  /// The CUDA device of a number, or of this process's local rank.
  case cuda(Int?)

  /// Reads a name; nil when it is none of them.
  public init?(_ name: String) {
    switch name {
    case "auto": self = .auto
    case "host": self = .host
    case "cuda": self = .cuda(nil)
    default:
      guard name.hasPrefix("cuda:"), let ordinal = Int(name.dropFirst(5)), ordinal >= 0 else { return nil }
      self = .cuda(ordinal)
    }
  }

  /// What ``init(_:)`` reads.
  public var name: String {
    switch self {
    case .auto: "auto"
    case .host: "host"
    case .cuda(let ordinal): ordinal.map { "cuda:\($0)" } ?? "cuda"
    }
  }

  /// Opens the device.
  /// - Parameter driver: for tests and drivers in unusual places; nil for ``CUDADriver/standard``.
  /// - Throws: `DeviceError` when a device that was named cannot be opened; `auto` takes the host then.
  public func open(driver: Result<CUDADriver, DeviceError>? = nil) throws(DeviceError) -> ChosenDevice {
    switch self {
    case .host: return ChosenDevice(device: .host(HostDevice()), reason: "it was asked for")
    case .cuda(let ordinal):
      return ChosenDevice(
        device: .cuda(try Self.openCUDA(ordinal, driver ?? CUDADriver.standard)), reason: "it was asked for")
    case .auto:
      do throws(DeviceError) {
        let device = try Self.openCUDA(nil, driver ?? CUDADriver.standard)
        return ChosenDevice(device: .cuda(device), reason: "the driver shows it")
      } catch {
        return ChosenDevice(device: .host(HostDevice()), reason: error.found)
      }
    }
  }

  private static func openCUDA(
    _ ordinal: Int?, _ driver: Result<CUDADriver, DeviceError>
  ) throws(DeviceError) -> CUDADevice {
    let driver = try driver.get()
    guard let ordinal else { return try CUDADevice.local(driver: driver) }
    return try CUDADevice(ordinal, of: driver)
  }
}

/// The device that serves, and why.
public struct ChosenDevice: Sendable {
  public enum AnyDevice: Sendable {
    case host(HostDevice)
    case cuda(CUDADevice)
  }

  public let device: AnyDevice
  public let reason: String
}

extension ChosenDevice: CustomStringConvertible {
  /// `host (no driver: …)` or `cuda:0, NVIDIA H100 (the driver shows it)`.
  public var description: String {
    switch device {
    case .host: "host (\(reason))"
    case .cuda(let device): "\(device.name), \(device.modelName) (\(reason))"
    }
  }
}
