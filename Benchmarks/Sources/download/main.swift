// Downloads from nginx on loopback into files, beside the `curl` program in the same rounds; then signs requests.
//
//   swift run -c release --package-path Benchmarks download
import CloudAuth
import Foundation
import HTTPTransport
import ObjectStorage

struct Case {
  let name: String
  let files: [String]
  let byteCount: Int
  let atOnce: Int
}

func download(_ case: Case, _ base: String, to folder: String, _ transport: CurlTransport) async throws {
  try await withThrowingTaskGroup(of: Void.self) { group in
    var next = 0
    func start() {
      let name = `case`.files[next]
      next += 1
      group.addTask {
        let sink = try FileSink(creating: folder + "/" + name)
        let response = try await transport.perform(HTTPRequest(.get, try HTTPURL(parsing: base + name))) {
          (_) throws(ObjectStoreError) in .sink(sink, describing: nil)
        }
        guard response.head.status == 200 else { throw Failure("status \(response.head.status) of \(name)") }
      }
    }
    while next < min(`case`.atOnce, `case`.files.count) { start() }
    while try await group.next() != nil { if next < `case`.files.count { start() } }
  }
}

/// Fails unless every file has the bytes of the one that was served.
func check(_ case: Case, _ folder: String, _ served: String) throws {
  for name in `case`.files {
    guard FileManager.default.contentsEqual(atPath: folder + "/" + name, andPath: served + "/" + name) else {
      throw Failure("\(name) has other bytes than were served")
    }
  }
}

func signingRate() throws -> Double {
  let credential = AWSCredential(
    accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))
  let signer = SigV4Signer(region: "us-east-1")
  let url = try HTTPURL(parsing: "https://bucket.s3.us-east-1.amazonaws.com/digits/train/shard.00017.mds")
  let count = 100_000
  let start = ContinuousClock.now
  var last = ""
  for number in 0..<count {
    var request = HTTPRequest(.get, url, headers: ["Range": "bytes=\(number)-\(number + 65_535)"])
    signer.sign(&request, with: credential, payload: .empty, at: .now)
    last = request.headers["Authorization"] ?? ""
  }
  guard last.hasPrefix("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/") else { throw Failure("no signature") }
  let (seconds, attoseconds) = start.duration(to: .now).components
  return Double(count) / (Double(seconds) + Double(attoseconds) / 1e18)
}

let work =
  FileManager.default.temporaryDirectory.path + "/download-\(ProcessInfo.processInfo.processIdentifier)"
let served = work + "/served"
try FileManager.default.createDirectory(atPath: served, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(atPath: work) }
func randomData(_ byteCount: Int, seed: Int) -> Data {
  var state = UInt64(seed)
  var data = Data(count: byteCount)
  data.withUnsafeMutableBytes { bytes in
    for index in 0..<(byteCount / 8) {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      bytes.storeBytes(of: state, toByteOffset: index * 8, as: UInt64.self)
    }
  }
  return data
}
let cases = [
  Case(name: "one object of 64 MB", files: ["large"], byteCount: 64 << 20, atOnce: 1),
  Case(name: "200 objects of 1 MB", files: (0..<200).map { "small\($0)" }, byteCount: 200 << 20, atOnce: 8),
]
for one in cases {
  for (seed, name) in one.files.enumerated() {
    try randomData(one.byteCount / one.files.count, seed: seed).write(to: URL(fileURLWithPath: served + "/" + name))
  }
}
let nginx = try Nginx(serving: served, in: work)
defer { nginx.stop() }
let base = "http://127.0.0.1:\(nginx.port)/"
let curl = "/usr/bin/curl"
_ = try Measurement.program(
  curl,
  ["-s", "--retry", "20", "--retry-connrefused", "--retry-delay", "1", "-o", "/dev/null", base + "small0"])
let transport = try CurlTransport()
let memoryBefore = peakMemory()
for one in cases {
  var ours: [Measurement] = []
  var theirs: [Measurement] = []
  for round in 0..<7 {
    let folder = work + "/round"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let mine = try await Measurement.here { try await download(one, base, to: folder, transport) }
    try check(one, folder, served)
    try FileManager.default.removeItem(atPath: folder)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var arguments = ["-s", "--parallel", "--parallel-max", "\(one.atOnce)"]
    for name in one.files { arguments += ["-o", folder + "/" + name, base + name] }
    let other = try Measurement.program(curl, arguments)
    try check(one, folder, served)
    try FileManager.default.removeItem(atPath: folder)
    if round > 0 {
      ours.append(mine)
      theirs.append(other)
    }
  }
  func rates(_ runs: [Measurement]) -> [Double] { runs.map { Double(one.byteCount) / 1e6 / $0.seconds } }
  func cpu(_ runs: [Measurement]) -> [Double] { runs.map { $0.cpuSeconds / Double(one.byteCount) * 1e9 } }
  print("\(one.name), \(ours.count) rounds: least, median, most")
  print(
    "  MB/s          this \(spread(rates(ours)))   curl \(spread(rates(theirs)))   ratio of medians "
      + "\((median(rates(ours)) / median(rates(theirs)) * 100).rounded() / 100)")
  print(
    "  CPU s per GB  this \(spread(cpu(ours), 100))   curl \(spread(cpu(theirs), 100))   ratio of medians "
      + "\((median(cpu(ours)) / median(cpu(theirs)) * 100).rounded() / 100)")
}
print(
  "memory: peak grew by \((peakMemory() - memoryBefore) >> 10) KiB while \(cases.reduce(0) { $0 + $1.byteCount } >> 20) MiB "
    + "were downloaded a round")
print("signatures a second: \(Int(try signingRate()))")
