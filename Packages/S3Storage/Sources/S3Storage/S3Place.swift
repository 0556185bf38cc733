import CloudAuth
import HTTPTransport
import ObjectStorage

/// Where a store sends its requests, and what it has learned about it.
struct S3Place: Sendable {
  let region: String
  let signer: SigV4Signer
  /// The URL of the bucket, its path ending in a slash.
  let base: HTTPURL
  /// What to add to this machine's clock for the service's.
  var clockOffset: Duration = .zero

  init(bucket: String, options: S3Options, region: String) throws(ObjectStoreError) {
    self.region = region
    signer = SigV4Signer(region: region)
    let isAWS = options.endpoint == nil
    // Everything in AWS's China regions is below another domain.
    let domain = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
    var url =
      if let endpoint = options.endpoint { endpoint } else {
        try HTTPURL(parsing: "https://s3.\(region).\(domain)")
      }
    let isVirtual = options.addressingStyle.map { $0 == .virtualHost } ?? (isAWS && Self.isHostName(bucket))
    if isVirtual, !url.isAddress {
      url = try url.replacing(host: "\(bucket).\(url.host)")
      url.encodedPath = url.encodedPath.hasSuffix("/") ? url.encodedPath : url.encodedPath + "/"
    } else {
      let start = url.encodedPath.hasSuffix("/") ? url.encodedPath : url.encodedPath + "/"
      url.encodedPath = start + PercentEncoding.encoded(bucket) + "/"
    }
    base = url
  }

  /// Whether a bucket's name works as a part of a host name, also for a certificate's wildcard: no dots, no
  /// capitals.
  private static func isHostName(_ bucket: String) -> Bool {
    (3...63).contains(bucket.utf8.count)
      && bucket.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
      && !bucket.hasPrefix("-") && !bucket.hasSuffix("-")
  }
}
