import ColumnarBatch
import Testing
import Threading

@Suite("The ring of buffers")
struct RingTests {
  @Test("holds exactly its number of batches; dropping one lets the next in")
  func bounded() throws {
    let released = Monitor(0)
    let ring = BufferRing(bufferCount: 2) { released.notifying { $0 += 1 } }
    var first: Batch? = try assemble(ring, rows: 1, base: 1)
    let second = try assemble(ring, rows: 1, base: 2)
    #expect(!ring.hasFree)
    do throws(WaitError) {
      _ = try ring.acquire(until: .after(.milliseconds(5)), charging: StallCause("a buffer")) == nil
      Issue.record("a third batch was let in")
    } catch {
      #expect(error.reason == .timedOut)
    }
    #expect(released.withLock { $0 } == 0)
    _ = first
    first = nil
    #expect(released.withLock { $0 } == 1)
    try check(assemble(ring, rows: 3, base: 3), rows: 3, base: 3)
    try check(second, rows: 1, base: 2)
  }

  @Test("a column alone keeps its batch's memory")
  func columnIsALease() throws {
    let ring = BufferRing(bufferCount: 1)
    var column: Column? = try assemble(ring, rows: 5, base: 0).column("label")
    #expect(!ring.hasFree)
    #expect(try column?.elements(as: Int64.self)[4] == -4)
    column = nil
    #expect(ring.hasFree)
  }

  @Test("a waiting producer is woken by a batch that another thread drops")
  func wakes() throws {
    let ring = BufferRing(bufferCount: 1)
    let held = Monitor<Batch?>(try assemble(ring, rows: 1, base: 0))
    let thread = NamedThread.start("consumer") {
      let batch = held.withLock { batch in
        defer { batch = nil }
        return batch
      }
      _ = batch
    }
    try check(assemble(ring, rows: 2, base: 7), rows: 2, base: 7)
    thread.join()
  }

  @Test("closing wakes waiters with nil and frees memory that is still out when it comes back")
  func close() throws {
    let counter = CountingAllocator()
    let ring = BufferRing(bufferCount: 1, allocator: counter)
    var batch: Batch? = try assemble(ring, rows: 4, base: 3)
    let thread = NamedThread.start("closer") { ring.close() }
    let late = try ring.acquire(until: .after(.seconds(10)), charging: StallCause("a buffer")) == nil
    #expect(late)
    thread.join()
    #expect(!ring.hasFree)
    if let batch { try check(batch, rows: 4, base: 3) }
    #expect(counter.liveCount == 1)
    batch = nil
    #expect(counter.liveCount == 0)
  }

  @Test("a ring takes up the memory of rings that were closed, free or still out then, but not more than is to be kept")
  func spares() throws {
    let spares = SpareBuffers(limit: 1 << 20)
    let first = BufferRing(bufferCount: 2, spares: spares)
    var free: Batch? = try assemble(first, rows: 1, base: 1)
    var out: Batch? = try assemble(first, rows: 1, base: 2)
    let places = [free, out].map { batch in batch?.buffer.base }
    #expect(free != nil)
    free = nil
    #expect(spares.byteCount == 0)
    first.close()
    let freed = spares.byteCount
    #expect(freed > 0)
    #expect(out != nil)
    out = nil
    #expect(spares.byteCount == 2 * freed)
    let second = BufferRing(bufferCount: 3, spares: spares)
    let batches = try [assemble(second, rows: 1, base: 3), assemble(second, rows: 2, base: 4)]
    #expect(Set(batches.map(\.buffer.base)) == Set(places.compactMap { $0 }))
    #expect(spares.byteCount == 0)
    for (batch, rows) in zip(batches, 1...) { try check(batch, rows: rows, base: rows + 2) }
    let narrow = SpareBuffers(limit: 1)
    let third = BufferRing(bufferCount: 1, spares: narrow)
    _ = try assemble(third, rows: 1, base: 5)
    third.close()
    #expect(narrow.byteCount == 0)
    // A device's memory is not for others.
    let fourth = BufferRing(bufferCount: 1, allocator: CountingAllocator(), spares: spares)
    _ = try assemble(fourth, rows: 1, base: 5)
    fourth.close()
    #expect(spares.byteCount == 0)
  }

  @Test("another allocator is taken until the first buffer is out")
  func useAllocator() throws {
    let counter = CountingAllocator()
    let ring = BufferRing(bufferCount: 1)
    #expect(ring.use(counter))
    let batch = try assemble(ring, rows: 1, base: 1)
    #expect(counter.liveCount == 1 && batch.allocator === counter)
    #expect(!ring.use(HostAllocator.shared))
  }

  @Test("many producers and consumers: every batch arrives whole", arguments: [1, 2, 5])
  func stress(bufferCount: Int) throws {
    let ring = BufferRing(bufferCount: bufferCount)
    let queue = BoundedQueue<Batch>(capacity: 16)
    let next = Monitor(0)
    let count = 400
    let producers = Monitor(3)
    for number in 0..<3 {
      NamedThread.start("producer-\(number)") {
        while let base = next.withLock({ next -> Int? in
          guard next < count else { return nil }
          next += 1
          return next
        }) {
          guard let batch = try? assemble(ring, rows: base % 50, base: base) else { break }
          try? queue.push(batch, until: .after(.seconds(20)), charging: StallCause("the queue"))
        }
        if producers.withLock({ left in
          left -= 1
          return left == 0
        }) {
          queue.close()
        }
      }.detach()
    }
    var seen: Set<Int> = []
    while let batch = try queue.pop(until: .after(.seconds(20)), charging: StallCause("a batch")) {
      let base = batch.position.batch
      try check(batch, rows: base % 50, base: base)
      #expect(seen.insert(base).inserted)
    }
    #expect(seen.count == count)
  }
}
