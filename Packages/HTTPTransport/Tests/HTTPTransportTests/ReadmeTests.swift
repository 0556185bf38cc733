import BinaryIO
import HTTPTransport
import ObjectStorage
import TestSupport
import Testing

struct ReadmeTests {
  @Test("the example of the README downloads into a file")
  func example() async throws {
    let server = try TinyServer { _ in [TinyServer.answer("200 OK", [], "hello")] }
    let address = server.url
    try await withTemporaryDirectory { folder in
      let path = folder + "/x"
      // snippet: get
      let transport = try CurlTransport()
      let sink = try FileSink(creating: path)
      let response = try await transport.perform(HTTPRequest(.get, try HTTPURL(parsing: address))) {
        (head) throws(ObjectStoreError) in
        // Called once status and headers are known: say where the body goes.
        head.status == 200 ? .sink(sink, describing: nil) : .memory(limit: .megabytes(1))
      }
      // end snippet
      #expect(response.head.status == 200)
      #expect(try FileSystem.readAll(path) == Array("hello".utf8))
    }
  }
}
