import BinaryIO
import HTTPTransport
public import ObjectStorage
import PythonJSON
import Threading

extension GCSStore {
  /// Stores an object in one request, or in a resumable session when it is large.
  public func put(
    _ key: ObjectKey, from source: any ByteSource, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let checksum = try await BlockingPool.shared.run { () throws(ObjectStoreError) in
      try Checksum.base64(of: source)
    }
    var metadata = JSONObject()
    metadata.append("name", .string(key.text))
    metadata.append("crc32c", .string(checksum))
    if let type = options.contentType { metadata.append("contentType", .string(type)) }
    let description = JSONValue.object(metadata).encoded(sortingKeys: false)
    let response = try await writing(options) { () async throws(ObjectStoreError) in
      source.byteCount > self.options.resumableThreshold
        ? try await putInSession(key, source, description, options)
        : try await putAtOnce(key, source, description, options)
    }
    let info = try objectInfo(response, key)
    let stored = try json(response, url(of: key))["crc32c"]?.string
    guard info.byteCount == source.byteCount, stored == nil || stored == checksum else {
      throw ObjectStoreError(
        .corrupt, url: url(of: key),
        detail:
          "expected \(source.byteCount) bytes with CRC-32C \(checksum), found \(info.byteCount) with \(stored ?? "none")",
        remedy: "upload it again")
    }
    return info
  }

  /// Copies within the bucket: the service does it, in steps when the object is large.
  public func copy(
    _ source: ObjectKey, to target: ObjectKey, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    var token: String?
    // Each step moves at least a megabyte; more than this is no progress.
    for _ in 0..<100_000 {
      var request = request(.post, source)
      let bucket = PercentEncoding.encoded(self.bucket)
      request.encodedPath += "/rewriteTo/b/\(bucket)/o/\(PercentEncoding.encoded(target.text))"
      request.query = try conditions(options, target)
      if let token { request.query.append(("rewriteToken", token)) }
      let response = try await writing(options) { () async throws(ObjectStoreError) in
        try await exchange(request)
      }
      let value = try json(response, url(of: target))
      if value["done"]?.bool == true {
        // The description is a part of the answer; the one of the object itself is the same.
        return try await head(target)
      }
      guard let next = value["rewriteToken"]?.string, next != "" else { break }
      token = next
    }
    throw ObjectStoreError(
      .unusableAnswer, url: url(of: target), detail: "expected a copy that ends, found one that goes on")
  }

  /// The condition of a write as the service's query says it: a generation, 0 for none.
  func conditions(_ options: PutOptions, _ key: ObjectKey) throws(ObjectStoreError) -> [(String, String)] {
    if options.createOnly { return [("ifGenerationMatch", "0")] }
    guard let tag = options.ifMatch else { return [] }
    return [("ifGenerationMatch", try generation(tag, key))]
  }

  /// Description and bytes in one body of two parts.
  private func putAtOnce(
    _ key: ObjectKey, _ source: any ByteSource, _ description: [UInt8], _ options: PutOptions
  ) async throws(ObjectStoreError) -> HTTPResponse {
    // Nobody can guess it, so no object holds it.
    let boundary = "part-\(UInt64.random(in: .min ... .max))-\(UInt64.random(in: .min ... .max))"
    let type = options.contentType ?? "application/octet-stream"
    let opening =
      Array("--\(boundary)\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n".utf8) + description
      + Array("\r\n--\(boundary)\r\nContent-Type: \(oneLine(type))\r\n\r\n".utf8)
    let closing = Array("\r\n--\(boundary)--\r\n".utf8)
    var request = request(.post, nil, service: "upload/storage/v1")
    request.key = key
    request.body = JoinedSource([MemorySource(opening), source, MemorySource(closing)])
    request.query = [("uploadType", "multipart")] + (try conditions(options, key))
    request.headers["Content-Type"] = "multipart/related; boundary=\(boundary)"
    return try await exchange(request)
  }

  private func oneLine(_ text: String) -> String {
    String(decoding: text.utf8.filter { $0 >= 0x20 && $0 != 0x7F }, as: UTF8.self)
  }
}
