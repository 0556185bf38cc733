/// What went wrong between host and device: on which device, what was expected, what was found and what to
/// do.
public struct DeviceError: Error, Sendable {
  /// The kind of a ``DeviceError``.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// Host or device memory is used up.
    public static let outOfMemory = Code(description: "outOfMemory")
    /// A copy did not succeed.
    public static let copyFailed = Code(description: "copyFailed")
    /// A copy did not end in time.
    public static let timedOut = Code(description: "timedOut")
    /// The device is gone or was never there.
    public static let unavailable = Code(description: "unavailable")
    /// The queue belongs to another device.
    public static let unknownQueue = Code(description: "unknownQueue")
    /// The source of the batches threw: see `cause`.
    public static let sourceFailed = Code(description: "sourceFailed")
    /// The task that asked was cancelled.
    public static let cancelled = Code(description: "cancelled")
  }

  public let code: Code
  /// The device's name.
  public let device: String
  /// The number of the batch since the transfer began, from 0, if it is about one.
  public var batch: Int?
  public let expected: String
  public let found: String
  public let remedy: String
  /// The error below this one, if any.
  public let cause: (any Error)?

  public init(
    _ code: Code, device: String, batch: Int? = nil, expected: String, found: String, remedy: String,
    cause: (any Error)? = nil
  ) {
    self.code = code
    self.device = device
    self.batch = batch
    self.expected = expected
    self.found = found
    self.remedy = remedy
    self.cause = cause
  }
}

extension DeviceError: CustomStringConvertible {
  public var description: String {
    "\(device)\(batch.map { ", batch \($0)" } ?? ""): expected \(expected), found \(found).\n\(remedy)."
  }
}

extension DeviceError {
  static func sourceFailed(_ cause: any Error, on device: String) -> DeviceError {
    DeviceError(
      .sourceFailed, device: device, expected: "a batch of the source", found: "\(cause)", remedy: "see the cause",
      cause: cause)
  }

  static func cancelled(_ cause: any Error, on device: String) -> DeviceError {
    DeviceError(
      .cancelled, device: device, expected: "a running task", found: "a cancelled one",
      remedy: "start again from the last checkpoint", cause: cause)
  }
}
