// swift-tools-version: 6.1
import PackageDescription

// Apart from the product's manifest, so that nobody who uses the product builds a benchmark.
let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "swift-streaming", path: "..")],
  targets: [
    .target(
      name: "CDirectCodecs",
      linkerSettings: ["zstd", "deflate", "bz2", "lzma", "lz4", "snappy", "brotlidec"].map { .linkedLibrary($0) }),
    .executableTarget(
      name: "codec-speed",
      dependencies: ["CDirectCodecs", .product(name: "ShardCompression", package: "swift-streaming")]),
    .executableTarget(
      name: "device", dependencies: [.product(name: "Streaming", package: "swift-streaming")]),
    .executableTarget(
      name: "download",
      dependencies: ["CloudAuth", "HTTPTransport", "ObjectStorage"].map { .product(name: $0, package: "swift-streaming") }),
    .executableTarget(
      name: "index",
      dependencies: ["BinaryIO", "PythonJSON", "ShardCompression", "ShardFormats"].map {
        .product(name: $0, package: "swift-streaming")
      }),
    .executableTarget(
      name: "order", dependencies: [.product(name: "SampleOrder", package: "swift-streaming")],
      exclude: ["upstream_order.py"]),
    .target(name: "CDirectImages", linkerSettings: [.linkedLibrary("turbojpeg"), .linkedLibrary("png")]),
    .executableTarget(
      name: "image-speed",
      dependencies: ["CDirectImages", .product(name: "ShardImages", package: "swift-streaming")]),
    .executableTarget(
      name: "random-speed", dependencies: [.product(name: "NumPyRandom", package: "swift-streaming")]),
    .executableTarget(
      name: "read",
      dependencies: [
        .product(name: "PythonJSON", package: "swift-streaming"), .product(name: "Streaming", package: "swift-streaming"),
      ]),
    .executableTarget(
      name: "write-speed",
      dependencies: ["CDirectCodecs"]
        + ["BinaryIO", "DatasetWriting", "MDSFormat", "ObjectStorage", "ShardCompression", "ShardFormats"].map {
          .product(name: $0, package: "swift-streaming")
        }),
  ],
  swiftLanguageModes: [.v6])
