import PythonJSON
import TestSupport
import Testing

@Suite("streaming simulate")
struct SimulateVerbTests {
  @Test("a run is simulated from the index alone, the same in text and as JSON")
  func simulate() async throws {
    try await withGoldenCopy("formats/mds-int/data") { folder in
      let settings = [
        "simulate", folder, "--algo", "py1e", "--batch-size", "2", "--bandwidth", "1kb", "--step-time", "0.5", "--epochs", "2",
      ]
      let run = try await StreamingProcess(settings + ["--json"])
      #expect(run.status == 0, "\(run.errorText)")
      let json = try JSONValue(parsing: run.lines.first ?? "")
      let epochs = json["epochs"]?.array ?? []
      #expect(epochs.count == 2 && epochs.last?["downloads"]?.int == 0)
      #expect((json["least_cache_bytes"]?.int ?? 0) > 0)
      let text = try await StreamingProcess(settings)
      #expect(text.status == 0 && text.lines.count == 4 && text.lines.first?.hasPrefix("least cache") == true)
    }
  }

  @Test("what makes no sense is refused by its option")
  func refused() async throws {
    try await withGoldenCopy("formats/mds-int/data") { folder in
      let settings = ["simulate", folder, "--batch-size", "2", "--bandwidth", "1kb", "--step-time", "0.5"]
      for (more, status) in [(["--eviction", "random"], Int32(64)), (["--epochs", "0"], 64)] {
        #expect(try await StreamingProcess(settings + more).status == status)
      }
      let small = try await StreamingProcess(settings + ["--cache-limit", "1"])
      #expect(small.status != 0)
      small.expectError(naming: "cache limit")
    }
  }
}
