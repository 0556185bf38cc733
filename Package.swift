// swift-tools-version: 6.1
import PackageDescription

// One row per module, in layer order. Products, targets and test targets derive from it; a module imports only rows
// above it that it lists (`Tools/check-layers` verifies this, SwiftPM does not).
struct Module {
  let layer: Int
  let name: String
  let uses: [Target.Dependency]
  let testUses: [Target.Dependency]
  /// Whether the product is a shared library, for programs in other languages.
  let isShared: Bool

  init(
    _ layer: Int, _ name: String, uses: [Target.Dependency] = [], testUses: [Target.Dependency] = [],
    isShared: Bool = false
  ) {
    self.isShared = isShared
    self.layer = layer
    self.name = name
    self.uses = uses
    self.testUses = testUses
  }
}

let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let metrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let testMetrics: Target.Dependency = .product(name: "MetricsTestKit", package: "swift-metrics")

let modules = [
  Module(0, "BinaryIO", uses: ["CGuardedCopy", "SystemLibC"]),
  Module(0, "Threading", uses: ["SystemLibC"]),
  Module(0, "NumPyRandom", uses: ["SystemLibC"]),
  Module(0, "PythonJSON"),
  Module(1, "ShardHashing", uses: ["CCrypto", "CXXHash"]),
  Module(
    1, "ShardCompression",
    uses: [
      "BinaryIO", "SystemLibC", "CArchive", "CBrotli", "CBzip2", "CDeflate", "CLZ4", "CSnappy", "CZstd",
    ]),
  Module(1, "SampleOrder", uses: ["BinaryIO", "CExchange", "NumPyRandom", "PythonJSON", "Threading"]),
  Module(1, "ObjectStorage", uses: ["BinaryIO", "PythonJSON", "Threading", "SystemLibC", log]),
  Module(1, "ColumnarBatch", uses: ["BinaryIO", "Threading", "SystemLibC"]),
  Module(2, "ArchiveReading", uses: ["BinaryIO", "ShardCompression", "SystemLibC", "CArchive"]),
  Module(2, "ShardFormats", uses: ["BinaryIO", "PythonJSON", "ShardCompression", "ShardHashing"]),
  Module(2, "CachePlanning"),
  Module(2, "HTTPTransport", uses: ["ObjectStorage", "BinaryIO", "Threading", "CCurl"], testUses: ["SystemLibC"]),
  Module(2, "DeviceTransfer", uses: ["ColumnarBatch", "CDLPack", "Threading", "SystemLibC"],
    testUses: ["BinaryIO", "DatasetLoading", "DatasetWriting", "MDSFormat", "ObjectStorage", "SampleOrder", "ShardFormats"]),
  // Opt-in: not part of the umbrella, so that nobody builds swift-metrics who does not want it.
  Module(2, "StreamingMetrics", uses: ["ObjectStorage", metrics],
    testUses: ["BinaryIO", "ColumnarBatch", "DatasetLoading", "DatasetWriting", "MDSFormat", "ShardFormats", testMetrics]),
  Module(3, "StreamingSimulation", uses: ["CachePlanning", "SampleOrder", "SystemLibC"]),
  Module(3, "CUDATransfer", uses: ["CDLPack", "DeviceTransfer", "SystemLibC"], testUses: ["ColumnarBatch", "Threading"]),
  Module(3, "MDSFormat", uses: ["BinaryIO", "PythonJSON", "ShardFormats"],
    testUses: ["ShardCompression", "ShardHashing"]),
  Module(3, "DelimitedFormats", uses: ["BinaryIO", "PythonJSON", "ShardFormats"], testUses: ["ShardCompression"]),
  Module(
    3, "CloudAuth",
    uses: ["HTTPTransport", "ObjectStorage", "BinaryIO", "PythonJSON", "Threading", "CCrypto", "SystemLibC"],
    testUses: ["FakeObjectStores"]),
  Module(
    3, "ShardCaching",
    uses: [
      "BinaryIO", "CachePlanning", "ObjectStorage", "ShardCompression", "ShardFormats", "ShardHashing", "SystemLibC",
      "Threading", log,
    ]),
  // Opt-in: not part of the umbrella, so that nobody links the image libraries who does not want them.
  Module(
    4, "ShardImages", uses: ["BinaryIO", "ShardFormats", "SystemLibC", "CImages", "CTurboJPEG"], testUses: ["MDSFormat"]),
  Module(4, "S3Storage", uses: ["BinaryIO", "CloudAuth", "HTTPTransport", "ObjectStorage", "ShardHashing", "Threading"],
    testUses: ["FakeObjectStores", "ObjectStoreConformance", "StoreTestSupport"]),
  Module(4, "HTTPStorage", uses: ["BinaryIO", "CloudAuth", "HTTPTransport", "ObjectStorage", "PythonJSON", "Threading"],
    testUses: ["FakeObjectStores", "ObjectStoreConformance", "StoreTestSupport"]),
  Module(
    4, "GoogleCloudStorage",
    uses: ["BinaryIO", "CloudAuth", "HTTPTransport", "ObjectStorage", "PythonJSON", "Threading"],
    testUses: ["FakeObjectStores", "ObjectStoreConformance", "StoreTestSupport"]),
  Module(
    4, "DatabricksStorage", uses: ["BinaryIO", "CloudAuth", "HTTPTransport", "ObjectStorage", "PythonJSON"],
    testUses: ["FakeObjectStores", "ObjectStoreConformance", "StoreTestSupport"]),
  Module(4, "AzureStorage", uses: ["BinaryIO", "CloudAuth", "HTTPTransport", "ObjectStorage", "Threading"],
    testUses: ["FakeObjectStores", "ObjectStoreConformance", "StoreTestSupport"]),
  Module(4, "SFTPStorage", uses: ["BinaryIO", "CloudAuth", "HTTPTransport", "ObjectStorage", "Threading"],
    testUses: ["ObjectStoreConformance", "StoreTestSupport"]),
  Module(
    4, "DatasetWriting",
    uses: [
      "BinaryIO", "DelimitedFormats", "MDSFormat", "ObjectStorage", "PythonJSON", "ShardCompression", "ShardFormats",
      "ShardHashing", "SystemLibC", "Threading", log,
    ]),
  Module(
    4, "DatasetLoading",
    uses: [
      "BinaryIO", "CachePlanning", "ColumnarBatch", "DelimitedFormats", "MDSFormat", "ObjectStorage", "PythonJSON",
      "SampleOrder", "ShardCaching", "ShardFormats", "ShardHashing", "SystemLibC", "Threading", log,
    ], testUses: ["DatasetWriting", "DeviceTransfer", "NumPyRandom", "ShardCompression"]),
  Module(
    5, "DatasetImport",
    uses: [
      "ArchiveReading", "BinaryIO", "DatasetWriting", "DelimitedFormats", "MDSFormat", "ObjectStorage", "PythonJSON",
      "ShardCaching", "ShardFormats", "ShardHashing", "Threading",
    ], testUses: ["ShardCompression"]),
  Module(
    5, "FakeObjectStores",
    uses: ["BinaryIO", "ObjectStorage", "PythonJSON", "Threading", "CCrypto", "SystemLibC"]),
  Module(5, "ObjectStoreConformance", uses: ["BinaryIO", "ObjectStorage"]),
  Module(
    6, "Streaming",
    uses: [
      "AzureStorage", "BinaryIO", "CUDATransfer", "ColumnarBatch", "DatabricksStorage", "DatasetLoading", "DatasetWriting",
      "DelimitedFormats", "DeviceTransfer", "GoogleCloudStorage", "HTTPStorage", "MDSFormat", "NumPyRandom", "ObjectStorage", "S3Storage",
      "SFTPStorage", "SampleOrder", "ShardCaching", "ShardCompression", "ShardFormats", "ShardHashing",
    ], testUses: ["FakeObjectStores"]),
  Module(
    7, "StreamingC", uses: ["Streaming", "BinaryIO", "CDLPack", "CStreaming", "PythonJSON", "Threading"], isShared: true),
]

/// A system library: its module map lives with the package that wraps it.
func system(_ name: String, in package: String, pkgConfig: String, apt: String) -> Target {
  .systemLibrary(
    name: name, path: "Packages/\(package)/Sources/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let cTargets: [Target] = [
  // The C library under one name on every platform: the only place that asks which platform this is.
  .target(name: "SystemLibC", path: "Packages/BinaryIO/Sources/SystemLibC"),
  .target(name: "CGuardedCopy", path: "Packages/BinaryIO/Sources/CGuardedCopy"),
  .target(name: "CExchange", path: "Packages/SampleOrder/Sources/CExchange"),
  .target(
    name: "CCurl", path: "Packages/HTTPTransport/Sources/CCurl", linkerSettings: [.linkedLibrary("curl")]),
  .target(
    name: "CStreaming", dependencies: ["CDLPack"], path: "Packages/StreamingC/Sources/CStreaming"),
  .target(name: "CDLPack", path: "Packages/DeviceTransfer/Sources/CDLPack"),
  system("CCrypto", in: "ShardHashing", pkgConfig: "libcrypto", apt: "libssl-dev"),
  system("CXXHash", in: "ShardHashing", pkgConfig: "libxxhash", apt: "libxxhash-dev"),
  system("CArchive", in: "ShardCompression", pkgConfig: "libarchive", apt: "libarchive-dev"),
  .systemLibrary(
    name: "CBrotli", path: "Packages/ShardCompression/Sources/CBrotli", pkgConfig: "libbrotlienc",
    providers: [.apt(["libbrotli-dev"])]),
  // No pkg-config: bzip2 itself installs no .pc file, and neither does Debian.
  .systemLibrary(
    name: "CBzip2", path: "Packages/ShardCompression/Sources/CBzip2", providers: [.apt(["libbz2-dev"])]),
  system("CDeflate", in: "ShardCompression", pkgConfig: "libdeflate", apt: "libdeflate-dev"),
  system("CLZ4", in: "ShardCompression", pkgConfig: "liblz4", apt: "liblz4-dev"),
  system("CSnappy", in: "ShardCompression", pkgConfig: "snappy", apt: "libsnappy-dev"),
  system("CZstd", in: "ShardCompression", pkgConfig: "libzstd", apt: "libzstd-dev"),
  // libpng behind functions that return: its errors are jumps, which must not cross Swift's frames.
  .target(
    name: "CImages", dependencies: ["CPNG"], path: "Packages/ShardImages/Sources/CImages",
    linkerSettings: [.linkedLibrary("png")]),
  system("CPNG", in: "ShardImages", pkgConfig: "libpng", apt: "libpng-dev"),
  system("CTurboJPEG", in: "ShardImages", pkgConfig: "libturbojpeg", apt: "libturbojpeg0-dev"),
]

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableExperimentalFeature("Lifetimes"),
]

let tools: [Target] = [
  .target(
    name: "TestSupport", dependencies: ["BinaryIO"], path: "Tools/TestSupport", swiftSettings: settings),
  // What the tests of stores share.
  .target(
    name: "StoreTestSupport", dependencies: ["ObjectStorage"], path: "Tools/StoreTestSupport", swiftSettings: settings),
  .target(
    name: "GoldenConformance",
    dependencies: [
      "BinaryIO", "ColumnarBatch", "DatasetLoading", "DatasetWriting", "DelimitedFormats", "MDSFormat", "NumPyRandom", "ObjectStorage",
      "PythonJSON", "SampleOrder", "ShardCaching", "ShardFormats", "ShardHashing", "ShardCompression", "ShardImages",
    ], path: "Tools/GoldenConformance", swiftSettings: settings),
  .target(
    name: "Fuzzing",
    dependencies: [
      "BinaryIO", "DatasetImport", "DatasetWriting", "DelimitedFormats", "HTTPTransport", "MDSFormat", "PythonJSON",
      "SampleOrder", "ShardCompression", "ShardFormats", "ShardHashing", "ShardImages", "SystemLibC", "TestSupport",
    ], path: "Tools/Fuzzing", swiftSettings: settings),
  .executableTarget(
    name: "fuzz-run", dependencies: ["BinaryIO", "Fuzzing", "SystemLibC", arguments], path: "Tools/fuzz-run",
    swiftSettings: settings),
  .target(
    name: "StoreFaultMatrix",
    dependencies: [
      "AzureStorage", "BinaryIO", "CloudAuth", "FakeObjectStores", "GoogleCloudStorage", "HTTPStorage", "HTTPTransport",
      "ObjectStorage", "S3Storage",
    ], path: "Tools/StoreFaultMatrix", swiftSettings: settings),
  .executableTarget(
    name: "streaming",
    dependencies: [
      "Streaming", "StoreFaultMatrix", "ArchiveReading", "CachePlanning", "DatasetImport", "GoldenConformance", "PythonJSON",
      "ShardImages", "StreamingSimulation", "Threading", arguments,
    ],
    path: "Tools/streaming", swiftSettings: settings),
  .executableTarget(
    name: "quickstart-run", dependencies: ["Streaming", "FakeObjectStores", "PythonJSON"], path: "Tools/quickstart-run",
    exclude: ["Data"], swiftSettings: settings),
  .executableTarget(
    name: "cache-faults-run", dependencies: ["Streaming", "FakeObjectStores", "Threading"],
    path: "IntegrationTests/FaultRun", swiftSettings: settings),
  .executableTarget(
    name: "upstream-product-run", dependencies: ["DatasetImport", "Streaming", "SystemLibC"],
    path: "IntegrationTests/ProductRun", swiftSettings: settings),
  .testTarget(
    name: "GoldenConformanceTests", dependencies: ["GoldenConformance", "PythonJSON", "TestSupport"],
    path: "Tools/GoldenConformanceTests", swiftSettings: settings),
  .testTarget(
    name: "CommandLineTests", dependencies: ["streaming", "FakeObjectStores", "PythonJSON", "Streaming", "TestSupport"],
    path: "IntegrationTests/CommandLineTests", swiftSettings: settings),
]

let package = Package(
  name: "swift-streaming",
  products: modules.map { .library(name: $0.name, type: $0.isShared ? .dynamic : nil, targets: [$0.name]) },
  dependencies: [
    // Logging of retries, evictions and repairs; no dependencies of its own, 4 s of CPU to build.
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    // Counters and timers, for `StreamingMetrics` alone; no dependencies of its own, 3 s of CPU to build.
    .package(url: "https://github.com/apple/swift-metrics", from: "2.5.0"),
    // The command line of `streaming`; tools only.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
  ],
  targets: cTargets
    + modules.map {
      .target(
        name: $0.name, dependencies: $0.uses, path: "Packages/\($0.name)/Sources/\($0.name)",
        swiftSettings: settings)
    }
    + modules.map {
      .testTarget(
        name: "\($0.name)Tests",
        dependencies: [.target(name: $0.name), "TestSupport"] + $0.uses + $0.testUses,
        path: "Packages/\($0.name)/Tests/\($0.name)Tests", swiftSettings: settings)
    } + tools,
  swiftLanguageModes: [.v6]
)
