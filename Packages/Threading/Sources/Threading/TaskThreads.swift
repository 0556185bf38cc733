/// Runs tasks on threads of our own instead of Swift's cooperative pool.
///
/// For tasks that others wait for with a blocked thread: were they on the cooperative pool, a program that blocks all of
/// its threads would wait for ever. Give it to `Task(executorPreference:)`.
public final class TaskThreads: TaskExecutor {
  /// The process's threads for tasks: two, started with the first task.
  public static let shared = TaskThreads(name: "st-tasks", threadCount: 2)

  private let pool: ThreadPool

  /// Threads of its own.
  public init(name: String, threadCount: Int) { pool = ThreadPool(name: name, threadCount: threadCount) }

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let isQueued = pool.submit { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    precondition(isQueued, "the pool of an executor is never closed")
  }
}
