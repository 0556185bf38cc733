import CDLPack
import CStreaming
import StreamingC
import TestSupport
import Testing
import Threading

@Suite("Misuse through C")
struct MisuseTests {
  /// Every function that takes a handle, with places for all it writes.
  private static let calls: [(name: String, kind: String, call: @Sendable (UInt64) -> Int32)] = [
    ("sample_count", "dataset", { var n: Int64 = 0; return streaming_sample_count($0, &n) }),
    ("start", "dataset", { var h: UInt64 = 0; return streaming_start($0, nil, &h) }),
    ("batch_count", "loader", { var n: Int64 = 0; return streaming_batch_count($0, &n) }),
    ("next", "loader", { var h: UInt64 = 0; return streaming_next($0, &h) }),
    ("state", "loader", { streaming_state($0, 0, nil, 0, nil) }),
    ("row_count", "batch", { var n: Int64 = 0; return streaming_row_count($0, &n) }),
    ("column_count", "batch", { var n: Int64 = 0; return streaming_column_count($0, &n) }),
    ("column_index", "batch", { var n: Int64 = 0; return streaming_column_index($0, "id", &n) }),
    ("column_name", "batch", { streaming_column_name($0, 0, nil, 0, nil) }),
    ("column_type", "batch", { streaming_column_type($0, 0, nil, 0, nil) }),
    ("export", "batch", {
      var tensor: UnsafeMutablePointer<DLManagedTensorVersioned>?
      defer { if let tensor { tensor.pointee.deleter(tensor) } }
      return streaming_export($0, 0, 0, 0, &tensor)
    }),
    ("export_unversioned", "batch", {
      var tensor: UnsafeMutablePointer<DLManagedTensor>?
      defer { if let tensor { tensor.pointee.deleter(tensor) } }
      return streaming_export_unversioned($0, 0, 0, &tensor)
    }),
  ]

  @Test("a handle that is unknown, of another kind or released is refused, everywhere")
  func handles() async throws {
    try await withTemporaryDirectory { folder in
      try await Library.write(30, to: folder)
      let dataset = try Library.open(#"{"local": "\#(folder)", "batch_size": 5}"#)
      let loader = try Library.start(dataset)
      let batch = try #require(try Library.next(loader))
      let handles = ["dataset": dataset, "loader": loader, "batch": batch]
      for (name, kind, call) in Self.calls {
        for (other, handle) in handles {
          let status = call(handle)
          if other == kind {
            #expect([STREAMING_OK, STREAMING_TOO_SMALL].contains(Int(status)), "\(name) of its \(kind)")
          } else {
            #expect(status == Int32(STREAMING_BAD_HANDLE), "\(name) of a \(other)")
          }
        }
        for handle in [0, 1, .max, batch + 1000, dataset &- 1] {
          #expect(call(handle) == Int32(STREAMING_BAD_HANDLE), "\(name) of \(handle)")
        }
      }
      try Library.check(streaming_state(loader, dataset, nil, 0, nil), is: STREAMING_BAD_HANDLE)
      try Library.release(dataset, loader, batch)
      for handle in handles.values {
        for (name, _, call) in Self.calls {
          #expect(call(handle) == Int32(STREAMING_BAD_HANDLE), "\(name) after the release")
        }
        #expect(streaming_release(handle) == Int32(STREAMING_BAD_HANDLE))
        #expect(String(cString: streaming_error_text()).contains("released"))
      }
    }
  }

  @Test("null pointers and numbers out of range are refused; results are cleared")
  func arguments() async throws {
    try await withTemporaryDirectory { folder in
      try await Library.write(10, to: folder)
      let options = #"{"local": "\#(folder)", "batch_size": 5}"#
      let dataset = try Library.open(options)
      let loader = try Library.start(dataset)
      let batch = try #require(try Library.next(loader))
      let bad = Int32(STREAMING_BAD_ARGUMENT)
      var handle: UInt64 = 7
      #expect(streaming_open(nil, &handle) == bad && handle == 0)
      #expect(streaming_open(options, nil) == bad)
      #expect([CChar](arrayLiteral: 0x22, -1, 0).withUnsafeBufferPointer { streaming_open($0.baseAddress, &handle) } == bad)
      #expect(streaming_sample_count(dataset, nil) == bad && streaming_start(dataset, nil, nil) == bad)
      #expect(streaming_batch_count(loader, nil) == bad && streaming_next(loader, nil) == bad)
      #expect(streaming_row_count(batch, nil) == bad && streaming_column_count(batch, nil) == bad)
      var column: Int64 = 0
      #expect(streaming_column_index(batch, nil, &column) == bad && streaming_column_index(batch, "id", nil) == bad)
      #expect(streaming_column_index(batch, "", &column) == bad && streaming_column_index(batch, "Id", &column) == bad)
      #expect(streaming_column_name(batch, 0, nil, 100, nil) == bad)
      #expect(streaming_export(batch, 0, 0, 0, nil) == bad && streaming_export_unversioned(batch, 0, 0, nil) == bad)
      var tensor: UnsafeMutablePointer<DLManagedTensorVersioned>?
      for column in [-1, 3, .max, .min] as [Int64] {
        #expect(streaming_column_name(batch, column, nil, 0, nil) == bad)
        #expect(streaming_column_type(batch, column, nil, 0, nil) == bad)
        #expect(streaming_export(batch, column, 0, 0, &tensor) == bad && tensor == nil)
      }
      for part in [-1, 4, .max, .min] as [Int32] { #expect(streaming_export(batch, 0, part, 0, &tensor) == bad) }
      for flags in [2, 3, .max] as [UInt32] { #expect(streaming_export(batch, 0, 0, flags, &tensor) == bad) }
      let id = try Library.column(batch, "id")
      #expect(streaming_export(batch, id, Int32(STREAMING_OFFSETS), 0, &tensor) == bad)
      #expect(streaming_export(batch, id, Int32(STREAMING_LENGTHS), 0, &tensor) == bad)
      try Library.check(streaming_export(batch, id, 0, UInt32(STREAMING_WRITABLE), &tensor))
      let given = try #require(tensor)
      #expect(given.pointee.flags == 0)
      given.pointee.deleter(given)
      try Library.release(batch, loader, dataset)
    }
  }

  @Test(
    "options that are not understood are refused, naming the option",
    arguments: [
      ("", "options"), (" \n", "options"), ("{", "options"), ("{}", "remote"), (#"{"streams": 3}"#, "streams"),
      (#"{"streams": []}"#, "stream"), (#"{"streams": [7]}"#, "streams[0]"),
      (#"{"streams": [{"lokal": "x"}]}"#, "streams[0].lokal"), (#"{"local": 1}"#, "local"),
      (#"{"local": "x", "batchsize": 1}"#, "batchsize"), (#"{"local": "x", "batch_size": "1"}"#, "batch_size"),
      (#"{"local": "x", "batch_size": 1e30}"#, "batch_size"), (#"{"local": "x", "shuffle": 1}"#, "shuffle"),
      (#"{"local": "x", "shuffle_algo": "py1b"}"#, "shuffle_algo"), (#"{"local": "x", "shuffle_seed": -1}"#, "shuffle_seed"),
      (#"{"local": "x", "shuffle_seed": 0.5}"#, "shuffle_seed"), (#"{"local": "x", "cache_limit": "10k"}"#, "cache_limit"),
      (#"{"local": "x", "world": {"nodes": 0}}"#, "nodes"), (#"{"local": "x", "world": {"node": 1}}"#, "node"),
      (#"{"local": "x", "world": {"rank": 1}}"#, "world.rank"), (#"{"local": "x", "sampling_method": "none"}"#, "sampling_method"),
      (#"{"local": "x", "split": "../up"}"#, "split"),
    ])
  func options(text: String, names: String) throws {
    var handle: UInt64 = 7
    try Library.check(streaming_open(text, &handle), is: STREAMING_BAD_OPTIONS)
    #expect(handle == 0)
    #expect(String(cString: streaming_error_text()).contains(names))
  }

  @Test("a data set that is not there is unreadable, and the text says where")
  func absent() throws {
    var handle: UInt64 = 0
    try Library.check(streaming_open("/nowhere/at/all", &handle), is: STREAMING_UNREADABLE)
    #expect(String(cString: streaming_error_text()).contains("/nowhere/at/all"))
    let long = "/" + String(repeating: "é", count: 3000)
    try Library.check(streaming_open(long, &handle), is: STREAMING_UNREADABLE)
    let text = String(cString: streaming_error_text())
    #expect(text.utf8.count <= 2047 && text.utf8.count > 100 && !text.contains("\u{FFFD}"))
  }

  @Test(
    "options of a loader that are not understood are refused, naming the option",
    arguments: [
      ("[]", "options"), (#"{"columns": "id"}"#, "columns"), (#"{"columns": [1]}"#, "columns[0]"),
      (#"{"columns": ["nope"]}"#, "nope"), (#"{"columns": ["id", "id"]}"#, "id"), (#"{"columns": [{}]}"#, "columns[0].name"),
      (#"{"columns": [{"name": "text", "dtype": "int7"}]}"#, "columns[0].dtype"),
      (#"{"columns": [{"name": "text", "pad_to": -1}]}"#, "pad_to"),
      (#"{"columns": [{"name": "text", "pad_to": "longest", "pad_multiple": 0}]}"#, "text"),
      (#"{"columns": [{"name": "text", "pad_to": 3, "pad_value": "x"}]}"#, "pad_value"),
      (#"{"threads": 0}"#, "threads"), (#"{"threads": 9000000000000000000}"#, "threads"),
      (#"{"prefetch_batches": -1}"#, "prefetch_batches"), (#"{"timeout": 0}"#, "timeout"), (#"{"timeout": NaN}"#, "timeout"),
      (#"{"timeout": 1e300}"#, "timeout"), (#"{"state": {"epoch": 0}}"#, "sample_in_epoch"), (#"{"shuffle": true}"#, "shuffle"),
    ])
  func startOptions(text: String, names: String) async throws {
    try await withTemporaryDirectory { folder in
      try await Library.write(3, to: folder)
      let dataset = try Library.open(#"{"local": "\#(folder)", "batch_size": 5}"#)
      var handle: UInt64 = 7
      try Library.check(streaming_start(dataset, text, &handle), is: STREAMING_BAD_OPTIONS)
      #expect(handle == 0)
      #expect(String(cString: streaming_error_text()).contains(names))
      try Library.release(dataset)
    }
  }

  @Test("threads that share a loader get each batch once, or are told that it is busy")
  func shared() async throws {
    try await withTemporaryDirectory { folder in
      try await Library.write(400, to: folder)
      let dataset = try Library.open(#"{"local": "\#(folder)", "batch_size": 2}"#)
      let loader = try Library.start(dataset)
      let outcome = Monitor((batches: 0, ended: 0, unexpected: 0))
      for _ in 0..<4 {
        NamedThread.start("consumer") {
          var batch: UInt64 = 0
          while true {
            let status = Int(streaming_next(loader, &batch))
            if status == STREAMING_BUSY { continue }
            let isReleased = status != STREAMING_OK || streaming_release(batch) == Int32(STREAMING_OK)
            outcome.notifying {
              if status == STREAMING_OK { $0.batches += 1 } else { $0.ended += 1 }
              if !isReleased || ![STREAMING_OK, STREAMING_END].contains(status) { $0.unexpected += 1 }
            }
            if status != STREAMING_OK { return }
          }
        }.detach()
      }
      try await outcome.waitAsync(until: .after(.seconds(30)), charging: StallCause("the consumers")) {
        $0.ended == 4 ? () : nil
      }
      #expect(outcome.withLock { $0.batches } == 200)
      #expect(outcome.withLock { $0.unexpected } == 0)
      try Library.release(loader, dataset)
    }
  }

  @Test("a loader that is released under its consumer ends it", arguments: 0..<8)
  func releasedMeanwhile(after: Int) async throws {
    try await withTemporaryDirectory { folder in
      try await Library.write(200, to: folder)
      let dataset = try Library.open(#"{"local": "\#(folder)", "batch_size": 1}"#)
      let loader = try Library.start(dataset)
      let last = Monitor<Int32?>(nil)
      let started = Monitor(0)
      NamedThread.start("consumer") {
        var batch: UInt64 = 0
        while true {
          let status = streaming_next(loader, &batch)
          started.notifying { $0 += 1 }
          if status != Int32(STREAMING_OK) { return last.notifying { $0 = status } }
          _ = streaming_release(batch)
        }
      }.detach()
      try await started.waitAsync(until: .after(.seconds(20)), charging: StallCause("a batch")) { $0 > after ? () : nil }
      try Library.release(loader)
      let status = try await last.waitAsync(until: .after(.seconds(20)), charging: StallCause("the consumer")) { $0 }
      #expect([STREAMING_CLOSED, STREAMING_BAD_HANDLE, STREAMING_END].contains(Int(status)))
      try Library.release(dataset)
    }
  }
}
