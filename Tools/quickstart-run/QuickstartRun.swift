import Foundation

/// The quickstart's executable: as it is called by Tools/quickstart, or as one of its training processes.
@main
enum QuickstartRun {
  static func main() async {
    do {
      var arguments = CommandLine.arguments.dropFirst()
      if arguments.first == "train", arguments.count == 3 {
        arguments = arguments.dropFirst()
        let training = Training(
          cache: arguments[arguments.startIndex], checkpointPath: arguments[arguments.startIndex + 1],
          tell: { FileHandle.standardOutput.write(Data(($0.line + "\n").utf8)) })
        try await training.run()
      } else if arguments.count == 2 {
        try await Quickstart(
          digits: arguments[arguments.startIndex], folder: arguments[arguments.startIndex + 1]
        ).run()
      } else {
        throw QuickstartError("usage: quickstart-run DIGITS.csv.gz FOLDER (Tools/quickstart calls it)")
      }
    } catch {
      FileHandle.standardError.write(Data("quickstart: \(error)\n".utf8))
      exit(1)
    }
  }
}
