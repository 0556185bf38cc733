import Foundation
import SampleOrder

// The order of samples at scale: how fast, and in how much memory. Every measurement is a process of its own.
// swift run -c release --package-path Benchmarks order whole [PYTHON with upstream]   a whole epoch, beside upstream's
// swift run -c release --package-path Benchmarks order first                          until the first batch is there
// swift run -c release --package-path Benchmarks order quality                        how well feistel mixes, beside py1e

let arguments = Array(CommandLine.arguments.dropFirst())
switch arguments.first {
case "whole": try compareWholeOrders(python: arguments.dropFirst().first)
case "first": try tellFirstBatches()
case "quality": try compareQuality()
case "run" where arguments.count == 2:
  let case_ = try OrderCase(parsing: arguments[1])
  print(try case_.run().line)
default:
  print("usage: order whole [PYTHON] | order first | order quality")
  exit(2)
}
