import ShardFormats
import Testing

@Suite("Names of shard files") struct ShardFormatNameTests {
  /// As Python formats `f'shard.{number:05}.mds'`.
  @Test(
    "five digits, more where a number needs them",
    arguments: [
      (0, "shard.00000.mds"), (5, "shard.00005.mds"), (99_999, "shard.99999.mds"), (100_000, "shard.100000.mds"),
      (12_345_678, "shard.12345678.mds"),
    ])
  func digits(number: Int, name: String) { #expect(ShardFormatName.mds.basename(shard: number) == name) }

  @Test("each format's name is the extension; all but MDS have a file of offsets")
  func formats() {
    let names = [ShardFormatName.csv, .tsv, .xsv, .json].map { $0.basename(shard: 1) }
    #expect(names == ["shard.00001.csv", "shard.00001.tsv", "shard.00001.xsv", "shard.00001.json"])
    #expect(ShardFormatName.csv.hasMeta && ShardFormatName.json.hasMeta && !ShardFormatName.mds.hasMeta)
  }
}
