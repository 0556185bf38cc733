import Foundation
import HTTPTransport
import ObjectStorage
import Testing

struct HTTPURLTests {
  @Test("reads endpoints and writes them back")
  func reads() throws {
    let url = try HTTPURL(parsing: "HTTPS://Storage.Example.org:9000/base/")
    #expect(url.text == "https://storage.example.org:9000/base")
    #expect(try HTTPURL(parsing: "https://h:443").text == "https://h/")
    #expect(try HTTPURL(parsing: "http://[::1]:80/x?y=1").text == "http://[::1]/x?y=1")
    #expect(try HTTPURL(parsing: "http://127.0.0.1").isAddress)
    #expect(try !HTTPURL(parsing: "http://s3.example").isAddress)
    #expect(try HTTPURL(parsing: "http://h/x?secret=1").description == "http://h/x")
    #expect(try url.replacing(host: "b.h").authority == "b.h:9000")
  }

  @Test(
    "refuses what is no plain endpoint",
    arguments: [
      "ftp://h", "h:9000", "http://", "http://u:p@h", "http://h/a b", "http://h/#x", "http://h x/",
      "http://h/\"",
      "http://h/é",
    ])
  func refuses(text: String) {
    let error = #expect(throws: ObjectStoreError.self) { try HTTPURL(parsing: text) }
    #expect(error?.code == .unusableURL)
  }

  @Test(
    "a host name can't smuggle in other parts of a URL", arguments: ["a/b", "a@b", "a?b", "a#b", "", "a b"])
  func hosts(host: String) {
    #expect(throws: ObjectStoreError.self) { try HTTPURL(parsing: "http://h").replacing(host: host) }
  }

  @Test("percent escapes agree with Foundation's for every byte")
  func escapes() {
    let unreserved = CharacterSet(
      charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    let text = String(String.UnicodeScalarView((0...0x17F).compactMap { Unicode.Scalar($0) })) + "漢😀"
    #expect(PercentEncoding.encoded(text) == text.addingPercentEncoding(withAllowedCharacters: unreserved))
    #expect(PercentEncoding.encodedPath("a/b c") == "a/b%20c")
    #expect(PercentEncoding.encodedQuery([("a b", "c&d"), ("e", "")]) == "a%20b=c%26d&e=")
  }
}
