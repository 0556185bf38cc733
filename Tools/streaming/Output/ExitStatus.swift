import ArgumentParser
import Foundation

/// The exit statuses of `sysexits.h`, which scripts can tell apart.
enum ExitStatus: Int32 {
  /// Something that was checked does not hold: a damaged shard, a failed case.
  case checkFailed = 1
  /// The arguments make no sense.
  case usage = 64
  /// The input is there but not what it should be.
  case dataError = 65
  /// The input is not there.
  case noInput = 66
  /// A service or a store cannot be reached, or answers that it cannot serve.
  case unavailable = 69
  /// A bug of ours.
  case software = 70
  /// The output cannot be created.
  case cannotCreate = 73
  /// Reading or writing stopped with an error of the device.
  case inputOutput = 74
  /// Trying again later may help.
  case temporaryFailure = 75
  /// Access was denied.
  case noPermission = 77
  /// The settings contradict each other.
  case configuration = 78
}

/// An error of the command line itself: one or two lines, and the status to exit with.
struct CommandError: Error, CustomStringConvertible {
  let status: ExitStatus
  let description: String

  init(_ status: ExitStatus, _ description: String) {
    self.status = status
    self.description = description
  }
}

/// Prints an error in one or two lines on the standard error stream and exits with its status.
///
/// The argument parser's own errors, help and exit codes are its own matter; it exits with 64 for a wrong argument.
func finish(with error: any Error) -> Never {
  let isParsers = error is ExitCode || error is ValidationError || error is CleanExit
  if isParsers || StreamingCommand.exitCode(for: error) != .failure {
    StreamingCommand.exit(withError: error)
  }
  printError("streaming: \(error)")
  exit(ExitStatus(error).rawValue)
}
