import BinaryIO
import ColumnarBatch
import DatasetLoading
import DatasetWriting
import MDSFormat
import ObjectStorage
import SampleOrder
import ShardFormats
import TestSupport
import Testing

@Suite struct PackingTests {
  /// A sequence as the naive packer below makes it.
  struct Sequence: Equatable {
    var tokens: [UInt16] = []
    var positions: [Int32] = []
    var boundaries: [Int32] = []
  }

  /// The shortest packer that is obviously right: one token at a time.
  static func naive(_ documents: [[UInt16]], _ packing: Packing) -> [Sequence] {
    var sequences: [Sequence] = []
    var current = Sequence()
    func end() {
      let pad = packing.length - current.tokens.count
      if pad > 0 {
        current.boundaries.append(Int32(current.tokens.count))
        current.tokens += Array(repeating: UInt16(packing.filler), count: pad)
        current.positions += (0..<pad).map(Int32.init)
      }
      current.boundaries.append(Int32(packing.length))
      sequences.append(current)
      current = Sequence()
    }
    for document in documents {
      let whole = document + (packing.separator.map { [UInt16($0)] } ?? [])
      var isNew = true
      var position: Int32 = 0
      for (place, token) in whole.enumerated() {
        if !packing.splitsDocuments, !current.tokens.isEmpty, place % packing.length == 0 || isNew {
          if isNew, whole.count - place > packing.length - current.tokens.count { end() }
        }
        if isNew || current.tokens.isEmpty {
          current.boundaries.append(Int32(current.tokens.count))
          position = 0
          isNew = false
        }
        current.tokens.append(token)
        current.positions.append(position)
        position += 1
        if current.tokens.count == packing.length { end() }
      }
    }
    if !current.tokens.isEmpty, !packing.dropsLast { end() }
    return sequences
  }

  static func sequences(_ batch: Batch) throws -> [Sequence] {
    let tokens = try batch.column("tokens")
    let positions = try batch.column("positions")
    let boundaries = try batch.column("boundaries")
    return try (0..<batch.rowCount).map { row in
      Sequence(
        tokens: try tokens.elements(as: UInt16.self, row: row).copied(),
        positions: try positions.elements(as: Int32.self, row: row).copied(),
        boundaries: try boundaries.elements(as: Int32.self, row: row).copied())
    }
  }

  static func document(_ id: Int) -> [UInt16] { (0..<(id * 7 % 23)).map { UInt16(id * 30 + $0) } }

  static func write(_ count: Int, to folder: String) async throws {
    let format = try MDS(columns: ["tokens": .bytes, "id": .int], settings: ShardSettings(sizeLimit: 800))
    var options = WriterOptions()
    options.sizeLimit = ByteCount(800)
    var writer = try ShardWriter(to: folder, format: format, options: options, stores: ObjectStoreRegistry())
    for id in 0..<count { try await writer.write(["tokens": .bytes(document(id).span.bytes.copied()), "id": .int(id)]) }
    _ = try await writer.finish()
  }

  static func dataset(_ folder: String, world: World = .single) async throws -> StreamingDataset {
    try await StreamingDataset([DataStream(local: folder)], batchSize: 4, world: world, stores: ObjectStoreRegistry()) {
      $0.shuffle = .py1e
    }
  }

  static func packings() -> [Packing] {
    var all: [Packing] = []
    for length in [1, 5, 16, 100] {
      for separator in [nil, 9] as [Int?] {
        for splits in [true, false] {
          var packing = Packing(LoaderColumn("tokens", as: .uint16), length: length)
          packing.separator = separator
          packing.splitsDocuments = splits
          packing.filler = 65535
          packing.batchSize = 3
          packing.dropsLast = splits
          all.append(packing)
        }
      }
    }
    return all
  }

  @Test("documents become sequences as the naive packer makes them, whatever length, separator and manner", arguments: packings())
  func packs(packing: Packing) async throws {
    try await withTemporaryDirectory { folder in
      try await Self.write(45, to: folder)
      let order = DatasetFixture.expected(try await Self.dataset(folder).loader().plan).flatMap { $0 }
      var expected = Self.naive(order.map(Self.document), packing)
      if packing.dropsLast { expected.removeLast(expected.count % 3) }
      let loader = try await Self.dataset(folder).packedLoader(packing)
      var found: [Sequence] = []
      while let batch = try loader.nextBlocking() {
        #expect(batch.position.batch == found.count / 3)
        found += try Self.sequences(batch)
      }
      #expect(found == expected)
      #expect(try loader.nextBlocking() == nil)
    }
  }

  @Test("a run stopped after any batch goes on with the next token, through the state's text")
  func resumes() async throws {
    try await withTemporaryDirectory { folder in
      try await Self.write(30, to: folder)
      for splits in [true, false] {
        var packing = Packing(LoaderColumn("tokens", as: .uint16), length: 11)
        packing.separator = 1
        packing.splitsDocuments = splits
        packing.batchSize = 2
        var whole: [[Sequence]] = []
        var states: [PackedState] = []
        let loader = try await Self.dataset(folder).packedLoader(packing)
        while let batch = try loader.nextBlocking() {
          whole.append(try Self.sequences(batch))
          states.append(loader.state(after: batch))
        }
        #expect(whole.count > 10)
        for (stop, state) in states.enumerated() {
          let saved = try PackedState(json: state.jsonText)
          #expect(saved == state)
          let resumed = try await Self.dataset(folder).packedLoader(packing, resuming: saved)
          var rest: [[Sequence]] = []
          while let batch = try resumed.nextBlocking() {
            #expect(batch.position.batch == stop + 1 + rest.count)
            rest.append(try Self.sequences(batch))
            #expect(resumed.state(after: batch) == states[stop + rest.count])
          }
          #expect(rest == Array(whole[(stop + 1)...]), "stopped after \(stop)")
        }
      }
    }
  }

  @Test("with a number of batches all ranks give so many, beginning their documents again")
  func equalCounts() async throws {
    try await withTemporaryDirectory { folder in
      try await Self.write(24, to: folder)
      var packing = Packing(LoaderColumn("tokens", as: .uint16), length: 16)
      packing.batchSize = 2
      packing.batchCount = 25
      for rank in 0..<2 {
        let world = try World(nodes: 1, ranksPerNode: 2).seen(from: rank)
        let dataset = try await Self.dataset(folder, world: world)
        let loader = try dataset.packedLoader(packing)
        let order = DatasetFixture.expected(try await Self.dataset(folder, world: world).loader().plan).flatMap { $0 }
        let documents = Array(repeating: order.map(Self.document), count: 10).flatMap { $0 }
        let expected = Array(Self.naive(documents, packing).prefix(50))
        var found: [Sequence] = []
        for try await batch in loader { found += try Self.sequences(batch) }
        #expect(found == expected)
        // From the second time round as well.
        let again = try await Self.dataset(folder, world: world).packedLoader(packing)
        var state: PackedState?
        for _ in 0..<15 { state = (try again.nextBlocking()).map { again.state(after: $0) } }
        let resumed = try await Self.dataset(folder, world: world).packedLoader(packing, resuming: state)
        var rest: [Sequence] = []
        while let batch = try resumed.nextBlocking() { rest += try Self.sequences(batch) }
        #expect(rest == Array(expected[30...]))
      }
    }
  }

  @Test("a state of another rank or packing, and columns and numbers that do not suit, are refused")
  func refuses() async throws {
    try await withTemporaryDirectory { folder in
      try await Self.write(24, to: folder)
      let packing = Packing(LoaderColumn("tokens", as: .uint16), length: 16)
      let loader = try await Self.dataset(folder).packedLoader(packing)
      let state = try #require(try loader.nextBlocking().map { loader.state(after: $0) })
      let dataset = try await Self.dataset(folder, world: try World(nodes: 1, ranksPerNode: 2))
      func code(_ packing: Packing, _ state: PackedState? = nil, in dataset: StreamingDataset) -> LoadingError.Code? {
        do throws(LoadingError) {
          _ = try dataset.packedLoader(packing, resuming: state)
          return nil
        } catch {
          return error.code
        }
      }
      #expect(code(packing, state, in: dataset) == .configuration)
      let single = try await Self.dataset(folder)
      var longer = packing
      longer.length = 17
      #expect(code(longer, state, in: single) == .configuration)
      for length in [0, -1, Int.max] { #expect(code(Packing(LoaderColumn("tokens", as: .uint16), length: length), in: single) == .configuration) }
      for column in [LoaderColumn("id"), LoaderColumn("absent"), LoaderColumn("tokens", as: .uint16, padding: .toLongest())] {
        #expect(code(Packing(column, length: 4), in: single) == .configuration)
      }
      var large = packing
      large.separator = 65536
      #expect(code(large, in: single) == .configuration)
      #expect(throws: ConfigurationError.self) { try PackedState(json: "{}") }
      #expect(throws: ConfigurationError.self) { try PackedState(json: single.loader().initialState.jsonText) }
    }
  }
}
