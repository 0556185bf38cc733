internal import BinaryIO
internal import ObjectStorage
internal import ShardCompression
internal import ShardFormats
internal import ShardHashing

extension WritingError {
  init(_ error: FileError) {
    self.init(
      .localFile, error.path, expected: error.expected, found: error.found, remedy: error.remedy, cause: error
    )
  }

  init(_ error: ObjectStoreError) {
    self.init(
      error.code == .cancelled ? .cancelled : .uploadFailed, error.url, expected: "the store to do it",
      found: error.detail, remedy: error.remedy, cause: error)
  }

  init(_ error: CodecError, shard: String) {
    self.init(
      .compressionFailed, shard, expected: error.expected, found: error.found, remedy: error.remedy,
      cause: error)
  }

  init(sample: Int, _ error: ShardError) {
    self.init(
      .badSample, error.file, sample: sample, expected: error.expected, found: error.found,
      remedy: error.remedy,
      cause: error)
  }

  init(shard error: ShardError) {
    self.init(
      .badShard, error.file, expected: error.expected, found: error.found, remedy: error.remedy, cause: error)
  }

  init(index error: ShardError) {
    self.init(
      .badIndex, error.file, expected: error.expected, found: error.found, remedy: error.remedy, cause: error)
  }

  init(option error: any Error, _ expected: String) {
    self.init(.badOption, expected: expected, found: "\(error)", remedy: "See the cause", cause: error)
  }

  static func inUse(_ directory: String) -> WritingError {
    WritingError(
      .inUse, directory, expected: "no other writer in this directory", found: "one that lives",
      remedy: "Wait for it, or choose another directory")
  }

  static func cancelled(_ place: String) -> WritingError {
    WritingError(
      .cancelled, place, expected: "the writer to be left to finish", found: "its task cancelled",
      remedy: "Run it again; with a local directory it can resume")
  }

  /// Runs `body`, turning a `FileError` into a writer's.
  static func files<R: ~Copyable>(_ body: () throws(FileError) -> R) throws(WritingError) -> R {
    do throws(FileError) { return try body() } catch { throw WritingError(error) }
  }

  /// Runs `body`, turning an `ObjectStoreError` into a writer's.
  static func store<R>(_ body: () async throws(ObjectStoreError) -> R) async throws(WritingError) -> R {
    do throws(ObjectStoreError) { return try await body() } catch { throw WritingError(error) }
  }
}

extension WritingError {
  /// Makes a format, turning a `ShardError` about columns or options into a writer's.
  static func format<Format>(_ body: () throws(ShardError) -> Format) throws(WritingError) -> Format {
    do throws(ShardError) { return try body() } catch {
      throw WritingError(
        .badOption, error.column ?? "", expected: error.expected, found: error.found, remedy: error.remedy,
        cause: error)
    }
  }
}
