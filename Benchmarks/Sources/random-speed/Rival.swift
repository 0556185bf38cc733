import Foundation

/// numpy in a Python process: runs one task at a time when told to, and tells how long it took and what came.
final class Rival {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()

  init(python: String) throws {
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = ["-c", program]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
  }

  /// Seconds and checksum of a task.
  func run(_ task: String) -> (seconds: Double, sum: UInt64)? {
    input.fileHandleForWriting.write(Data((task + "\n").utf8))
    var line = ""
    while let byte = try? output.fileHandleForReading.read(upToCount: 1), byte != Data([10]), !byte.isEmpty {
      line += String(decoding: byte, as: UTF8.self)
    }
    let parts = line.split(separator: " ")
    guard parts.count == 2, let seconds = Double(parts[0]), let sum = UInt64(parts[1]) else { return nil }
    return (seconds, sum)
  }

  func stop() {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}

private let program = """
  import sys, time
  import numpy as np
  n, times = 1 << 14, 64
  def shuffled(r, count, times, dtype):
      a = np.arange(count, dtype=dtype)
      def go():
          for _ in range(times): r.shuffle(a)
          return a
      return go
  def repeated(f):
      def go():
          for _ in range(times): out = f()
          return out
      return go
  for line in sys.stdin:
      r, l = np.random.default_rng(1), np.random.RandomState(1)
      work = {
          'raw64': repeated(lambda: r.bit_generator.random_raw(n)),
          'integers': repeated(lambda: r.integers(0, 196608, n)),
          'integers8': repeated(lambda: r.integers(0, 200, n, dtype=np.uint8)),
          'uniform': repeated(lambda: r.uniform(-3, 5, n)),
          'normal': repeated(lambda: r.standard_normal(n)),
          'exponential': repeated(lambda: r.standard_exponential(n)),
          'choice': repeated(lambda: r.choice(1 << 30, n, replace=False)),
          'random_sample': repeated(lambda: l.random_sample(n)),
          'randint': repeated(lambda: l.randint(0, 196608, n)),
          'shuffle': shuffled(r, n, times, np.int64),
          'shuffle 10M': shuffled(r, 10000000, 1, np.int32),
      }[line.strip()]
      start = time.perf_counter()
      out = work()
      spent = time.perf_counter() - start
      if out.dtype.itemsize < 8: out = out.astype(np.int64)
      words = out.view(np.uint64)
      weights = np.arange(1, words.size + 1, dtype=np.uint64)
      with np.errstate(over='ignore'): total = int((words * weights).sum(dtype=np.uint64))
      print(spent, total, flush=True)
  """
