import ObjectStorage
import Synchronization

extension GCSService {
  func list(_ request: FakeRequest, _ bucket: String) throws(S3Error) -> HTTPResponse {
    guard request.method == "GET" else { throw S3Error(405, "methodNotAllowed", "Method not allowed") }
    let prefix = KeyBytes(request["prefix"] ?? "")
    let delimiter = Array((request["delimiter"] ?? "").utf8)
    var after: KeyBytes?
    if let token = request["pageToken"] {
      guard token.hasPrefix("after."), let bytes = PercentEncoding.decoded(token.dropFirst(6)) else {
        throw S3Error(400, "invalid", "Invalid page token")
      }
      after = KeyBytes(bytes)
    }
    let limit = min(request["maxResults"].flatMap { Int($0) } ?? 1000, options.pageLength)
    let start = max(KeyBytes(request["startOffset"] ?? ""), after ?? prefix)
    let all = table.objects(bucket, prefix: prefix, from: start, limit: .max)
    let page = ListedPage(all, prefix: prefix, delimiter: delimiter, after: after, limit: limit)
    var members = [#""kind":"storage#objects""#]
    if let last = page.last {
      members.append(#""nextPageToken":"after.\#(PercentEncoding.encoded(last.bytes, keepingSlashes: false))""#)
    }
    // Empty lists are left out, as the service does.
    if !page.prefixes.isEmpty {
      members.append(#""prefixes":[\#(page.prefixes.map { JSONText.quoted($0.text) }.joined(separator: ","))]"#)
    }
    if !page.objects.isEmpty {
      let items = page.objects.map {
        description(
          bucket, $0.key, byteCount: $0.byteCount, generation: $0.entityTag, modified: $0.modified, checksum: nil)
      }
      members.append(#""items":[\#(items.joined(separator: ","))]"#)
    }
    return json(200, "{" + members.joined(separator: ",") + "}")
  }

  /// Copies in steps: each but the last gives a token that says how far it came.
  func rewrite(
    _ request: FakeRequest, _ bucket: String, _ key: KeyBytes, to target: String, _ targetKey: KeyBytes
  ) throws(S3Error) -> HTTPResponse {
    guard let object = table.object(bucket, key) else { throw noSuchObject(bucket, key) }
    guard table.hasBucket(target) else { throw S3Error(404, "notFound", "The specified bucket does not exist.") }
    let done = min(
      (request["rewriteToken"].flatMap { Int($0) } ?? 0) + options.copyStepByteCount, object.byteCount)
    let progress =
      #""kind":"storage#rewriteResponse","totalBytesRewritten":"\#(done)","objectSize":"\#(object.byteCount)""#
    guard done == object.byteCount else {
      return json(200, #"{\#(progress),"done":false,"rewriteToken":"\#(done)"}"#)
    }
    let copy = try store(
      object.withBytes { Array($0) }, target, targetKey, object.contentType, condition(request), request.now)
    return json(200, #"{\#(progress),"done":true,"resource":\#(description(target, targetKey, copy))}"#)
  }
}
