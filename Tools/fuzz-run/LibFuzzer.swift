#if LIBFUZZER
  import BinaryIO
  import Fuzzing
  import SystemLibC

  /// The target that FUZZ_TARGET names; without it the names of all are printed. Writes its seeds to the directory FUZZ_SEEDS, if that is set.
  private let target: FuzzTarget = {
    do {
      let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
      if name.isEmpty {
        print(FuzzTarget.names.joined(separator: "\n"))
        exit(0)
      }
      guard let target = try FuzzTarget.named(name) else { stop("FUZZ_TARGET: no target \(name)") }
      if let folder = getenv("FUZZ_SEEDS").map({ String(cString: $0) }) {
        for (number, seed) in target.seeds.enumerated() {
          try FileSystem.write(seed.span.bytes, to: "\(folder)/seed-\(number)")
        }
      }
      return target
    } catch {
      stop("\(error)")
    }
  }()

  /// Called by libFuzzer before it reads its directories.
  @_cdecl("LLVMFuzzerInitialize")
  public func initialize(_: UnsafeRawPointer, _: UnsafeRawPointer) -> CInt {
    _ = target.name
    return 0
  }

  /// Called by libFuzzer for each input.
  @_cdecl("LLVMFuzzerTestOneInput")
  public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // Safe because libFuzzer keeps the bytes for the time of the call, and they are copied at once.
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    do {
      _ = try target.run(input)
    } catch {
      stop("\(target.name): \(error)")
    }
    return 0
  }

  /// Ends the process as libFuzzer expects it of a finding.
  private func stop(_ message: String) -> Never {
    print(message)
    fflush(nil)
    abort()
  }
#endif
