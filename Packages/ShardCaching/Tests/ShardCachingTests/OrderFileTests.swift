import BinaryIO
@testable import ShardCaching
import Synchronization
import TestSupport
import Testing
import Threading

@Suite struct OrderFileTests {
  private static let parameters = Array("py1e seed 9176 epoch 3".utf8)
  private static let content = (0..<200_001).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }

  private static func made(in folder: String, steps: Int = 7001) throws -> OrderFile {
    try OrderFolder(of: folder).file("order", parameters: parameters, until: .after(.seconds(10))) { writer in
      for start in stride(from: 0, to: content.count, by: steps) {
        let part = Array(content[start..<min(content.count, start + steps)])
        try writer.append(part.span.bytes)
      }
    }
  }

  private static func bytes(_ file: OrderFile) -> [UInt8]? {
    var all: [UInt8] = []
    for piece in file.pieces {
      guard let bytes = file.withPiece(piece, { $0.copied() }) else { return nil }
      all += bytes
    }
    return all
  }

  @Test("what was written is read, piece by piece, however it was cut", arguments: [1000, 65536, 200_001])
  func roundTrip(steps: Int) throws {
    try withTemporaryDirectory { folder in
      let file = try Self.made(in: folder, steps: steps)
      #expect(file.byteCount == Self.content.count && file.pieces == 0..<4)
      #expect(Self.bytes(file) == Self.content)
      #expect(file.withPiece(4) { $0.byteCount } == nil)
      let again = try #require(OrderFolder(of: folder).file("order", parameters: Self.parameters))
      #expect(Self.bytes(again) == Self.content)
    }
  }

  @Test("a file of other parameters is none")
  func otherParameters() throws {
    try withTemporaryDirectory { folder in
      _ = try Self.made(in: folder)
      let orders = OrderFolder(of: folder)
      #expect(orders.file("order", parameters: Array("py1e seed 9176 epoch 4".utf8)) == nil)
      #expect(orders.file("order", parameters: []) == nil)
      #expect(orders.file("another", parameters: Self.parameters) == nil)
    }
  }

  @Test("a file that was cut, at whatever byte, is none")
  func torn() throws {
    try withTemporaryDirectory { folder in
      _ = try Self.made(in: folder)
      let path = folder + "/.streaming-order/order"
      let whole = try FileSystem.readAll(path)
      for count in [0, 1, 31, 32, 65536, Self.content.count, whole.count - 33, whole.count - 8, whole.count - 1] {
        let part = Array(whole[..<count])
        try FileSystem.write(part.span.bytes, to: path)
        #expect(OrderFile(path: path, parameters: Self.parameters) == nil, "\(count) bytes")
      }
      let longer = whole + [0]
      try FileSystem.write(longer.span.bytes, to: path)
      #expect(OrderFile(path: path, parameters: Self.parameters) == nil)
    }
  }

  @Test("a flipped bit loses its piece, or the file when it is behind the content; never another content")
  func flipped() throws {
    try withTemporaryDirectory { folder in
      _ = try Self.made(in: folder)
      let path = folder + "/.streaming-order/order"
      let whole = try FileSystem.readAll(path)
      for place in [0, 70_000, Self.content.count - 1] + Array(Self.content.count..<whole.count) {
        var bytes = whole
        bytes[place] ^= 4
        try FileSystem.write(bytes.span.bytes, to: path)
        let file = OrderFile(path: path, parameters: Self.parameters)
        guard place < Self.content.count else {
          #expect(file == nil, "at \(place)")
          continue
        }
        let opened = try #require(file)
        for piece in opened.pieces {
          let isHit = place / OrderFile.pieceByteCount == piece
          #expect((opened.withPiece(piece) { $0.byteCount } == nil) == isHit, "at \(place)")
        }
      }
    }
  }

  @Test("a file that another process cuts in use is noticed")
  func cutInUse() throws {
    try withTemporaryDirectory { folder in
      let file = try Self.made(in: folder)
      #expect(file.withPiece(3) { $0.byteCount } != nil)
      try FileDescriptor.open(folder + "/.streaming-order/order", .readWrite).resize(to: 5000)
      #expect(file.withPiece(3) { $0.byteCount } == nil)
    }
  }

  @Test("of many who ask at once one makes the file")
  func once() throws {
    try withTemporaryDirectory { folder in
      let made = Atomic<Int>(0)
      let right = Atomic<Int>(0)
      let pool = ThreadPool(name: "orders", threadCount: 4)
      for _ in 0..<4 {
        pool.submit {
          let file = try? OrderFolder(of: folder).file(
            "order", parameters: Self.parameters, until: .after(.seconds(10))
          ) { writer in
            made.add(1, ordering: .relaxed)
            try writer.append(Self.content.span.bytes)
          }
          if let file, Self.bytes(file) == Self.content { right.add(1, ordering: .relaxed) }
        }
      }
      try pool.closeAndWait()
      #expect(made.load(ordering: .relaxed) == 1 && right.load(ordering: .relaxed) == 4)
    }
  }

  @Test("who makes one and fails leaves nothing, and the next may make it")
  func failing() throws {
    struct Failure: Error {}
    try withTemporaryDirectory { folder in
      let orders = OrderFolder(of: folder)
      #expect(throws: Failure.self) {
        try orders.file("order", parameters: Self.parameters, until: .after(.seconds(10))) { writer in
          try writer.append(Self.content.span.bytes)
          throw Failure()
        }
      }
      #expect(try FileSystem.list(orders.path) == [".streaming-cache"])
      let made = try Self.made(in: folder)
      #expect(Self.bytes(made) == Self.content)
      orders.remove("order")
      #expect(try FileSystem.list(orders.path) == [".streaming-cache"])
    }
  }

  @Test("the files made last stay, and who has an older one mapped keeps it")
  func oldest() throws {
    try withTemporaryDirectory { folder in
      let orders = OrderFolder(of: folder)
      let files = try (0..<7).map { number in
        try orders.file("\(number)", parameters: [UInt8(number)], until: .after(.seconds(10))) { writer in
          let content = [UInt8](repeating: UInt8(number), count: 10)
          try writer.append(content.span.bytes)
        }
      }
      #expect(try FileSystem.list(orders.path).sorted() == [".streaming-cache", "3", "4", "5", "6"])
      #expect(orders.byteCount == 4 * (10 + 1 + 8 + 32))
      #expect(orders.removeAll() == ["3", "4", "5", "6"] && orders.byteCount == 0)
      #expect(files.map { $0.withPiece(0) { $0.copied().first } } == (0..<7).map { UInt8($0) })
    }
  }
}
