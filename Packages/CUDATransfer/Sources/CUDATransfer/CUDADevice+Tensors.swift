public import CDLPack
public import DeviceTransfer

extension CUDADevice: TensorDevice {
  public var tensorDevice: DLDevice { DLDevice(device_type: kDLCUDA, device_id: Int32(ordinal)) }

  public func address(of buffer: CUDABuffer) -> UInt { UInt(buffer.address) }
}
