public import ObjectStorage
internal import S3Storage

extension ObjectStoreRegistry {
  /// The stores of this product: plain paths, `file://` and `s3://`, with retries.
  ///
  /// Credentials, region and endpoint are looked up when an address is opened, as AWS's own tools do; connections are
  /// shared by all that use it. Options by URL prefix are read from the JSON file that `STREAMING_STORES` names, if it
  /// is set. Add stores to a copy.
  public static let standard: ObjectStoreRegistry = {
    var stores = ObjectStoreRegistry()
    stores.registerS3()
    stores.readOptions(fromFileNamedBy: "STREAMING_STORES")
    return stores
  }()
}
