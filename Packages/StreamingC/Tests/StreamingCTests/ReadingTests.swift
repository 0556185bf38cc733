import CStreaming
import StreamingC
import TestSupport
import Testing

@Suite("Data sets through C")
struct ReadingTests {
  @Test("an epoch's batches have the samples' values, in the columns' types")
  func values() async throws {
    try await withTemporaryDirectory { folder in
      try await Library.write(103, to: folder)
      let dataset = try Library.open(#"{"local": "\#(folder)", "batch_size": 10, "shuffle": true, "shuffle_seed": 5}"#)
      #expect(try Library.number { streaming_sample_count(dataset, $0) } == 103)
      let loader = try Library.start(dataset)
      #expect(try Library.number { streaming_batch_count(loader, $0) } == 11)
      var seen: [Int] = []
      while let batch = try Library.next(loader) {
        #expect(try Library.number { streaming_column_count(batch, $0) } == 3)
        let names = try (0..<3).map { column in try Library.text { streaming_column_name(batch, Int64(column), $0, $1, $2) } }
        let types = try (0..<3).map { column in try Library.text { streaming_column_type(batch, Int64(column), $0, $1, $2) } }
        #expect(Dictionary(uniqueKeysWithValues: zip(names, types)) == ["id": "int64", "text": "string", "box": "float32"])
        let ids = try Library.elements(batch, Library.column(batch, "id"), as: Int64.self).map(Int.init)
        #expect(try Library.number { streaming_row_count(batch, $0) } == ids.count)
        #expect(try Library.elements(batch, -1, STREAMING_SAMPLE_IDS, as: Int64.self) == ids.map(Int64.init))
        try check(texts: batch, ids)
        try check(boxes: batch, ids)
        seen += ids
        try Library.release(batch)
      }
      #expect(try Library.next(loader) == nil)
      #expect(seen.sorted() == Array(0..<103) && seen != Array(0..<103))
      try Library.release(dataset, loader)
    }
  }

  private func check(texts batch: UInt64, _ ids: [Int]) throws {
    let column = try Library.column(batch, "text")
    let bytes = try Library.elements(batch, column, as: UInt8.self)
    let offsets = try Library.elements(batch, column, STREAMING_OFFSETS, as: Int64.self).map(Int.init)
    #expect(offsets.count == ids.count + 1 && offsets.last == bytes.count)
    for (row, id) in ids.enumerated() {
      #expect(String(decoding: bytes[offsets[row]..<offsets[row + 1]], as: UTF8.self) == Library.text(id))
    }
  }

  private func check(boxes batch: UInt64, _ ids: [Int]) throws {
    let column = try Library.column(batch, "box")
    try Library.withUnversioned(batch, column) { tensor in
      #expect(tensor.ndim == 2 && tensor.shape[0] == ids.count && tensor.shape[1] == 3)
      #expect(tensor.strides[0] == 3 && tensor.strides[1] == 1)
      let values = tensor.data.assumingMemoryBound(to: Float.self)
      for (row, id) in ids.enumerated() {
        #expect((0..<3).map { values[3 * row + $0] } == [Float(id), Float(id) / 2, -1])
      }
    }
  }

  @Test("epochs follow one another, and a state resumes its epoch after the batch that it was taken at")
  func resumes() async throws {
    try await withTemporaryDirectory { folder in
      try await Library.write(60, to: folder)
      let options = #"{"streams": [{"local": "\#(folder)"}], "batch_size": 7, "shuffle": true, "world": {"nodes": 1}}"#
      let first = try Library.open(options)
      let epochs = try (0..<2).map { _ in try ids(of: Library.start(first)) }
      #expect(epochs[0] != epochs[1] && epochs[0].flatMap(\.self).sorted() == epochs[1].flatMap(\.self).sorted())
      let second = try Library.open(options)
      let start = try Library.start(second)
      let atStart = try Library.text { streaming_state(start, 0, $0, $1, $2) }
      _ = try Library.next(start)
      let batch = try #require(try Library.next(start))
      let state = try Library.text { streaming_state(start, batch, $0, $1, $2) }
      #expect(state.contains(#""sample_in_epoch": 14"#) && atStart.contains(#""sample_in_epoch": 0"#))
      let third = try Library.open(options)
      #expect(try ids(of: Library.start(third, #"{"state": \#(state)}"#)) == Array(epochs[0][2...]))
      #expect(try ids(of: Library.start(third)) == epochs[1])
    }
  }

  private func ids(of loader: UInt64) throws -> [[Int64]] {
    var batches: [[Int64]] = []
    while let batch = try Library.next(loader) {
      batches.append(try Library.elements(batch, Library.column(batch, "id"), as: Int64.self))
      try Library.release(batch)
    }
    try Library.release(loader)
    return batches
  }

  @Test("columns can be chosen and padded; then their lengths are a tensor", arguments: [false, true])
  func columns(isFixed: Bool) async throws {
    try await withTemporaryDirectory { folder in
      try await Library.write(20, to: folder)
      let dataset = try Library.open(#"{"local": "\#(folder)", "batch_size": 20}"#)
      let form = isFixed ? #""pad_to": 4, "cut": true"# : #""pad_to": "longest", "pad_multiple": 8"#
      let loader = try Library.start(
        dataset, #"{"columns": [{"name": "text", "dtype": "uint8", "pad_value": 42, \#(form)}], "threads": 1, "drop_last": true}"#)
      let batch = try #require(try Library.next(loader))
      #expect(try Library.number { streaming_column_count(batch, $0) } == 1)
      let width = isFixed ? 4 : 16
      #expect(
        try Library.elements(batch, 0, STREAMING_LENGTHS, as: Int64.self)
          == (0..<20).map { Int64(min(width, Library.text($0).utf8.count)) })
      try Library.withUnversioned(batch, 0) { tensor in
        #expect(tensor.shape[0] == 20 && tensor.shape[1] == width)
        let values = tensor.data.assumingMemoryBound(to: UInt8.self)
        for row in 0..<20 {
          let text = Array(Library.text(row).utf8)
          #expect((0..<width).map { values[width * row + $0] } == (0..<width).map { $0 < text.count ? text[$0] : 42 })
        }
      }
      try Library.release(batch, loader, dataset)
    }
  }

  @Test("a tensor keeps the batch's memory after every handle is gone")
  func outlives() async throws {
    try await withTemporaryDirectory { folder in
      try await Library.write(50, to: folder)
      let dataset = try Library.open(#"{"local": "\#(folder)", "batch_size": 5}"#)
      let loader = try Library.start(dataset)
      let batch = try #require(try Library.next(loader))
      try Library.withUnversioned(batch, Library.column(batch, "id")) { tensor in
        try Library.release(batch)
        // All other batches go through the ring meanwhile.
        while let other = try Library.next(loader) { try Library.release(other) }
        try Library.release(loader, dataset)
        #expect((0..<5).map { tensor.data.assumingMemoryBound(to: Int64.self)[$0] } == [0, 1, 2, 3, 4])
      }
    }
  }

  @Test("a path alone opens a data set, which has no batches without a size")
  func path() async throws {
    try await withTemporaryDirectory { folder in
      try await Library.write(12, to: folder)
      for address in [folder, "file://" + folder] {
        let dataset = try Library.open(address)
        #expect(try Library.number { streaming_sample_count(dataset, $0) } == 12)
        var loader: UInt64 = 1
        try Library.check(streaming_start(dataset, nil, &loader), is: STREAMING_BAD_OPTIONS)
        #expect(loader == 0)
        #expect(String(cString: streaming_error_text()).contains("batch_size"))
        try Library.release(dataset)
      }
    }
  }
}
