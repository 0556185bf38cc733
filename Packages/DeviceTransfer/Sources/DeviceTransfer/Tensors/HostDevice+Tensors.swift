public import CDLPack

extension HostDevice: TensorDevice {
  public var tensorDevice: DLDevice { DLDevice(device_type: kDLCPU, device_id: 0) }

  public func address(of buffer: Buffer) -> UInt { UInt(bitPattern: buffer.address) }
}
