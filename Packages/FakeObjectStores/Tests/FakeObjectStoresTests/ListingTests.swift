import FakeObjectStores
import Foundation
import Testing

@Suite("Listings")
struct ListingTests {
  static let keys = [
    "a", "a/", "a/b", "a/b/c", "a/b/d", "a/c", "ab", "b&<>\"'", "b c+d%", "e\u{301}", "é", "z/z/z", "🦊", "Z",
  ]

  /// What a listing is, in its shortest form.
  static func naive(_ prefix: String, _ delimiter: String, after: String) -> (
    keys: [[UInt8]], prefixes: [[UInt8]]
  ) {
    var found: [[UInt8]] = []
    var prefixes: [[UInt8]] = []
    let sorted = keys.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    for key in sorted where key.starts(with: prefix.utf8) && Array(after.utf8).lexicographicallyPrecedes(key)
    {
      let rest = key.dropFirst(prefix.utf8.count)
      if !delimiter.isEmpty, let mark = rest.firstIndex(of: Array(delimiter.utf8)[0]) {
        let folded = Array(key[...mark])
        if prefixes.last != folded, folded != Array(after.utf8) { prefixes.append(folded) }
      } else {
        found.append(key)
      }
    }
    return (found, prefixes)
  }

  func server(_ pageLength: Int) throws -> FakeS3 {
    let server = try FakeS3 { $0.pageLength = pageLength }
    for key in Self.keys { try server.put(Array(key.utf8), bucket: "data", key: key) }
    return server
  }

  @Test(
    "agree with the shortest form for every prefix, delimiter, start and page length",
    arguments: [1, 2, 3, 5, 1000])
  func pages(pageLength: Int) throws {
    let client = try RawClient(try server(pageLength))
    for prefix in ["", "a", "a/", "a/b", "a/b/", "b", "e", "é", "x"] {
      for delimiter in ["", "/"] {
        for start in ["", "a", "a/", "a/b", "a/b/", "b", "zzz"] {
          var keys: [[UInt8]] = []
          var prefixes: [[UInt8]] = []
          var token: String?
          repeat {
            var query = [("list-type", "2"), ("prefix", prefix), ("encoding-type", "url")]
            if !delimiter.isEmpty { query.append(("delimiter", delimiter)) }
            if let token {
              query.append(("continuation-token", token))
            } else if !start.isEmpty {
              query.append(("start-after", start))
            }
            let page = try #require(client.perform("GET", "/data", query))
            #expect(page.status == 200)
            let entries = page.elements("Contents")
            let folded = page.elements("CommonPrefixes")
            #expect(entries.count + folded.count <= pageLength)
            keys += entries.map {
              decode($0.components(separatedBy: "<Key>")[1].components(separatedBy: "</Key>")[0])
            }
            prefixes += folded.map {
              decode($0.replacing("<Prefix>", with: "").replacing("</Prefix>", with: ""))
            }
            token = page.element("NextContinuationToken")
            #expect(page.element("IsTruncated") == (token == nil ? "false" : "true"))
          } while token != nil
          let expected = Self.naive(prefix, delimiter, after: start)
          #expect(keys == expected.keys, "\(prefix) \(delimiter) \(start)")
          #expect(prefixes == expected.prefixes, "\(prefix) \(delimiter) \(start)")
        }
      }
    }
  }

  func decode(_ text: String) -> [UInt8] { Array((text.removingPercentEncoding ?? "?").utf8) }

  @Test("without encoding, text is escaped; sizes and tags are those of the objects")
  func plain() throws {
    let client = try RawClient(try server(1000))
    let page = try #require(client.perform("GET", "/data", [("list-type", "2"), ("prefix", "b&")]))
    #expect(page.element("Key") == "b&amp;&lt;&gt;&quot;'")
    #expect(page.element("Size") == "6")
    #expect(
      page.element("ETag")
        == client.perform("HEAD", "/data/b&<>\"'")?.headers["etag"]?.replacing("\"", with: "&quot;"))
    #expect(page.element("LastModified")?.hasSuffix(".000Z") == true)
  }

  @Test("what can't be listed says why")
  func refused() throws {
    let client = try RawClient(try server(10))
    for (query, code) in [
      ([("list-type", "2"), ("max-keys", "-1")], "InvalidArgument"),
      ([("list-type", "2"), ("max-keys", "x")], "InvalidArgument"),
      ([("list-type", "2"), ("continuation-token", "x")], "InvalidArgument"),
      ([("list-type", "2"), ("encoding-type", "x")], "InvalidArgument"),
      ([("list-type", "1")], "NotImplemented"),
    ] { #expect(client.perform("GET", "/data", query)?.element("Code") == code) }
    #expect(
      client.perform("GET", "/data", [("list-type", "2"), ("max-keys", "0")])?.element("KeyCount") == "0")
    #expect(client.perform("HEAD", "/data")?.headers["x-amz-bucket-region"] == "us-east-1")
    #expect(client.perform("HEAD", "/none")?.status == 404)
    #expect(client.perform("GET", "/data", [("location", "")])?.text.contains("LocationConstraint") == true)
  }

  @Test("many objects are deleted by one request")
  func deleteMany() throws {
    let server = try server(1000)
    let client = try RawClient(server)
    let body =
      "<?xml version=\"1.0\"?><Delete xmlns=\"x\"><Object><Key>a/b</Key></Object>"
      + "<Object><Key>b&amp;&lt;&gt;&quot;&#39;</Key></Object><Object><Key>none</Key></Object></Delete>"
    let answer = try #require(client.perform("POST", "/data", [("delete", "")], body: Array(body.utf8)))
    #expect(answer.elements("Key").count == 3)
    #expect(server.keys(bucket: "data").count == Self.keys.count - 2)
    for bad in [
      "", "<Delete>", "<Delete></Delete>", "<Delete><Object></Delete></Object>", "<a/>", "\u{0}",
      "<Delete><Object><Key>&x;</Key></Object></Delete>",
    ] {
      #expect(
        client.perform("POST", "/data", [("delete", "")], body: Array(bad.utf8))?.element("Code")
          == "MalformedXML")
    }
  }
}
