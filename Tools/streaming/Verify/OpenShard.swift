import Streaming

/// Opens a shard of any format: checks its head and every offset.
/// - Parameter paths: its files as they are read, in the order of `info.files`.
func openShard(_ info: ShardInfo, _ paths: [String]) throws -> any ShardReader {
  let files = try paths.map { try MappedFile(path: $0) }
  if info.format == .mds, files.count == 1 { return try MDSShard(files[0], info: info) }
  if info.format != .mds, files.count == 2 {
    return try TextShard(data: files[1], meta: files[0], info: info)
  }
  throw CommandError(
    .dataError,
    "\(info.rawData.basename): expected the files of a \(info.format.rawValue) shard, found \(files.count).")
}
