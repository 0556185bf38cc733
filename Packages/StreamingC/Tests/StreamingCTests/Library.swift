import CDLPack
import CStreaming
import Streaming
import StreamingC
import Testing

/// The C functions as a caller sees them: statuses are checked, results returned.
enum Library {
  struct Unexpected: Error, CustomStringConvertible {
    let status: Int32
    let text: String
    var description: String { "status \(status): \(text)" }
  }

  static func check(_ status: Int32, is expected: Int = STREAMING_OK) throws {
    guard status == Int32(expected) else {
      throw Unexpected(status: status, text: String(cString: streaming_error_text()))
    }
  }

  static func open(_ options: String) throws -> UInt64 {
    var handle: UInt64 = 0
    try check(streaming_open(options, &handle))
    return handle
  }

  static func start(_ dataset: UInt64, _ options: String? = nil) throws -> UInt64 {
    var handle: UInt64 = 0
    try check(streaming_start(dataset, options, &handle))
    return handle
  }

  /// The next batch, nil at the end.
  static func next(_ loader: UInt64) throws -> UInt64? {
    var handle: UInt64 = 0
    let status = streaming_next(loader, &handle)
    if status == Int32(STREAMING_END) { return nil }
    try check(status)
    return handle
  }

  static func release(_ handles: UInt64...) throws {
    for handle in handles { try check(streaming_release(handle)) }
  }

  static func number(_ body: (UnsafeMutablePointer<Int64>?) -> Int32) throws -> Int {
    var number: Int64 = -1
    try check(body(&number))
    return Int(number)
  }

  static func column(_ batch: UInt64, _ name: String) throws -> Int64 {
    Int64(try number { streaming_column_index(batch, name, $0) })
  }

  static func text(_ body: (UnsafeMutablePointer<CChar>?, Int, UnsafeMutablePointer<Int>?) -> Int32) throws -> String {
    var length = 0
    try check(body(nil, 0, &length), is: STREAMING_TOO_SMALL)
    var text = [CChar](repeating: 1, count: length + 1)
    try check(body(&text, length, nil), is: STREAMING_TOO_SMALL)
    try check(body(&text, length + 1, nil))
    #expect(text.last == 0)
    return String(decoding: text.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The elements of a tensor in one dimension.
  static func elements<T: BitwiseCopyable>(
    _ batch: UInt64, _ column: Int64, _ part: Int = STREAMING_VALUES, as type: T.Type
  ) throws -> [T] {
    var tensor: UnsafeMutablePointer<DLManagedTensorVersioned>?
    try check(streaming_export(batch, column, Int32(part), 0, &tensor))
    let given = try #require(tensor)
    defer { given.pointee.deleter(given) }
    #expect(given.pointee.flags == 1)
    let view = given.pointee.dl_tensor
    #expect(view.ndim == 1 && Int(view.dtype.bits) == MemoryLayout<T>.size * 8)
    let start = view.data.assumingMemoryBound(to: T.self)
    return Array(UnsafeBufferPointer(start: start, count: Int(view.shape[0])))
  }

  /// Calls `body` with a tensor in the older layout, which is deleted afterwards.
  static func withUnversioned(_ batch: UInt64, _ column: Int64, _ body: (DLTensor) throws -> Void) throws {
    var tensor: UnsafeMutablePointer<DLManagedTensor>?
    try check(streaming_export_unversioned(batch, column, Int32(STREAMING_VALUES), &tensor))
    let given = try #require(tensor)
    defer { given.pointee.deleter(given) }
    try body(given.pointee.dl_tensor)
  }

  /// A data set of `count` samples: number, a text of varying length, and a vector of three.
  static func write(_ count: Int, to folder: String) async throws {
    var writer = try MDSWriter(
      to: folder, columns: ["id": .int, "text": .str, "box": try .ndarray(NDArrayLayout(type: .float32, shape: [3]))]
    ) { $0.sizeLimit = .kilobytes(2) }
    for id in 0..<count {
      let box = [Float(id), Float(id) / 2, -1].flatMap { value in
        withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
      }
      try await writer.write([
        "id": .int(id), "text": .string(Library.text(id)),
        "box": try .ndarray(NDArray(type: .float32, shape: [3], bytes: box)),
      ])
    }
    _ = try await writer.finish()
  }

  static func text(_ id: Int) -> String { String(repeating: "é", count: id % 5) + "\(id)" }
}
