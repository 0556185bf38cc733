public import ObjectStorage
internal import S3Storage

extension ObjectStoreRegistry {
  /// The stores of this product: plain paths, `file://` and `s3://`, with retries.
  ///
  /// Credentials, region and endpoint are looked up when an address is opened, as AWS's own tools do; connections are
  /// shared by all that use it. Add stores to a copy.
  public static let standard: ObjectStoreRegistry = {
    var stores = ObjectStoreRegistry()
    stores.registerS3()
    return stores
  }()
}
