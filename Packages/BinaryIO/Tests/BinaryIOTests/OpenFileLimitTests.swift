import BinaryIO
import SystemLibC
import Testing

@Suite struct OpenFileLimitTests {
  @Test("the limit of open files is raised as far as the system lets it, and never lowered")
  func raises() {
    let before = openFileLimit()
    defer { setOpenFileLimit(before.now) }
    setOpenFileLimit(min(before.now, 3000))
    let low = openFileLimit().now
    OpenFileLimit.makeRoom(for: 10)
    #expect(openFileLimit().now == low)
    OpenFileLimit.makeRoom(for: 3000)
    #expect(openFileLimit().now == min(before.most, max(low, 3512)))
    let raised = openFileLimit().now
    for count in [-1, 0, 100] { OpenFileLimit.makeRoom(for: count) }
    #expect(openFileLimit().now == raised)
    OpenFileLimit.makeRoom(for: .max)
    #expect(openFileLimit().now == before.most && openFileLimit().most == before.most)
  }
}
