@testable import CloudAuth
import Foundation
import HTTPTransport
import ObjectStorage
import Testing

struct AzureSignerTests {
  @Test("the example of \"Authorize with Shared Key\" in Azure's documentation")
  func published() throws {
    let url = try HTTPURL(
      parsing: "https://myaccount.blob.core.windows.net/mycontainer?restype=container&comp=metadata&timeout=20")
    let request = HTTPRequest(
      .get, url, headers: ["x-ms-version": "2015-02-21", "x-ms-date": "Fri, 26 Jun 2015 23:39:12 GMT"])
    #expect(
      AzureSigner.stringToSign(request, account: "myaccount")
        == "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n"
        + "/myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20")
  }

  /// Signatures by azure-storage-blob 12.31.1: `Tests/Vectors/make-shared-key-vectors`.
  struct Vector: Codable {
    let account, key, method, url, authorization: String
    let headers: [String: String]
    let bodyLength: Int?
  }

  @Test("agrees with Azure's own client for paths, queries, headers and bodies of all kinds")
  func agrees() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../Vectors/shared-key.json")
    let vectors = try JSONDecoder().decode([Vector].self, from: Data(contentsOf: file))
    #expect(vectors.count == 100)
    for vector in vectors {
      let methods: [HTTPRequest.Method] = [.get, .put, .head, .delete, .post]
      let method = try #require(methods.first { $0.name == vector.method })
      var headers = HTTPHeaders()
      for (name, value) in vector.headers { headers.append(name, value) }
      var request = HTTPRequest(
        method, try HTTPURL(parsing: vector.url), headers: headers,
        body: vector.bodyLength.map { MemorySource([UInt8](repeating: 0x78, count: $0)) })
      let key = try #require(AzureSharedKey(account: vector.account, base64Key: vector.key))
      let time = try #require(UnixTime(iso8601: "2026-11-24T10:00:00Z"))
      AzureSigner().sign(&request, with: .sharedKey(key), at: time)
      #expect(request.headers["Authorization"] == vector.authorization, "\(vector.method) \(vector.url)")
    }
  }

  @Test("a signature joins the query, a token the headers, and signing again leaves one")
  func others() throws {
    var request = HTTPRequest(.get, try HTTPURL(parsing: "https://a.blob.core.windows.net/c?comp=list"))
    let signer = AzureSigner()
    signer.sign(&request, with: .sharedAccessSignature(Secret("sv=1&sig=a%2Bb")), at: UnixTime(seconds: 0))
    #expect(request.url.encodedQuery == "comp=list&sv=1&sig=a%2Bb")
    #expect(!"\(request.url)".contains("sig"))
    for token in ["one", "two"] {
      signer.sign(&request, with: .bearer(BearerToken(Secret(token))), at: UnixTime(seconds: 0))
      #expect(request.headers["Authorization"] == "Bearer \(token)")
    }
    #expect(request.headers.fields.filter { $0.name == "Authorization" }.count == 1)
    #expect(request.headers["x-ms-date"] == "Thu, 01 Jan 1970 00:00:00 GMT")
  }
}

struct AzureSettingsTests {
  let key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="

  @Test("connection strings of the portal, of the emulator, and with a signature")
  func connectionStrings() throws {
    let portal = try AzureConnectionString(
      parsing: "DefaultEndpointsProtocol=https;AccountName=acc;AccountKey=\(key);EndpointSuffix=core.chinacloudapi.cn")
    #expect(portal.account == "acc" && portal.blobEndpoint.text == "https://acc.blob.core.chinacloudapi.cn/")
    #expect(portal.credential == .sharedKey(try #require(AzureSharedKey(account: "acc", base64Key: key))))
    let emulator = try AzureConnectionString(parsing: "UseDevelopmentStorage=true")
    #expect(emulator.blobEndpoint.text == "http://127.0.0.1:10000/devstoreaccount1")
    #expect(emulator.credential == .sharedKey(try #require(AzureSharedKey(account: "devstoreaccount1", base64Key: key))))
    let signature = try AzureConnectionString(
      parsing: "BlobEndpoint=https://x.blob.core.windows.net;SharedAccessSignature=sv=2020&sig=%3D;")
    #expect(signature.account == nil && signature.credential == .sharedAccessSignature(Secret("sv=2020&sig=%3D")))
  }

  @Test(
    "a connection string without what it needs is refused, and the error holds nothing of it",
    arguments: [
      "", "AccountName=a", "AccountKey=c2VjcmV0", "AccountName=a;AccountKey=secret!", "secret",
      "BlobEndpoint=ftp://secret;AccountName=a;AccountKey=c2VjcmV0",
    ])
  func refused(text: String) {
    let error = #expect(throws: CredentialError.self) { try AzureConnectionString(parsing: text) }
    #expect(error?.code == .unusable && error?.description.contains("ecret") == false)
  }

  @Test("the environment's key is for the account that it names, and for the one asked for if it names none")
  func environment() async throws {
    func found(_ account: String?, _ variables: [String: String]) async throws -> Expiring<AzureCredential>? {
      try await AzureEnvironmentSource(account: account, EnvironmentVariables(variables)).fetch()
    }
    let shared = AzureCredential.sharedKey(try #require(AzureSharedKey(account: "acc", base64Key: key)))
    let upstream = ["AZURE_ACCOUNT_NAME": "acc", "AZURE_ACCOUNT_ACCESS_KEY": key]
    #expect(try await found(nil, upstream)?.credential == shared)
    #expect(try await found("acc", upstream)?.credential == shared)
    #expect(try await found("other", upstream) == nil)
    #expect(try await found("acc", ["AZURE_STORAGE_KEY": key])?.credential == shared)
    #expect(try await found("acc", ["AZURE_STORAGE_SAS_TOKEN": "?sv=1"])?.credential == .sharedAccessSignature(Secret("sv=1")))
    #expect(try await found("acc", [:]) == nil)
    let string = ["AZURE_STORAGE_CONNECTION_STRING": "AccountName=acc;AccountKey=\(key)"]
    #expect(try await found("acc", string)?.source.contains("CONNECTION_STRING") == true)
    #expect(try await found("other", string) == nil)
    for wrong in [["AZURE_STORAGE_KEY": key], ["AZURE_ACCOUNT_NAME": "a", "AZURE_STORAGE_KEY": "!"]] {
      let error = await #expect(throws: CredentialError.self) { try await found(nil, wrong) }
      #expect(error?.code == .unusable)
    }
  }
}
