public import DatasetWriting
public import ShardFormats

/// Writes all records of a source as samples and finishes the data set.
///
/// A writer that resumes leaves out the records that are safe already: they are read and not written. Nothing is published
/// when the source has an error: the data set is whole or not there.
/// - Parameter progress: told the bytes of the source read so far, of how many, every thousand records and at the end.
/// - Returns: the index, as published.
/// - Throws: ``ImportError`` of the source; `.notWritten` with the writer's error as its cause; `.shorterThanBefore`.
@discardableResult
public func importRecords<Source: RecordSource, Format: ShardFormat>(
  from source: Source, into writer: consuming ShardWriter<Format>,
  progress: (_ readByteCount: Int, _ byteCount: Int?) -> Void = { _, _ in }
) async throws(ImportError) -> DatasetIndex {
  var source = source
  do {
    let durable = try await writer.durableSampleCount()
    var count = 0
    while let sample = try source.next() {
      count += 1
      if count > durable { try await writer.write(sample) }
      if count % 1000 == 0 { progress(source.position.byteCount, source.position.of) }
    }
    guard count >= durable else {
      throw ImportError(
        .shorterThanBefore, expected: "at least the \(durable) records that are written already",
        found: "\(count)",
        remedy: "Resume with the same file, or begin anew")
    }
    progress(source.position.byteCount, source.position.of)
    return try await writer.finish()
  } catch let error as ImportError {
    throw error
  } catch {
    throw ImportError(
      .notWritten, expected: "the data set to be written", found: "\(error)", remedy: "See the cause",
      cause: error)
  }
}
