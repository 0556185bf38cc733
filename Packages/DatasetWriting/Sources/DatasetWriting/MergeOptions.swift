/// How indexes are merged.
public struct MergeOptions: Sendable, Hashable {
  /// What is put before the file names of a part.
  public enum Naming: Sendable, Hashable {
    /// The part's path below the merged index, so that the files are found: `sub/p3/shard.00000.mds`. A part that lies
    /// elsewhere goes by its last folder.
    case relativePath
    /// The part's last folder alone, as upstream has it: of `sub/p3`, upstream itself finds nothing afterwards.
    case lastFolder
  }

  public var naming: Naming = .relativePath
  /// Whether to replace an index that is where the merged one goes.
  public var replaceExisting = false
  /// Whether a merged index that goes to a store is written to the local directory too, where there is one.
  public var keepLocal = true

  /// The defaults.
  public init() {}
}
