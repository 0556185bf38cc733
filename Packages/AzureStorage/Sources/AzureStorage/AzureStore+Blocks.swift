import BinaryIO
import CloudAuth
import HTTPTransport
import ObjectStorage

extension AzureStore {
  /// Uploads a blob in blocks, several at once, then names them: only then is there a blob. Blocks that were
  /// not named go by themselves after a week; the service has no way to remove them.
  func putInBlocks(
    _ key: ObjectKey, from source: any ByteSource, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let ranges = Self.blocks(of: source.byteCount, atLeast: self.options.blockByteCount)
    let upload = UInt64.random(in: .min ... .max)
    let store = self
    let names = try await PartUpload.run(ranges, atOnce: self.options.concurrentBlocks) {
      index, range throws(ObjectStoreError) in
      let name = Self.blockName(upload, index)
      var request = ObjectRequest(.put, key: key, body: PartSource(source, range))
      request.query = [("comp", "block"), ("blockid", name)]
      _ = try await store.exchange(request)
      return name
    }
    var text = "<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>"
    for name in names { text += "<Latest>\(name)</Latest>" }
    text += "</BlockList>"
    var request = ObjectRequest(.put, key: key, body: MemorySource(Array(text.utf8)))
    request.query = [("comp", "blocklist")]
    request.headers["Content-Type"] = "application/xml"
    request.headers["x-ms-blob-content-type"] = options.contentType
    request.set(options)
    let response = try await writing(options) { () async throws(ObjectStoreError) in
      try await exchange(request)
    }
    return ObjectInfo(key: key, byteCount: source.byteCount, entityTag: response.head.headers["ETag"])
  }

  /// Names of one length, as the service wants them, that two uploads never share.
  private static func blockName(_ upload: UInt64, _ index: Int) -> String {
    var bytes: [UInt8] = []
    for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: upload >> UInt64(shift))) }
    for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: index >> shift)) }
    return Base64.encoded(bytes)
  }

  /// Cuts a blob into at most 50,000 blocks of at least `least` bytes, the last excepted.
  static func blocks(of byteCount: Int, atLeast least: Int) -> [Range<Int>] {
    let length = max(max(1, least), (byteCount - 1) / 50_000 + 1)
    return stride(from: 0, to: byteCount, by: length).map { $0..<min($0 + length, byteCount) }
  }
}
