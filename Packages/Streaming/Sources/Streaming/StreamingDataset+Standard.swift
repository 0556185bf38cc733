public import DatasetLoading
internal import ObjectStorage
public import SampleOrder

extension StreamingDataset {
  /// Opens a data set at addresses of any store that ``ObjectStoreRegistry/standard`` knows.
  ///
  /// The same as the form with `stores`; see there for parameters and errors.
  public init(
    _ streams: [DataStream], batchSize: Int? = nil, world: World = .single,
    configure: (inout DatasetOptions) -> Void = { _ in }
  ) async throws(LoadingError) {
    try await self.init(streams, batchSize: batchSize, world: world, stores: .standard, configure: configure)
  }
}
