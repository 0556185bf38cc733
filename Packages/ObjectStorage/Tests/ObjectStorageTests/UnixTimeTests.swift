import Foundation
import ObjectStorage
import Testing

struct UnixTimeTests {
  @Test("agrees with Foundation's calendar over nine centuries and at every month's end")
  func calendar() throws {
    var generator = SystemRandomNumberGenerator()
    let random = (0..<2000).map { _ in Int64.random(in: -5_000_000_000...9_000_000_000, using: &generator) }
    let edges = (1840...2250).flatMap { year in
      (1...12).compactMap { month -> Int64? in
        let parts = DateComponents(
          calendar: Calendar(identifier: .gregorian), timeZone: TimeZone(secondsFromGMT: 0), year: year,
          month: month)
        return parts.date.map { Int64($0.timeIntervalSince1970) }
      }
    }
    let formatter = ISO8601DateFormatter()
    for seconds in random + edges + edges.map({ $0 - 1 }) {
      let time = UnixTime(seconds: seconds)
      let text = formatter.string(from: Date(timeIntervalSince1970: TimeInterval(seconds)))
      #expect(time.iso8601 == text, "\(seconds)")
      #expect(UnixTime(iso8601: text) == time)
      #expect(UnixTime(httpDate: time.httpDate) == time)
    }
  }

  @Test("reads the forms that services write")
  func forms() {
    #expect(UnixTime(httpDate: "Sun, 06 Nov 1994 08:49:37 GMT")?.seconds == 784_111_777)  // RFC 9110
    #expect(UnixTime(seconds: 784_111_777).httpDate == "Sun, 06 Nov 1994 08:49:37 GMT")
    #expect(UnixTime(iso8601: "2009-10-12T17:50:30.000Z")?.seconds == 1_255_369_830)
    #expect(UnixTime(iso8601: "2009-10-12T17:50:30+00:00")?.seconds == 1_255_369_830)
  }

  @Test(
    "refuses other texts",
    arguments: [
      "", "2009-10-12", "2009-13-12T17:50:30Z", "2009-10-12T17:50:30+02:00", "2009-10-12T17:50:30.Zx",
      "yesterday",
    ])
  func refuses(text: String) {
    #expect(UnixTime(iso8601: text) == nil)
    #expect(UnixTime(httpDate: text) == nil)
  }

  @Test("clamps instead of wrapping round")
  func clamps() {
    #expect(UnixTime(seconds: .max).nanoseconds == .max)
    #expect((UnixTime(nanoseconds: .max) + .seconds(1)).nanoseconds == .max)
    #expect(UnixTime(nanoseconds: -1).seconds == -1)
  }
}
