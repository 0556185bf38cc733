import Testing

@Suite("streaming --help")
struct HelpTests {
  @Test(
    "every verb has an example",
    arguments: [
      ["cat"], ["convert"], ["cp"], ["doctor"], ["ls"], ["inspect"], ["verify"], ["head"], ["order"],
      ["bench"], ["bench", "read"], ["bench", "access"],
      ["conformance"], ["reshard"], ["index"], ["index", "rebuild"], ["index", "merge"],
    ])
  func examples(verb: [String]) async throws {
    let run = try await StreamingProcess(verb + ["--help"])
    #expect(run.status == 0)
    let place = try #require(run.lines.firstIndex { $0.hasPrefix("EXAMPLE") })
    #expect(run.lines[place + 1].contains("streaming " + verb.joined(separator: " ")))
  }

  @Test(
    "an unknown verb or option is a usage error",
    arguments: [["weather"], ["head"], ["head", "x", "--nothing"]])
  func unknown(arguments: [String]) async throws {
    #expect(try await StreamingProcess(arguments).status == 64)
  }
}
