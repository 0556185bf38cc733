import BinaryIO
import CloudAuth
public import HTTPTransport
public import ObjectStorage
import Synchronization

/// A bucket of Amazon S3, or of a service that speaks its protocol.
///
/// Every request is signed by Signature Version 4, unless ``S3Options/Identity/anonymous`` was asked for; a
/// refused signed request is never sent again without a signature. Bodies are part of the signature over
/// plain HTTP, and protected by TLS otherwise. The region is learned from AWS's answer when it is another
/// than the set one, and the clock's difference from a refusal's `Date`. Requests are not repeated here: wrap
/// it in ``RetryingStore``.
public final class S3Store: ObjectStore {
  /// The bucket's name.
  public let bucket: String
  /// How the bucket is asked.
  public let options: S3Options
  let transport: any HTTPClient
  let place: Mutex<S3Place>

  /// Opens a bucket; nothing is sent.
  /// - Throws: `.unusableURL` when the bucket's name can't be part of a URL.
  public init(bucket: String, options: S3Options, transport: any HTTPClient) throws(ObjectStoreError) {
    guard (1...255).contains(bucket.utf8.count), bucket != ".", bucket != "..",
      bucket.utf8.allSatisfy({
        (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E
          || $0 == 0x5F
      })
    else {
      throw ObjectStoreError(
        .unusableURL, url: "s3://\(bucket)", detail: "expected a bucket's name, found other characters",
        remedy: "write it as s3://bucket/path")
    }
    self.bucket = bucket
    self.options = options
    self.transport = transport
    place = Mutex(try S3Place(bucket: bucket, options: options, region: options.region ?? "us-east-1"))
  }

  public func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo {
    let response = try await exchange(ObjectRequest(.head, key: key))
    return try response.head.objectInfo(of: key, at: url(of: key))
  }

  public func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    var request = ObjectRequest(.get, key: key)
    try request.headers.ask(for: options, of: url(of: key))
    // With a customer's key the entity tag is no digest.
    let isVerified = self.options.verifiesDownloads && self.options.customerKey == nil && options.range == nil
    let verification = isVerified ? BodyVerification(sink) : nil
    let response = try await exchange(request) { head throws(ObjectStoreError) in
      let info = try head.objectInfo(of: key, at: self.url(of: key))
      try head.check(info, against: options, at: self.url(of: key))
      return .sink(verification?.sink ?? sink, describing: info)
    }
    let info = try response.head.objectInfo(of: key, at: url(of: key))
    try verification?.check(info, url: url(of: key))
    return info
  }

  public func put(
    _ key: ObjectKey, from source: any ByteSource, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    if source.byteCount > self.options.multipartThreshold {
      return try await putInParts(key, from: source, options: options)
    }
    var request = ObjectRequest(.put, key: key, body: source)
    setObjectHeaders(&request, contentType: options.contentType)
    request.set(options)
    try await addChecksum(to: &request)
    let response = try await writing(options) { () async throws(ObjectStoreError) in
      try await exchange(request)
    }
    return ObjectInfo(key: key, byteCount: source.byteCount, entityTag: response.head.headers["ETag"])
  }

  public func delete(_ key: ObjectKey) async throws(ObjectStoreError) {
    do throws(ObjectStoreError) {
      _ = try await exchange(ObjectRequest(.delete, key: key))
    } catch {
      // Some services tell that there was nothing; a missing bucket is an error all the same.
      guard error.code == .notFound, !error.detail.contains("NoSuchBucket") else { throw error }
    }
  }

  public func list(
    _ prefix: String, delimiter: String?, after token: String?
  ) async throws(ObjectStoreError) -> ListPage {
    try await page(prefix, delimiter: delimiter, startingAfter: nil, after: token)
  }

  public func list(
    _ prefix: String, delimiter: String?, startingAfter start: ObjectKey, after token: String?
  ) async throws(ObjectStoreError) -> ListPage {
    try await page(prefix, delimiter: delimiter, startingAfter: start, after: token)
  }

  private func page(
    _ prefix: String, delimiter: String?, startingAfter: ObjectKey?, after token: String?
  ) async throws(ObjectStoreError) -> ListPage {
    var request = ObjectRequest(.get, key: nil)
    request.query = [("list-type", "2"), ("encoding-type", "url")]
    if !prefix.isEmpty { request.query.append(("prefix", prefix)) }
    if let delimiter, !delimiter.isEmpty { request.query.append(("delimiter", delimiter)) }
    if let token { request.query.append(("continuation-token", token)) }
    if let startingAfter { request.query.append(("start-after", startingAfter.text)) }
    let response = try await exchange(request, answerLimit: .megabytes(16))
    return try page(response.body, prefix: prefix)
  }

  public var abilities: StoreAbilities { options.abilities }

  /// The object's address in messages.
  func url(of key: ObjectKey?) -> String { "s3://\(bucket)" + (key.map { "/" + $0.text } ?? "") }
}
