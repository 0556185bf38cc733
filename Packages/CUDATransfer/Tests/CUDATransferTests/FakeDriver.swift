import CUDATransfer
import Foundation
import SystemLibC
import TestSupport
import Testing
import Threading

/// A driver of the tests' own, compiled from `../FakeDriver`: each instance is a library with state of its own.
final class FakeDriver: Sendable {
  /// How functions are looked up: as CUDA 12 does it, as 11.3 did, or by their exported names alone.
  enum Lookup: String, CaseIterable {
    case current = "NEW_LOOKUP"
    case old = "OLD_LOOKUP"
    case none = "NO_LOOKUP"
  }

  private static let libraries: [Lookup: Result<String, any Error>] = [
    .current: Result { try compile(.current) }, .old: Result { try compile(.old) }, .none: Result { try compile(.none) },
  ]
  private static let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("fake-cuda-\(ProcessInfo.processInfo.processIdentifier)")

  struct CompilerError: Error { let text: String }

  private static func compile(_ lookup: Lookup) throws -> String {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("FakeDriver")
    let target = folder.appendingPathComponent("\(lookup.rawValue).so").path
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["cc", "-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC", "-D\(lookup.rawValue)=1", "-o", target]
      + ["control.c", "lookup.c", "memory.c", "streams.c"].map { sources.appendingPathComponent($0).path }
      + ["-Wl,-Bsymbolic", "-ldl", "-lpthread"]
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CompilerError(text: text) }
    return target
  }

  let path: String
  private let library: UInt

  init(_ lookup: Lookup = .current, devices: Int = 1, pools: Bool = true, copyMicroseconds: Int = 0) throws {
    let original = try #require(Self.libraries[lookup]).get()
    path = Self.folder.appendingPathComponent("libcuda-\(UUID().uuidString).so").path
    try FileManager.default.copyItem(atPath: original, toPath: path)
    library = UInt(bitPattern: dlopen(path, RTLD_NOW | RTLD_LOCAL))
    try #require(library != 0)
    try function("fake_set_devices", as: (@convention(c) (Int32, Int32) -> Void).self)(Int32(devices), pools ? 1 : 0)
    try function("fake_set_copies", as: (@convention(c) (Int32, Double) -> Void).self)(Int32(copyMicroseconds), 0)
  }

  deinit { unlink(path) }

  private func function<F>(_ name: String, as type: F.Type) throws -> F {
    unsafeBitCast(try #require(dlsym(UnsafeMutableRawPointer(bitPattern: library), name)), to: type)
  }

  func driver() throws -> CUDADriver { try CUDADriver(path: path) }

  /// Lets a call give `code`; "copy" lets a copy break the context.
  func fail(_ call: String, at number: Int, code: Int32 = 999) throws {
    try function("fake_fail", as: (@convention(c) (UnsafePointer<CChar>, Int32, Int32) -> Void).self)(
      call, Int32(number), code)
  }

  func calls(_ name: String) throws -> Int {
    Int(try function("fake_calls", as: (@convention(c) (UnsafePointer<CChar>) -> Int32).self)(name))
  }

  func called() throws -> [String] {
    var text = [CChar](repeating: 0, count: 8192)
    try function("fake_called", as: (@convention(c) (UnsafeMutablePointer<CChar>, Int) -> Void).self)(&text, text.count)
    return Self.string(text).split(separator: "\n").map(String.init)
  }

  /// Puts work on a queue that reads device memory late; the digest of what it saw goes to `result`.
  func work(
    on queue: UInt, _ address: UInt64, _ byteCount: Int, microseconds: Int, _ result: UnsafeMutablePointer<UInt64>
  ) throws {
    typealias Work = @convention(c) (UInt, UInt64, Int, Int32, UnsafeMutablePointer<UInt64>) -> Int32
    let code = try function("fake_work", as: Work.self)(queue, address, byteCount, Int32(microseconds), result)
    #expect(code == 0)
  }

  func digest(_ bytes: [UInt8]) throws -> UInt64 {
    try function("fake_digest", as: (@convention(c) (UnsafePointer<UInt8>, Int) -> UInt64).self)(bytes, bytes.count)
  }

  var violations: String { get throws { try report("fake_violations").text } }

  private func report(_ name: String) throws -> (count: Int, text: String) {
    var text = [CChar](repeating: 0, count: 8192)
    let count = try function(name, as: (@convention(c) (UnsafeMutablePointer<CChar>, Int) -> Int32).self)(
      &text, text.count)
    return (Int(count), Self.string(text))
  }

  /// What was not given back within some seconds: the last references go on threads of their own.
  func left(atMost allowed: Int = 0) throws -> (count: Int, text: String) {
    var left = try report("fake_left")
    for _ in 0..<10_000 where left.count > allowed {
      pause(.milliseconds(1))
      left = try report("fake_left")
    }
    return left
  }

  func expectClean() throws {
    let left = try left()
    #expect(left.count == 0, "left: \(left.text)")
    #expect(try violations == "")
  }

  private static func string(_ text: [CChar]) -> String {
    String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// Waits without a condition: a wait that nothing ends.
func pause(_ duration: Duration) {
  guard duration > .zero else { return }
  try? Monitor(()).wait(until: .after(duration), charging: StallCause("a pause")) { _ -> Void? in nil }
}
