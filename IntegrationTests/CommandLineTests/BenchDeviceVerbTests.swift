import Foundation
import PythonJSON
import TestSupport
import Testing

@Suite("streaming bench device")
struct BenchDeviceVerbTests {
  @Test("says which device serves and why, and what a step takes")
  func host() async throws {
    try await withGoldenCopy("formats/mds-only-fixed-columns/data") { folder in
      let run = try await StreamingProcess(
        "bench", "device", folder, "--device", "host", "--batch-size", "4", "--compute-ms", "2", "--json")
      #expect(run.status == 0, "\(run.errorText)")
      let json = try JSONValue(parsing: run.lines.first ?? "")
      #expect(json["device"]?.string == "host (it was asked for)")
      #expect(json["copy_s"] == .null)
      for key in ["batches", "batch_bytes", "load_s", "compute_s", "step_s", "ideal_step_s", "overlap"] {
        #expect((json[key]?.double ?? 0) > 0, "\(key)")
      }
    }
  }

  @Test("a device that is not there is an error, auto takes what is there")
  func missing() async throws {
    try await withGoldenCopy("formats/mds-only-fixed-columns/data") { folder in
      let run = try await StreamingProcess(
        "bench", "device", folder, "--device", "cuda:99", "--compute-ms", "0")
      #expect(run.status == 69)
      run.expectError(naming: "cuda")
      let auto = try await StreamingProcess("bench", "device", folder, "--batch-size", "4", "--compute-ms", "0")
      #expect(auto.status == 0 && auto.lines.first?.hasPrefix("device   ") == true, "\(auto.errorText)")
      let wrong = try await StreamingProcess("bench", "device", folder, "--device", "tpu")
      #expect(wrong.status == 64)
    }
  }

  @Test("the executable needs nothing of CUDA to start")
  func linksNothing() throws {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["ldd", StreamingProcess.executable.path]
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let libraries = text.split(separator: "\n").map { $0.split(separator: " ").first.map(String.init) ?? "" }
    #expect(libraries.contains { $0.contains("libc.so") }, "\(text)")
    let ofCUDA = libraries.filter { $0.hasPrefix("libcu") && !$0.hasPrefix("libcurl") || $0.contains("nvidia") }
    #expect(ofCUDA.isEmpty, "\(text)")
  }
}
