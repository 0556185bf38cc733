/// Runs `body` for 0..<count, at most `window` at a time, all of them.
/// - Returns: each one's result, by index.
package func outcomes<R: Sendable>(
  of count: Int, window: Int, _ body: @escaping @Sendable (Int) async throws(ObjectStoreError) -> R
) async -> [Result<R, ObjectStoreError>] {
  await run(count, window: window, stopsAtFailure: false, body).compactMap { $0 }
}

/// Runs `body` for 0..<count, at most `window` at a time; the first failure cancels the others and is thrown.
package func concurrently<R: Sendable>(
  _ count: Int, window: Int, _ body: @escaping @Sendable (Int) async throws(ObjectStoreError) -> R
) async throws(ObjectStoreError) -> [R] {
  var values: [R] = []
  var first: ObjectStoreError?
  for case let outcome? in await run(count, window: window, stopsAtFailure: true, body) {
    switch outcome {
    case .success(let value): values.append(value)
    // Those that were cancelled because of a failure are not the one to report.
    case .failure(let error): if first == nil || first?.code == .cancelled { first = error }
    }
  }
  if let first { throw first }
  guard values.count == count else { throw ObjectStoreError(.cancelled, url: "store") }
  return values
}

private func run<R: Sendable>(
  _ count: Int, window: Int, stopsAtFailure: Bool,
  _ body: @escaping @Sendable (Int) async throws(ObjectStoreError) -> R
) async -> [Result<R, ObjectStoreError>?] {
  await withTaskGroup(of: (Int, Result<R, ObjectStoreError>).self) { group in
    var results = [Result<R, ObjectStoreError>?](repeating: nil, count: count)
    var next = 0
    var isStopped = false
    while next < min(max(1, window), count) {
      let index = next
      group.addTask { await outcome(of: body, index) }
      next += 1
    }
    for await (index, result) in group {
      results[index] = result
      if stopsAtFailure, !isStopped, case .failure = result {
        isStopped = true
        group.cancelAll()
      }
      if next < count, !isStopped {
        let index = next
        group.addTask { await outcome(of: body, index) }
        next += 1
      }
    }
    return results
  }
}

// A function and not the task's closure, where optimised builds of Swift 6.3.1 lose what a typed `do` captured.
private func outcome<R: Sendable>(
  of body: @Sendable (Int) async throws(ObjectStoreError) -> R, _ index: Int
) async -> (Int, Result<R, ObjectStoreError>) {
  do throws(ObjectStoreError) {
    return (index, .success(try await body(index)))
  } catch {
    return (index, .failure(error))
  }
}
