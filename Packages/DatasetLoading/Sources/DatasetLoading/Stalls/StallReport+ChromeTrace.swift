extension StallReport {
  /// The latest batches and shards as a Chrome trace, which `chrome://tracing` and `ui.perfetto.dev` show: the consumer's
  /// waits by stage, each loader thread's work, and the transfers. JSON; times in microseconds.
  public var chromeTrace: String {
    var events = [name(0, "consumer")]
    events += (0..<max(1, threadCount)).map { name($0 + 1, "loader thread \($0)") }
    for (position, batch) in batches {
      batch.forEachPart { stage, from, to in events.append(span(0, "\(stage)", from, to, "\"batch\":\(position)")) }
      let thread = batch.thread + 1
      events.append(span(thread, "decode", batch.started, batch.decoded, "\"batch\":\(position)"))
      if batch.finished > batch.decoded {
        events.append(span(thread, "transform", batch.decoded, batch.finished, "\"batch\":\(position)"))
      }
    }
    for shard in shards {
      events.append(span(shard.thread + 1, "open", shard.openStarted, shard.opened, "\"shard\":\(shard.shard)"))
      guard let started = shard.fetchStarted, let ended = shard.downloaded else { continue }
      // Transfers overlap: asynchronous events, told apart by their shard.
      let common = "\"cat\":\"download\",\"name\":\"shard \(shard.shard)\",\"id\":\(shard.shard),\"pid\":1,\"tid\":0"
      events.append("{\"ph\":\"b\",\(common),\"ts\":\(Self.time(started)),\"args\":{\"bytes\":\(shard.byteCount)}}")
      events.append("{\"ph\":\"e\",\(common),\"ts\":\(Self.time(ended))}")
    }
    return "{\"traceEvents\":[\n" + events.joined(separator: ",\n") + "\n]}\n"
  }

  private func name(_ thread: Int, _ name: String) -> String {
    "{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":1,\"tid\":\(thread),\"args\":{\"name\":\"\(name)\"}}"
  }

  private func span(_ thread: Int, _ name: String, _ from: Int64, _ to: Int64, _ arguments: String) -> String {
    "{\"ph\":\"X\",\"name\":\"\(name)\",\"pid\":1,\"tid\":\(thread),\"ts\":\(Self.time(from)),"
      + "\"dur\":\(Self.time(to - from)),\"args\":{\(arguments)}}"
  }

  private static func time(_ nanoseconds: Int64) -> String {
    let fraction = String(nanoseconds % 1000)
    return "\(nanoseconds / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
  }
}
