import Foundation
import Streaming

/// The quickstart's executable: as it is called by Tools/quickstart, or as one of its training processes.
@main
enum QuickstartRun {
  static func main() async {
    do {
      var arguments = Array(CommandLine.arguments.dropFirst())
      let device = try takeDevice(&arguments)
      if arguments.first == "train", arguments.count == 3 {
        let training = Training(
          cache: arguments[1], checkpointPath: arguments[2], device: device,
          tell: { FileHandle.standardOutput.write(Data(($0.line + "\n").utf8)) })
        try await training.run()
      } else if arguments.count == 2 {
        try await Quickstart(digits: arguments[0], folder: arguments[1], device: device).run()
      } else {
        throw QuickstartError("usage: quickstart-run DIGITS.csv.gz FOLDER [--device NAME] (Tools/quickstart calls it)")
      }
    } catch {
      FileHandle.standardError.write(Data("quickstart: \(error)\n".utf8))
      exit(1)
    }
  }

  /// Takes `--device NAME` out of the arguments; `auto` without it.
  private static func takeDevice(_ arguments: inout [String]) throws -> DeviceChoice {
    guard let index = arguments.firstIndex(of: "--device") else { return .auto }
    let name = index + 1 < arguments.count ? arguments[index + 1] : ""
    guard let device = DeviceChoice(name) else {
      throw QuickstartError("--device: expected auto, host, cuda or cuda:N, found `\(name)`")
    }
    arguments.removeSubrange(index...(index + 1))
    return device
  }
}
