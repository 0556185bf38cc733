public import DeviceTransfer
import SystemLibC

extension CUDADevice {
  /// Whether there is a driver that shows a device.
  public static var isAvailable: Bool { unavailableReason == nil }

  /// Why there is no device to use; nil when there is.
  public static var unavailableReason: DeviceError? {
    switch CUDADriver.standard {
    case .success: nil
    case .failure(let error): error
    }
  }

  /// The device of this process: the one that is visible, or of several that of its rank on this machine.
  /// - Parameter localRank: the process's number on this machine; nil reads what torchrun, Open MPI, MPICH and Slurm set,
  ///   0 without any of them.
  /// - Parameter driver: nil for ``CUDADriver/standard``.
  /// - Throws: `DeviceError` `.unavailable` when there is no driver or no device of that rank.
  public static func local(
    rank localRank: Int? = nil, driver: CUDADriver? = nil
  ) throws(DeviceError) -> CUDADevice {
    guard let driver else { return try local(rank: localRank, driver: try CUDADriver.standard.get()) }
    let rank = localRank ?? self.localRank { name in getenv(name).map { String(cString: $0) } }
    // A launcher that shows each process its own device alone still counts ranks.
    return try CUDADevice(driver.deviceCount == 1 ? 0 : rank, of: driver)
  }

  /// The rank on this machine that a launcher has told, 0 if none has.
  static func localRank(_ variable: (String) -> String?) -> Int {
    for name in ["LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID", "PMI_LOCAL_RANK", "SLURM_LOCALID"] {
      if let rank = variable(name).flatMap({ Int($0) }), rank >= 0 { return rank }
    }
    return 0
  }
}
