import Testing

@testable import MDSFormat

@Suite struct MDSOffsetsTests {
  @Test(
    "ranges are those between neighbours, whether or not samples have one size",
    arguments: [[7], [7, 7], [7, 19], [7, 19, 31, 43], [7, 7, 7], [7, 19, 31, 44], [7, 8, 8, 9], [0, 0, 4_000_000_000]])
  func ranges(positions: [UInt32]) {
    let offsets = MDSOffsets(positions)
    for sample in 0..<positions.count - 1 {
      #expect(offsets.range(of: sample) == Int(positions[sample])..<Int(positions[sample + 1]))
    }
    let sizes = Set(zip(positions, positions.dropFirst()).map { $1 - $0 })
    #expect(offsets.areEven == (sizes.count <= 1))
    #expect(offsets.first == Int(positions[0]))
  }
}
