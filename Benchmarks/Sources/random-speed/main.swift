import Foundation
import NumPyRandom

// Each loop of NumPyRandom against numpy's own, alternating in one run, with the results compared.
// swift run -c release --package-path Benchmarks random-speed [PYTHON with numpy]

let count = 1 << 14
let times = 64
let rounds = 9

/// A checksum that depends on every word and its place.
func sum(_ words: some Sequence<UInt64>) -> UInt64 {
  var total: UInt64 = 0
  var place: UInt64 = 0
  for word in words {
    place &+= 1
    total = total &+ word &* place
  }
  return total
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try body()
  let spent = (ContinuousClock.now - start).components
  return Double(spent.seconds) + Double(spent.attoseconds) * 1e-18
}

/// Runs a task `times` times on a generator of seed 1: seconds, checksum of the last result, numbers made.
func run(_ task: String) throws -> (seconds: Double, sum: UInt64, count: Int) {
  var generator = try NumPyGenerator(seed: 1)
  var state = try RandomState(seed: 1)
  var made = count * times
  var words: [UInt64] = []
  /// Times the repetitions of `body`, apart from the conversion of its last result.
  func repeated<Value>(_ body: () throws -> [Value], _ convert: (Value) -> UInt64) rethrows -> Double {
    var last: [Value] = []
    let spent = try seconds { for _ in 0..<times { last = try body() } }
    words = last.map(convert)
    return spent
  }
  let spent: Double
  switch task {
  case "raw64":
    spent = repeated(
      {
        var copy = generator.bits
        let words = [UInt64](capacity: count) { output in
          while !output.isFull { output.append(copy.next64()) }
        }
        generator.bits = copy
        return words
      }, { $0 })
  case "integers": spent = try repeated({ try generator.integers(0, 196_608, count: count) }, { UInt64($0) })
  case "integers8":
    spent = try repeated({ try generator.integers(0 as UInt8, 200, count: count) }, { UInt64($0) })
  case "uniform": spent = try repeated({ try generator.uniform(-3, 5, count: count) }, \.bitPattern)
  case "normal": spent = try repeated({ try generator.standardNormal(count: count) }, \.bitPattern)
  case "exponential": spent = try repeated({ try generator.standardExponential(count: count) }, \.bitPattern)
  case "choice":
    spent = try repeated({ try generator.choiceWithoutReplacement(1 << 30, count: count) }, { UInt64($0) })
  case "random_sample": spent = try repeated({ try state.randomSample(count: count) }, \.bitPattern)
  case "randint": spent = try repeated({ try state.integers(0, 196_608, count: count) }, { UInt64($0) })
  case "skipShuffle":
    spent = seconds { for _ in 0..<times { generator.skipShuffle(count: count) } }
    words = [generator.bits.next64()]
  case "shuffle":
    var ids = Array(0..<Int64(count))
    spent = seconds { for _ in 0..<times { generator.shuffle(&ids) } }
    words = ids.map { UInt64($0) }
  default:
    made = 10_000_000
    var ids = Array(0..<Int32(made))
    spent = seconds { generator.shuffle(&ids) }
    words = ids.map { UInt64($0) }
  }
  return (spent, sum(words), made)
}

func column(_ values: [Double]) -> String {
  let sorted = values.sorted()
  return sorted.isEmpty
    ? "" : String(format: "%7.2f %7.2f %7.2f", sorted[0], sorted[sorted.count / 2], sorted[sorted.count - 1])
}

let rival = CommandLine.arguments.count > 1 ? try Rival(python: CommandLine.arguments[1]) : nil
print("ns per number, min median max of \(rounds) alternating rounds of \(times) calls for \(count) numbers")
print("task           NumPyRandom              numpy                    ratio of the minima")
let tasks = [
  "raw64", "integers", "integers8", "uniform", "normal", "exponential", "shuffle", "skipShuffle",
  "shuffle 10M", "choice",
  "random_sample", "randint",
]
for task in tasks {
  var ours: [Double] = []
  var theirs: [Double] = []
  for _ in 0..<rounds {
    let mine = try run(task)
    ours.append(mine.seconds * 1e9 / Double(mine.count))
    guard !task.hasPrefix("skip"), let other = rival?.run(task) else { continue }
    guard other.sum == mine.sum else { fatalError("\(task): numpy's numbers are others") }
    theirs.append(other.seconds * 1e9 / Double(mine.count))
  }
  let ratio = theirs.isEmpty ? "" : String(format: "%5.1f", (theirs.min() ?? 0) / (ours.min() ?? 1))
  print(
    task.padding(toLength: 14, withPad: " ", startingAt: 0) + column(ours) + "  " + column(theirs) + "   "
      + ratio)
}
rival?.stop()
