import BinaryIO
import DelimitedFormats
import MDSFormat
import ShardFormats
import ShardImages

extension FuzzTarget {
  /// Shards of every format, and what describes them.
  static let shards: [(name: String, make: @Sendable () throws -> FuzzTarget)] =
    [("mds", mds)] + [("csv", .csv), ("tsv", .tsv), ("xsv", .xsv), ("jsonl", .json)].map { name, format in
      (name, { try text(name, format) })
    }

  /// An input is the number of a description, whether sizes are told honestly, and the shard.
  @Sendable private static func mds() throws -> FuzzTarget {
    let shards = try ShardSeeds.shards(.mds)
    let scratch = try ScratchFile("mds")
    let seeds = shards.enumerated().map { head($0) + $1.data }
    return FuzzTarget("mds", seeds: seeds) { input in
      guard let (number, isHonest) = head(of: input) else { return .refused }
      let data = Array(input.dropFirst(3))
      var info = shards[number % shards.count].info
      if isHonest { info.rawData.byteCount = data.count }
      let file = try scratch.map(data)
      guard let shard = accepted({ () throws(ShardError) in try MDSShard(file, info: info) }) else { return .refused }
      _ = shard.configuration.byteCount
      return try read(shard, file: file.path)
    }
  }

  /// An input is the number of a description, whether sizes are told honestly, the length of the `.meta` file, and both.
  private static func text(_ name: String, _ format: ShardFormatName) throws -> FuzzTarget {
    let shards = try ShardSeeds.shards(format)
    let (dataFile, metaFile) = (try ScratchFile(name), try ScratchFile(name + "-meta"))
    let seeds = shards.enumerated().map { number, shard in
      let meta = shard.meta ?? []
      return head(number) + [UInt8(meta.count & 255), UInt8(meta.count >> 8 & 255)] + meta + shard.data
    }
    return FuzzTarget(name, seeds: seeds) { input in
      guard let (number, isHonest) = head(of: input), input.count >= 5 else { return .refused }
      let rest = input.dropFirst(5)
      let meta = Array(rest.prefix(Int(input[3]) | Int(input[4]) << 8))
      let data = Array(rest.dropFirst(meta.count))
      var info = shards[number % shards.count].info
      if isHonest {
        info.rawData.byteCount = data.count
        info.rawMeta?.byteCount = meta.count
      }
      let (mappedData, mappedMeta) = (try dataFile.map(data), try metaFile.map(meta))
      guard
        let shard = accepted({ () throws(ShardError) in
          try TextShard(data: mappedData, meta: mappedMeta, info: info)
        })
      else { return .refused }
      return try read(shard, file: mappedData.path)
    }
  }

  private static func head(_ number: Int) -> [UInt8] { [UInt8(number & 255), UInt8(number >> 8 & 255), 1] }

  private static func head(of input: [UInt8]) -> (number: Int, isHonest: Bool)? {
    input.count < 3 ? nil : (Int(input[0]) | Int(input[1]) << 8, input[2] & 1 == 1)
  }

  /// Reads values in every form that there is. Errors must name the file, the sample and the column.
  private static func read(_ shard: some ShardReader, file: String) throws -> Outcome {
    var outcome = Outcome.refused
    for index in 0..<min(shard.count, 40) {
      for column in shard.columns.indices {
        do throws(ShardError) {
          let sample = try shard.sample(at: index)
          readTyped(sample, column)
          _ = try sample.value(column: column)
          outcome = .accepted
        } catch {
          try promise(error.file == file && error.sample == index, "an error without its place: \(error)")
        }
      }
    }
    return outcome
  }

  private static func readTyped(_ sample: borrowing Sample, _ column: Int) {
    let name = sample.columns[column].name
    _ = try? sample.int(column: column)
    _ = try? sample.double(column: column)
    _ = try? sample.string(column: column)
    _ = try? sample.json(name)
    if let array = try? sample.ndarray(column: column) { _ = array.elements(as: Float.self) }
    _ = try? sample.image(name).pixels.byteCount
    _ = try? sample.pixels(column: column, decoder: smallImages)
    _ = try? sample.pixelsList(name, decoder: smallImages)
  }
}
