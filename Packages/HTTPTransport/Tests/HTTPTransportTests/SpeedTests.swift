import BinaryIO
import Foundation
import HTTPTransport
import ObjectStorage
import SystemLibC
import TestSupport
import Testing

struct SpeedTests {
  static let url = ProcessInfo.processInfo.environment["STREAMING_MEASURE_URL"]

  @Test(
    "one large object into a file, beside the curl command",
    .enabled(if: url != nil, "needs STREAMING_MEASURE_URL, an object of 64 MB on loopback"))
  func download() async throws {
    let address = try #require(Self.url)
    let transport = try CurlTransport()
    var ours: [Double] = []
    var theirs: [Double] = []
    var oursCPU = 0.0
    var theirsCPU = 0.0
    var byteCount = 0
    try await withTemporaryDirectory { folder in
      for round in 0..<12 {
        let path = folder + "/ours"
        let cpu = processorSeconds()
        let start = ContinuousClock.now
        let sink = try FileSink(creating: path)
        let response = try await transport.perform(HTTPRequest(.get, try HTTPURL(parsing: address))) {
          (_) throws(ObjectStoreError) in .sink(sink, describing: nil)
        }
        let seconds = (ContinuousClock.now - start).seconds
        let used = processorSeconds() - cpu
        try #require(response.head.status == 200)
        byteCount = sink.receivedByteCount
        let childCPU = childSeconds()
        let curl = try curlSeconds(address, to: folder + "/theirs")
        // The first round warms both up.
        if round > 0 {
          ours.append(seconds)
          theirs.append(curl)
          oursCPU += used
          theirsCPU += childSeconds() - childCPU
        } else {
          let left = try FileSystem.readAll(path)
          let right = try FileSystem.readAll(folder + "/theirs")
          try #require(left == right && !left.isEmpty)
        }
        try FileSystem.remove(path)
        try FileSystem.remove(folder + "/theirs")
      }
    }
    report("CurlTransport", ours, byteCount, oursCPU)
    report("curl", theirs, byteCount, theirsCPU)
    print("rate by the median: \(rounded(median(theirs) / median(ours))) of curl's")
  }

  func report(_ name: String, _ seconds: [Double], _ byteCount: Int, _ cpu: Double) {
    let rates = seconds.map { Double(byteCount) / $0 / 1e6 }.sorted()
    let gigabytes = Double(byteCount) * Double(seconds.count) / 1e9
    print(
      "\(name): min \(Int(rates[0])), median \(Int(rates[rates.count / 2])), "
        + "max \(Int(rates[rates.count - 1])) MB/s, "
        + "\(rounded(cpu / gigabytes)) CPU s/GB")
  }

  func curlSeconds(_ address: String, to path: String) throws -> Double {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
    process.arguments = ["-s", "-o", path, "-w", "%{time_total}", address]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try #require(Double(String(decoding: said, as: UTF8.self)))
  }

  func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
  func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }

  func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  func childSeconds() -> Double {
    var all = tms()
    times(&all)
    return Double(all.tms_cutime + all.tms_cstime) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
