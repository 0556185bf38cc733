import BinaryIO
import ObjectStorage
import Testing

/// The limit against simulated services: no clock, no task.
struct AdaptiveLimitTests {
  /// A service with a rate, a number at once, and a latency; and clients that always want more.
  struct Simulation {
    var limit = AdaptiveLimit()
    var latency = 0.005
    /// Requests a second that the service answers, with a burst of a tenth of a second.
    var rate: (Double) -> Double = { _ in .infinity }
    /// Requests that the service serves at once; one more is refused at once.
    var atOnce = Int.max
    var clients = 64

    struct Result {
      var answered: [Double] = []
      var throttled: [Double] = []
      var mostInFlight = 0

      func answered(_ range: Range<Double>) -> Double { Double(answered.filter { range.contains($0) }.count) }
      func throttled(_ range: Range<Double>) -> Double {
        Double(throttled.filter { range.contains($0) }.count)
      }
    }

    private enum Event {
      case arrives(AdaptiveLimit.Ticket)
      case ends(AdaptiveLimit.Ticket, Bool)
      case turn
    }

    mutating func run(seconds: Double) -> Result {
      var result = Result()
      var events: [(time: Double, event: Event)] = []
      var waiting = clients
      var tokens = 0.0
      var filled = 0.0
      var serving = 0
      var now = 0.0
      func add(_ time: Double, _ event: Event) {
        let place = events.lastIndex { $0.time <= time }.map { $0 + 1 } ?? 0
        events.insert((time, event), at: place)
      }
      func inSeconds(_ time: Duration) -> Double {
        Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
      }
      func start() {
        while waiting > 0 {
          guard let ticket = limit.admit(at: .seconds(now)) else {
            if let turn = limit.nextTurn { add(max(now + 0.001, inSeconds(turn)), .turn) }
            break
          }
          waiting -= 1
          add(max(now, inSeconds(ticket.start)), .arrives(ticket))
        }
        result.mostInFlight = max(result.mostInFlight, limit.inFlight)
      }
      start()
      while let (time, event) = events.first, time < seconds {
        events.removeFirst()
        now = time
        switch event {
        case .arrives(let ticket):
          let perSecond = rate(now)
          tokens = min(max(1, perSecond / 10), tokens + (now - filled) * perSecond)
          filled = now
          let isServed = (perSecond == .infinity || tokens >= 1) && serving < atOnce
          if isServed {
            if perSecond < .infinity { tokens -= 1 }
            serving += 1
          }
          add(now + (isServed ? latency : latency / 5), .ends(ticket, isServed))
        case .ends(let ticket, let isServed):
          if isServed {
            serving -= 1
            result.answered.append(now)
          } else {
            result.throttled.append(now)
          }
          limit.ended(ticket, isServed ? .answered : .throttled, at: .seconds(now))
          waiting += 1
          start()
        case .turn: start()
        }
      }
      return result
    }
  }

  @Test(
    "a service that refuses above a rate is used at nearly that rate, with few refusals",
    arguments: [20.0, 100, 400], [0.001, 0.02, 0.1])
  func rate(perSecond: Double, latency: Double) {
    var simulation = Simulation()
    simulation.rate = { _ in perSecond }
    simulation.latency = latency
    let result = simulation.run(seconds: 30)
    // Less where the number of clients is what limits.
    let possible = min(perSecond, Double(simulation.clients) / latency)
    let share = result.answered(5..<30) / (possible * 25)
    #expect(share >= 0.92, "\(share) of the rate")
    let refused = result.throttled(5..<30) / max(1, result.answered(5..<30))
    #expect(refused <= 0.06, "\(refused) refusals for an answer")
  }

  @Test("answers that come back after the first refusal of their burst count for the pace", arguments: [1, 5, 12])
  func refusedFirst(answered: Int) throws {
    var limit = AdaptiveLimit()
    let burst = (0..<16).compactMap { _ in limit.admit(at: .zero) }
    for (number, ticket) in burst.enumerated() {
      let isRefused = number < 16 - answered
      limit.ended(ticket, isRefused ? .throttled : .answered, at: .milliseconds(10 + number))
    }
    // So many within a slot of 50 ms.
    #expect(try #require(limit.pace) >= Double(answered) * 20 * 0.96)
    let ticket = limit.admit(at: .milliseconds(30))
    #expect(try #require(ticket).start <= .milliseconds(30 + 60 / answered))
  }

  @Test("a rate that falls is followed within seconds, and one that rises again too")
  func changingRate() {
    var simulation = Simulation()
    simulation.rate = { $0 < 20 ? 400 : $0 < 40 ? 40 : 400 }
    let result = simulation.run(seconds: 80)
    #expect(result.answered(5..<20) / 6000 >= 0.92)
    #expect(result.answered(23..<40) / 680 >= 0.92)
    #expect(result.throttled(23..<40) / 680 <= 0.1)
    #expect(result.answered(60..<80) / 8000 >= 0.9, "the old rate is found again")
  }

  @Test("a service that serves so many at once is used well", arguments: [1, 4, 16])
  func atOnce(count: Int) {
    var simulation = Simulation()
    simulation.atOnce = count
    simulation.latency = 0.02
    let result = simulation.run(seconds: 30)
    let share = result.answered(5..<30) / (Double(count) / 0.02 * 25)
    #expect(share >= 0.8, "\(share) of what it can serve")
  }

  @Test("without refusals there is no pace, and the number at once grows to the maximum")
  func grows() {
    var simulation = Simulation()
    simulation.clients = 1000
    let result = simulation.run(seconds: 5)
    #expect(simulation.limit.pace == nil)
    #expect(result.mostInFlight == 256 && simulation.limit.concurrencyLimit == 256)
  }

  @Test("an overload shrinks the number at once, once for all requests that were under way")
  func overload() {
    var limit = AdaptiveLimit()
    var tickets: [AdaptiveLimit.Ticket] = []
    while let ticket = limit.admit(at: .seconds(1)) { tickets.append(ticket) }
    #expect(tickets.count == 32)
    for ticket in tickets { limit.ended(ticket, .overloaded, at: .seconds(2)) }
    #expect(limit.concurrencyLimit == 25 && limit.inFlight == 0 && limit.pace == nil)
    for second in 3..<100 {
      guard let ticket = limit.admit(at: .seconds(second)) else { return #expect(Bool(false)) }
      limit.ended(ticket, .overloaded, at: .seconds(second))
    }
    #expect(limit.concurrencyLimit == 1, "one request is always allowed")
  }

  @Test("a pace that nobody waits for is forgotten after a minute")
  func forgotten() throws {
    var limit = AdaptiveLimit()
    let first = limit.admit(at: .seconds(1))
    limit.ended(try #require(first), .throttled, at: .seconds(1))
    #expect(limit.pace == 1)
    let second = limit.admit(at: .seconds(100))
    #expect(limit.pace == nil && second?.start == .seconds(100))
  }

  @Test("a store takes a turn for each request and gives it back, however it ends")
  func turns() async throws {
    let limit = EndpointLimit()
    let faulty = FaultInjectingStore(
      MemoryStore(["a": [1]]), seed: 3, rates: [.timedOut: 0.2, .unavailable: 0.2, .lostAnswer: 0.2])
    let store = AdaptiveStore(faulty, limit: limit)
    for _ in 0..<100 {
      _ = try? await store.bytes(of: "a", limit: 1)
      _ = await store.delete(["b", "c"])
      _ = try? await store.head("none")
    }
    let full = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<200 { group.addTask { (try? await store.head("a").byteCount) ?? 0 } }
      return try await group.reduce(0, +)
    }
    #expect(full > 50)
    #expect(limit.current.concurrency >= 1)
  }

  @Test("waiting for a turn ends when the task is cancelled")
  func cancelled() async throws {
    let limit = EndpointLimit()
    let store = AdaptiveStore(MemoryStore(["a": [1]]), limit: limit)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await store.bytes(of: "a", limit: 1)
    }
    // Either there was a turn at once, or the wait ended.
    _ = try? await task.value
    #expect(try await store.bytes(of: "a", limit: 1) == [1])
  }
}
