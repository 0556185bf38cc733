import SystemLibC

/// How many files this process may have open at once.
public enum OpenFileLimit {
  /// Files that the rest of the program is left, besides those that are asked for.
  private static let others: UInt64 = 512

  /// Raises the process's limit, where it is lower, so that `count` files can be open besides those of the rest of the
  /// program; as far as the system lets it. Never lowers it. Any thread may call.
  ///
  /// Most systems begin with 1024 for the sake of programs that use `select`, and let each process raise that far.
  public static func makeRoom(for count: Int) {
    let (wanted, overflow) = UInt64(clamping: count).addingReportingOverflow(others)
    let limit = openFileLimit()
    if !overflow, limit.now < wanted, limit.now < limit.most { setOpenFileLimit(wanted) }
  }
}
