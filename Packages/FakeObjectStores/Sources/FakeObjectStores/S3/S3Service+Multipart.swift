import ObjectStorage
import Synchronization

/// Uploads that were begun and not finished.
final class MultipartUploads: Sendable {
  struct Upload: Sendable {
    let bucket: String
    let key: KeyBytes
    let contentType: String?
    /// The digest of the customer's key.
    let customerKey: String?
    var parts: [Int: (bytes: [UInt8], hash: [UInt8])] = [:]
  }

  let minimumPartByteCount: Int
  private let uploads = Mutex<(next: Int, open: [String: Upload])>((1, [:]))

  init(minimumPartByteCount: Int) { self.minimumPartByteCount = minimumPartByteCount }

  func begin(_ upload: Upload) -> String {
    uploads.withLock { uploads in
      let id = "fake-upload-\(uploads.next)"
      uploads.next += 1
      uploads.open[id] = upload
      return id
    }
  }

  func put(_ part: Int, _ bytes: [UInt8], md5: [UInt8]?, of request: S3Request) throws(S3Error) -> [UInt8] {
    let hash = md5 ?? Digests.md5(bytes)
    let id = request["uploadId"] ?? ""
    let isOpen = uploads.withLock { uploads in
      guard Self.belongs(uploads.open[id], request) else { return false }
      uploads.open[id]?.parts[part] = (bytes, hash)
      return true
    }
    guard isOpen else { throw Self.noSuchUpload }
    return hash
  }

  func upload(of request: S3Request) throws(S3Error) -> Upload {
    let upload = uploads.withLock { $0.open[request["uploadId"] ?? ""] }
    guard let upload, Self.belongs(upload, request) else { throw Self.noSuchUpload }
    return upload
  }

  func end(_ request: S3Request) {
    uploads.withLock { _ = $0.open.removeValue(forKey: request["uploadId"] ?? "") }
  }

  private static func belongs(_ upload: Upload?, _ request: S3Request) -> Bool {
    upload?.bucket == request.bucket && upload?.key == request.key
  }

  static let noSuchUpload = S3Error(
    404, "NoSuchUpload",
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or "
      + "completed.")
}

extension S3Service {
  func createUpload(_ request: S3Request) throws(S3Error) -> HTTPResponse {
    let id = uploads.begin(
      .init(bucket: request.bucket, key: request.key, contentType: request.head["content-type"],
        customerKey: try request.customerKey()))
    var xml = XMLWriter()
    xml.element("InitiateMultipartUploadResult", attributes: Self.namespace) { xml in
      xml.element("Bucket", request.bucket)
      xml.element("Key", request.key.text)
      xml.element("UploadId", id)
    }
    return Self.response(xml)
  }

  func putPart(_ request: S3Request, _ body: ReceivedBody) throws(S3Error) -> HTTPResponse {
    guard let number = request["partNumber"].flatMap({ Int($0) }), (1...10_000).contains(number) else {
      throw .invalidArgument(
        "Part number must be an integer between 1 and 10000, inclusive", "partNumber",
        request["partNumber"] ?? "")
    }
    guard try request.customerKey() == (try uploads.upload(of: request).customerKey) else {
      throw S3Error(400, "InvalidRequest", "The encryption parameters are not those that the upload was begun with.")
    }
    if let source = request.head["x-amz-copy-source"] {
      let hash = try uploads.put(number, copiedBytes(request, source), md5: nil, of: request)
      return Self.copyAnswer("CopyPartResult", entityTag: "\"\(Digests.hex(hash))\"", modified: now)
    }
    let hash = try uploads.put(number, body.bytes, md5: body.md5, of: request)
    return HTTPResponse(status: 200, headers: [("ETag", "\"\(Digests.hex(hash))\"")])
  }

  func abortUpload(_ request: S3Request) throws(S3Error) -> HTTPResponse {
    _ = try uploads.upload(of: request)
    uploads.end(request)
    return HTTPResponse(status: 204)
  }

  func completeUpload(_ request: S3Request, _ body: [UInt8]) throws(S3Error) -> HTTPResponse {
    let upload = try uploads.upload(of: request)
    guard body.count <= 1 << 20, let root = try? XMLReader.read(body), root.name == "CompleteMultipartUpload"
    else {
      throw .malformedXML()
    }
    var bytes: [UInt8] = []
    var hashes: [UInt8] = []
    var previous = 0
    let listed = root.children.filter { $0.name == "Part" }
    guard !listed.isEmpty else { throw .malformedXML() }
    bytes.reserveCapacity(upload.parts.values.reduce(0) { $0 + $1.bytes.count })
    for (index, element) in listed.enumerated() {
      guard let number = element["PartNumber"].flatMap({ Int($0) }), let tag = element["ETag"] else {
        throw .malformedXML()
      }
      guard number > previous else {
        throw S3Error(400, "InvalidPartOrder", "The list of parts was not in ascending order.")
      }
      previous = number
      guard let part = upload.parts[number], Self.tags(tag) == ["\"\(Digests.hex(part.hash))\""] else {
        throw S3Error(
          400, "InvalidPart", "One or more of the specified parts could not be found.",
          details: [("PartNumber", "\(number)")])
      }
      guard index == listed.count - 1 || part.bytes.count >= uploads.minimumPartByteCount else {
        throw S3Error(
          400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size",
          details: [("ProposedSize", "\(part.bytes.count)"), ("PartNumber", "\(number)")])
      }
      bytes += part.bytes
      hashes += part.hash
    }
    let object = try table.put(
      bytes, request.bucket, request.key,
      entityTag: "\"\(Digests.hex(Digests.md5(hashes)))-\(listed.count)\"",
      contentType: upload.contentType, Self.condition(request), now: now)
    customerKeys.note(upload.customerKey, request.bucket, request.key)
    uploads.end(request)
    var xml = XMLWriter()
    xml.element("CompleteMultipartUploadResult", attributes: Self.namespace) { xml in
      xml.element("Location", "/\(request.bucket)/\(request.key.text)")
      xml.element("Bucket", request.bucket)
      xml.element("Key", request.key.text)
      xml.element("ETag", object.entityTag)
    }
    return Self.response(xml)
  }
}
