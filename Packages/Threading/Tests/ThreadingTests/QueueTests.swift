import Synchronization
import Testing
import Threading

@Suite struct QueueTests {
  static let cause = StallCause("a test")

  @Test("every element arrives once and in order", arguments: [1, 2, 7])
  func keepsOrder(capacity: Int) throws {
    // snippet: bounded-queue
    let queue = BoundedQueue<Int>(capacity: capacity)
    let producer = NamedThread.start("producer") {
      for number in 0..<1000 {
        // Blocks while the queue is full; a consumer that is gone for 30 s is an error.
        do { try queue.push(number, until: .after(.seconds(30)), charging: StallCause("the consumer")) } catch { break }
      }
      queue.close()
    }
    var received: [Int] = []
    while let number = try queue.pop(until: .after(.seconds(30)), charging: StallCause("the producer")) {
      received.append(number)
    }
    producer.join()
    // end snippet
    #expect(received == Array(0..<1000))
  }

  @Test("a closed queue drains, then ends; pushes fail")
  func closes() throws {
    let queue = BoundedQueue<Int>(capacity: 3)
    try queue.push(1, until: .never, charging: Self.cause)
    queue.close()
    #expect(throws: WaitError.self) { try queue.push(2, until: .never, charging: Self.cause) }
    #expect(try queue.pop(until: .never, charging: Self.cause) == 1)
    #expect(try queue.pop(until: .never, charging: Self.cause) == nil)
  }

  @Test("a full queue makes its producer wait until the deadline")
  func full() throws {
    let queue = BoundedQueue<Int>(capacity: 1)
    #expect(queue.tryPush(1))
    #expect(!queue.tryPush(2))
    let error = #expect(throws: WaitError.self) {
      try queue.push(2, until: .after(.milliseconds(5)), charging: Self.cause)
    }
    #expect(error?.reason == .timedOut)
  }

  @Test("a pool runs every job and ends its threads")
  func pool() throws {
    let pool = ThreadPool(name: "test", threadCount: 3)
    let sum = Mutex(0)
    for number in 1...100 { pool.submit { sum.withLock { $0 += number } } }
    try pool.closeAndWait(until: .after(.seconds(30)))
    #expect(sum.withLock { $0 } == 5050)
    #expect(!pool.submit {})
  }

  @Test("blocking work returns and throws across the pool")
  func blocking() async throws {
    struct Broken: Error {}
    #expect(await BlockingPool.shared.run { 5 } == 5)
    await #expect(throws: Broken.self) { try await BlockingPool.shared.run { () throws(Broken) in throw Broken() } }
  }
}

@Suite struct TaskThreadsTests {
  @Test("tasks go on while every thread that waits for them is blocked", arguments: 0..<32)
  func independent(number: Int) async throws {
    // More blocked tests at once than the cooperative pool has threads.
    let done = Monitor(false)
    Task(executorPreference: TaskThreads.shared) {
      try await delay(for: .milliseconds(20), charging: StallCause("a test"))
      done.notifying { $0 = true }
    }
    try done.wait(until: .after(.seconds(20)), charging: StallCause("a test")) { $0 ? () : nil }
  }
}
