/// A place that keeps byte objects under keys: a bucket, a directory, memory, or yours.
///
/// Two requirements make a store that can be read, ``head(_:)`` and ``get(_:options:into:)``; the others
/// default to ``ObjectStoreError/Code/unsupported``. Keys are relative to the URL that the store was opened
/// for. Every method may be called from any number of tasks at once, never blocks a thread of the cooperative
/// pool, and ends soon after its task is cancelled. Retries, prefixes and faults are wrappers that compose
/// with any store: ``RetryingStore``, ``PrefixedStore``, ``FaultInjectingStore``. What a store can do beyond
/// reading it declares in ``abilities``, to which the conformance suite holds it.
///
/// ```swift
/// var stores = ObjectStoreRegistry()
/// stores.register("tape") { url in RetryingStore(TapeStore(url)) }
/// let store = try await stores.open("tape://archive/web")
/// let index = try await store.bytes(of: "index.json", limit: .megabytes(64))
/// ```
public protocol ObjectStore: Sendable {
  /// Tells an object's size and entity tag without its bytes.
  /// - Throws: `.notFound` when there is no such object; other codes as the service answers.
  func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo

  /// Writes an object's bytes, or a range of them, into `sink`, in order.
  ///
  /// When the bytes break off, the error carries what is known of the object in ``ObjectStoreError/partial``,
  /// so that ``RetryingStore`` can ask for the rest only.
  /// - Returns: the *whole* object's description, also when a range was asked for.
  /// - Throws: `.notFound`; `.preconditionFailed` when `options.ifMatch` is another entity tag than the
  ///   object's; `.rangeNotSatisfiable` when the range starts at or past the end; what `sink` throws,
  ///   unchanged.
  func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo

  /// Lists one page of the keys that start with `prefix`, in the order of their UTF-8 bytes.
  /// - Parameter prefix: the start of the keys, `""` for all; it need not end at a delimiter.
  /// - Parameter delimiter: when given, keys that hold it after `prefix` are folded into
  ///   ``ListPage/prefixes``.
  /// - Parameter token: nil for the first page, then the last page's ``ListPage/nextToken``.
  func list(
    _ prefix: String, delimiter: String?, after token: String?
  ) async throws(ObjectStoreError) -> ListPage

  /// Stores the bytes of `source` under `key`. Readers see the old object or the new one, never a part.
  /// - Throws: `.alreadyExists` when `options.createOnly` and the object is there; `.preconditionFailed` when
  ///   `options.ifMatch` is another entity tag than the object's.
  func put(
    _ key: ObjectKey, from source: any ByteSource, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo

  /// Removes an object; removing what is not there is no error, so that a repeated request does no harm.
  func delete(_ key: ObjectKey) async throws(ObjectStoreError)

  /// What this store promises to do: empty by default.
  var abilities: StoreAbilities { get }

  /// Lists one page of the keys that start with `prefix` and come after `start`.
  ///
  /// By default the pages of ``list(_:delimiter:after:)`` without what comes before.
  /// - Parameter start: the last key that is *not* wanted. It counts for each page: pass it along with the token.
  func list(
    _ prefix: String, delimiter: String?, startingAfter start: ObjectKey, after token: String?
  ) async throws(ObjectStoreError) -> ListPage

  /// Copies an object within the store without its bytes passing through this machine.
  /// - Returns: the new object's description.
  /// - Throws: `.notFound` when there is no `source`; `.alreadyExists` and `.preconditionFailed` as
  ///   ``put(_:from:options:)``, for `target`.
  func copy(
    _ source: ObjectKey, to target: ObjectKey, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo

  /// Removes objects, in as few requests as the service allows; by default one by one, several at once.
  /// - Returns: what could not be removed and why; empty when all are gone. Keys that were not there are gone.
  func delete(_ keys: [ObjectKey]) async -> [ObjectKey: ObjectStoreError]

  /// A URL by which anyone may read or write one object until it expires.
  /// - Parameter lifetime: as long as the service allows, at most; seven days for S3.
  func presignedURL(
    for use: PresignedURL.Use, _ key: ObjectKey, lifetime: Duration
  ) async throws(ObjectStoreError) -> PresignedURL

  /// Where this store is and by whose leave it is used, as far as it knows: for people who look for a mistake.
  /// May ask the service; never throws, never tells a secret.
  func diagnose() async -> StoreDiagnosis
}
