import CloudAuth
import Foundation
import HTTPTransport
import ObjectStorage
import SystemLibC
import Testing

struct SpeedTests {
  @Test(
    "signatures per second of one core",
    .enabled(if: ProcessInfo.processInfo.environment["STREAMING_MEASURE"] != nil, "needs STREAMING_MEASURE=1")
  )
  func signatures() throws {
    let credential = AWSCredential(
      accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    )
    let signer = SigV4Signer(region: "us-east-1")
    var url = try HTTPURL(parsing: "https://examplebucket.s3.amazonaws.com")
    url.encodedPath = "/train/shard.00000.mds"
    let request = HTTPRequest(.get, url, headers: ["Range": "bytes=0-1048575"])
    let count = 200_000
    var rates: [Double] = []
    for _ in 0..<3 {
      let start = processorSeconds()
      var length = 0
      for number in 0..<count {
        var signed = request
        signer.sign(
          &signed, with: credential, payload: .empty,
          at: UnixTime(seconds: 1_369_353_600 + Int64(number % 60)))
        length += signed.headers["Authorization"]?.utf8.count ?? 0
      }
      #expect(length % count == 0 && length > 0)
      rates.append(Double(count) / (processorSeconds() - start))
    }
    rates.sort()
    print(
      "signatures per second of one core: min \(Int(rates[0])), median \(Int(rates[1])), max \(Int(rates[2]))"
    )
  }
}

/// Seconds that this process has computed: what else the machine does leaves it alone.
private func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
