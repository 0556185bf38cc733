import ArgumentParser

/// `streaming bench`: measurements.
struct BenchVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure reading against the limit of this machine.",
    discussion: """
      EXAMPLE
        streaming bench read data/train --shuffle --batch-size 256 --epochs 3
        streaming bench access data/train
        streaming bench device data/train --compute-ms 5
      """,
    subcommands: [BenchReadVerb.self, BenchAccessVerb.self, BenchDeviceVerb.self])
}
