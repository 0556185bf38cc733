import BinaryIO
import HTTPTransport
import PythonJSON
import SampleOrder
import ShardFormats
import TestSupport

extension FuzzTarget {
  /// Texts of data sets, checkpoints and services.
  static let texts: [(name: String, make: @Sendable () throws -> FuzzTarget)] = [
    ("index", index), ("json", json), ("checkpoint", checkpoint), ("s3-xml", xml), ("http-head", httpHead),
  ]

  @Sendable private static func index() throws -> FuzzTarget {
    let root = (Golden.path ?? Golden.repositoryRoot + "/IntegrationTests/golden") + "/formats"
    let files = try FileSystem.listRecursively(root).filter { $0.hasSuffix("index.json") }
    let seeds = try files.map { try FileSystem.readAll(root + "/" + $0) }.filter { $0.count < 8000 }
    return FuzzTarget("index", seeds: seeds) { input in
      guard
        let index = accepted({ () throws(ShardError) in
          try DatasetIndex(parsing: input.span.bytes, file: "index.json")
        })
      else { return .refused }
      let encoded = index.encoded()
      let again = try DatasetIndex(parsing: encoded.span.bytes, file: "index.json")
      try promise(again.encoded() == encoded, "an index that reads as another than it was written")
      for info in index.shards.prefix(100) {
        try promise(info.sampleCount >= 0 && info.storedByteCount >= 0, "a negative count")
        for (raw, zip) in info.files {
          for file in [raw, zip].compactMap(\.self) {
            try promise(
              !file.basename.hasPrefix("/") && !file.basename.split(separator: "/").contains(".."),
              "a name that leads out of the directory: \(file.basename)")
          }
        }
      }
      return .accepted
    }
  }

  @Sendable private static func json() -> FuzzTarget {
    let texts = [
      #"{"a": [1, -2.5e3, true, false, null, "x\n\u00e9\ud83d\ude00"], "b": {"c": []}, "": NaN}"#, "[[[[[]]]]]",
      "123456789012345678901234567890", "-0.0", #""\\\"\/\b\f\n\r\t""#, "[1e308, 1e-320, 0.1, Infinity, -Infinity]",
      #"{"a": 1, "a": 2, "b": 3}"#,
    ]
    return FuzzTarget("json", seeds: texts.map { Array($0.utf8) }) { input in
      guard let value = accepted({ () throws(JSONError) in try JSONValue(parsing: input.span.bytes) }) else {
        return .refused
      }
      let encoded = value.encoded(sortingKeys: false)
      let again = try JSONValue(parsing: encoded.span.bytes)
      try promise(again.encoded(sortingKeys: false) == encoded, "a value that reads as another than it was written")
      return .accepted
    }
  }

  @Sendable private static func checkpoint() throws -> FuzzTarget {
    let state = CheckpointState(
      epoch: 3, sampleInEpoch: 4096, canonicalNodes: 8, seed: try ShuffleSeed(parsing: "9176"), initialNodes: 2)
    let texts = [
      state.jsonText,
      #"{"epoch": 0, "sample_in_epoch": 0, "num_canonical_nodes": 1, "shuffle_seed": 123456789012345678901234567890, "initial_physical_nodes": null}"#,
    ]
    return FuzzTarget("checkpoint", seeds: texts.map { Array($0.utf8) }) { input in
      let text = String(decoding: input, as: UTF8.self)
      guard let state = accepted({ () throws(ConfigurationError) in try CheckpointState(json: text) }) else {
        return .refused
      }
      try promise(try CheckpointState(json: state.jsonText) == state, "a state that reads as another than it was written")
      return .accepted
    }
  }

  @Sendable private static func xml() -> FuzzTarget {
    let texts = [
      #"<?xml version="1.0" encoding="UTF-8"?><Error><Code>NoSuchKey</Code><Message>a &lt; b &#x20AC;</Message></Error>"#,
      """
      <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>true</IsTruncated>
      <NextContinuationToken>1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=</NextContinuationToken><Contents><Key>a/b.mds</Key>
      <Size>434234</Size><ETag>&quot;fba9dede5f27731c9771645a39863328&quot;</ETag></Contents><!-- c --><a/></ListBucketResult>
      """,
      "<a><![CDATA[x<y]]></a>",
    ]
    return FuzzTarget("s3-xml", seeds: texts.map { Array($0.utf8) }) { input in
      let root = accepted { () throws(XMLFlaw) in try XMLReader.visit(input) { _, _ in } }
      return root == nil ? .refused : .accepted
    }
  }

  @Sendable private static func httpHead() -> FuzzTarget {
    let texts = [
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: \"x\"\r\nContent-Range: bytes 0-4/5\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/2 503 \r\nretry-after: 7\r\n\r\n", "HTTP/1.1 307 Moved\nLocation:  https://a/b \n\n",
    ]
    return FuzzTarget("http-head", seeds: texts.map { Array($0.utf8) }) { input in
      var builder = HeadBuilder()
      for line in input.split(separator: 0x0A, omittingEmptySubsequences: false) {
        let bytes = Array(line) + [0x0A]
        switch builder.add(bytes.span.bytes) {
        case .more: continue
        case .tooLarge: return .refused
        case .complete(let head):
          try promise((0...999).contains(head.status), "status \(head.status)")
          return .accepted
        }
      }
      return .refused
    }
  }
}
