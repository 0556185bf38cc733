internal import AzureStorage
internal import DatabricksStorage
internal import GoogleCloudStorage
internal import HTTPStorage
public import ObjectStorage
internal import S3Storage
internal import SFTPStorage

extension ObjectStoreRegistry {
  /// The stores of this product, with retries: plain paths and `file://`, `s3://`, `gs://`, `azure://`,
  /// `azure-dl://`, `az://`, `abfss://`, `oci://`, `oss://`, `r2://`,
  /// `http(s)://`, `hf://`, `sftp://` and `dbfs:/Volumes`.
  ///
  /// Credentials, region and endpoint are looked up when an address is opened, as each service's own tools do;
  /// connections are shared by all that use it. Options by URL prefix are read from the JSON file that
  /// `STREAMING_STORES` names, if it is set. Add stores to a copy.
  public static let standard: ObjectStoreRegistry = {
    var stores = ObjectStoreRegistry()
    stores.registerS3()
    stores.registerS3Providers()
    stores.registerGoogleCloud(hmac: S3Provider.gcs.opener())
    stores.registerHTTP()
    stores.registerAzure()
    stores.registerDatabricks()
    stores.registerSFTP()
    stores.readOptions(fromFileNamedBy: "STREAMING_STORES")
    return stores
  }()
}
