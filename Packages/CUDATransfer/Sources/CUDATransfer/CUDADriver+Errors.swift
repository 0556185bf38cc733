import DeviceTransfer

extension CUDADriver {
  /// The error of a result, with the driver's name and text for it; nil for success.
  static func error(
    _ result: Int32, _ call: StaticString, device: String, _ symbols: CUDASymbols
  ) -> DeviceError? {
    guard result != 0 else { return nil }
    var name: UnsafePointer<CChar>?
    var text: UnsafePointer<CChar>?
    // Safe because the driver gives the addresses of constant strings that live as long as it does.
    let hasName = symbols.getErrorName(result, &name) == 0
    let hasText = symbols.getErrorString(result, &text) == 0
    let named = hasName ? name.map { String(cString: $0) } : nil
    let told = hasText ? text.map { String(cString: $0) } : nil
    let (code, remedy) = meaning(of: result, call)
    return DeviceError(
      code, device: device, expected: "\(call) to succeed",
      found: "\(named ?? "CUresult \(result)") (\(told ?? "no text"))", remedy: remedy)
  }

  private static func meaning(of result: Int32, _ call: StaticString) -> (DeviceError.Code, String) {
    switch result {
    case 2: (.outOfMemory, "lower the batch size or the number of batches in flight")
    case 3, 4, 34, 36, 46, 100, 101, 802, 803, 804:
      (.unavailable, "look at `nvidia-smi`: the driver must be running and at least as new as the device needs")
    case 400, 709: (.unknownQueue, "give a stream of this device that still exists")
    case 214, 700...719:
      (.copyFailed, "an earlier piece of work broke the device's context: run it under compute-sanitizer, then start anew")
    default: (.copyFailed, "look the name up in the driver's documentation, and at `dmesg`")
    }
  }
}
