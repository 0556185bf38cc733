import ObjectStorage
import Testing

struct StoreURLTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let scheme: String
    let host: String
    let path: String
    var testDescription: String { text }
  }

  @Test(
    "reads upstream's forms",
    arguments: [
      Case(text: "s3://bucket/a/b/", scheme: "s3", host: "bucket", path: "a/b"),
      Case(text: "S3://bucket", scheme: "s3", host: "bucket", path: ""),
      Case(text: "gs://bucket/a b%20#c", scheme: "gs", host: "bucket", path: "a b%20#c"),
      Case(text: "oci://bucket@namespace/key", scheme: "oci", host: "namespace", path: "key"),
      Case(text: "hf://datasets/org/name/path", scheme: "hf", host: "datasets", path: "org/name/path"),
      Case(text: "dbfs:/Volumes/a/b", scheme: "dbfs", host: "", path: "Volumes/a/b"),
      Case(text: "alipan:///a/b", scheme: "alipan", host: "", path: "a/b"),
      Case(text: "/data/x/", scheme: "file", host: "", path: "/data/x"),
      Case(text: "data/x", scheme: "file", host: "", path: "data/x"),
      Case(text: "a:b", scheme: "file", host: "", path: "a:b"),
      Case(text: "C:/x", scheme: "file", host: "", path: "C:/x"),
      Case(text: "/", scheme: "file", host: "", path: "/"),
      Case(text: "file:///a%20b/%C3%A9", scheme: "file", host: "", path: "/a b/é"),
      Case(text: "https://host/a%20b/%C3%A9%25?x=%2F", scheme: "https", host: "host", path: "a b/é%"),
      Case(text: "file://localhost/a", scheme: "file", host: "", path: "/a"),
      Case(text: "tape+x.1-y://h/p", scheme: "tape+x.1-y", host: "h", path: "p"),
    ])
  func reads(_ given: Case) throws {
    let url = try StoreURL(parsing: given.text)
    #expect(url.scheme == given.scheme)
    #expect(url.host == given.host)
    #expect(url.path == given.path)
  }

  @Test("takes host, port and user information apart, and prints none of the secrets")
  func authority() throws {
    let url = try StoreURL(parsing: "sftp://me:p@ss@[::1]:2222/data?token=abc")
    #expect(url.host == "::1")
    #expect(url.port == 2222)
    #expect(url.userInfo == "me:p@ss")
    #expect(url.query == "token=abc")
    var dumped = ""
    dump(url, to: &dumped)
    for text in ["\(url)", String(reflecting: url), dumped] {
      #expect(text.contains("sftp://[::1]:2222/data"))
      #expect(!text.contains("ss@") && !text.contains("abc"))
    }
  }

  @Test(
    "refuses what it would have to guess",
    arguments: [
      "", "s3://bucket:99999/a", "s3://bucket:x/a", "s3://[::1", "file://host/a", "file:///%zz", "file:///a%",
      "a\nb",
    ])
  func refuses(text: String) {
    #expect(throws: ObjectStoreError.self) { try StoreURL(parsing: text) }
  }

  @Test("appends and splits paths")
  func paths() throws {
    let url = try StoreURL(parsing: "s3://bucket/a")
    #expect(url.appending("b/c").description == "s3://bucket/a/b/c")
    #expect(try StoreURL(parsing: "s3://bucket").appending("b").path == "b")
    #expect(try StoreURL(parsing: "/").appending("b").path == "/b")
    let (parent, name) = try #require(url.appending("b.mds").splittingLastComponent)
    #expect(parent == url && name == "b.mds")
    #expect(try StoreURL(parsing: "x").splittingLastComponent?.parent.path == ".")
    #expect(try StoreURL(parsing: "/x").splittingLastComponent?.parent.path == "/")
    #expect(try StoreURL(parsing: "s3://bucket").splittingLastComponent == nil)
  }

  @Test("messages carry neither user information nor query")
  func redaction() {
    let error = ObjectStoreError(
      .forbidden, url: "https://me:pw@host/key?X-Amz-Signature=1", detail: "a\nb\u{1B}c")
    #expect(error.url == "https://host/key")
    #expect(error.description.split(separator: "\n").count == 2)
    #expect(error.detail == "a b c")
  }
}
