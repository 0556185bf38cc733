/// A date and time of day of the Gregorian calendar, in UTC.
package struct CalendarTime: Sendable, Hashable {
  package var year, month, day, hour, minute, second: Int
}

extension UnixTime {
  /// The moment's date and time of day, to the second.
  ///
  /// Days to dates by Hinnant's `civil_from_days` (http://howardhinnant.github.io/date_algorithms.html).
  package var calendar: CalendarTime {
    let seconds = Int(self.seconds)
    let days = seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400
    let rest = seconds - days * 86400
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return CalendarTime(
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, hour: rest / 3600, minute: rest / 60 % 60,
      second: rest % 60)
  }

  /// The moment of a date and time of day; nil when a part is out of range or the year not from 1 to 9999.
  package init?(_ time: CalendarTime) {
    guard (1...9999).contains(time.year), (1...12).contains(time.month), (1...31).contains(time.day),
      (0...23).contains(time.hour), (0...59).contains(time.minute), (0...60).contains(time.second)
    else { return nil }
    let year = time.month <= 2 ? time.year - 1 : time.year
    let era = year / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (time.month + (time.month > 2 ? -3 : 9)) + 2) / 5 + time.day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
    self.init(seconds: Int64(days * 86400 + time.hour * 3600 + time.minute * 60 + time.second))
  }

  /// Reads `2006-02-03T16:45:09.000Z`, with or without a fraction; offsets other than `Z` and `+00:00` are
  /// refused.
  public init?(iso8601 text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] == 0x54 || bytes[10] == 0x20,
      bytes[13] == 0x3A, bytes[16] == 0x3A,
      let year = decimal(bytes[0..<4]), let month = decimal(bytes[5..<7]), let day = decimal(bytes[8..<10]),
      let hour = decimal(bytes[11..<13]), let minute = decimal(bytes[14..<16]),
      let second = decimal(bytes[17..<19])
    else { return nil }
    var rest = bytes[19...]
    if rest.first == 0x2E { rest = rest.dropFirst().drop { (0x30...0x39).contains($0) } }
    guard rest.elementsEqual("Z".utf8) || rest.elementsEqual("+00:00".utf8) else { return nil }
    self.init(
      CalendarTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second))
  }

  /// Reads HTTP's `Sun, 06 Nov 1994 08:49:37 GMT`; its two obsolete forms are refused.
  public init?(httpDate text: String) {
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT",
      let day = decimal(parts[1].utf8), let year = decimal(parts[3].utf8),
      let month = monthNames.firstIndex(of: String(parts[2]))
    else { return nil }
    let clock = parts[4].split(separator: ":", omittingEmptySubsequences: false)
    guard clock.count == 3, let hour = decimal(clock[0].utf8), let minute = decimal(clock[1].utf8),
      let second = decimal(clock[2].utf8)
    else { return nil }
    self.init(
      CalendarTime(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second))
  }

  /// `2006-02-03T16:45:09Z`.
  public var iso8601: String {
    let time = calendar
    return "\(padded(time.year, 4))-\(padded(time.month))-\(padded(time.day))T"
      + "\(padded(time.hour)):\(padded(time.minute)):\(padded(time.second))Z"
  }

  /// `Sun, 06 Nov 1994 08:49:37 GMT`.
  public var httpDate: String {
    let time = calendar
    let days = seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400
    let weekday = Int(((days + 4) % 7 + 7) % 7)
    return "\(dayNames[weekday]), \(padded(time.day)) \(monthNames[time.month - 1]) \(padded(time.year, 4)) "
      + "\(padded(time.hour)):\(padded(time.minute)):\(padded(time.second)) GMT"
  }
}

private let monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
private let dayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

private func padded(_ number: Int, _ width: Int = 2) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// One to four decimal digits as a number, nil for anything else.
private func decimal(_ digits: some Collection<UInt8>) -> Int? {
  guard (1...4).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
  return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
}
