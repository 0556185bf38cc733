import PythonJSON
import SampleOrder
import Testing

@Suite struct StateTests {
  static let text =
    #"{"epoch": 1, "initial_physical_nodes": 2, "num_canonical_nodes": 4, "sample_in_epoch": 32, "shuffle_seed": 11}"#

  @Test("a state of upstream comes back byte for byte")
  func roundTrip() throws {
    let state = try CheckpointState(json: Self.text)
    #expect(state == CheckpointState(epoch: 1, sampleInEpoch: 32, canonicalNodes: 4, seed: 11, initialNodes: 2))
    #expect(String(decoding: state.json.encoded(sortingKeys: true), as: UTF8.self) == Self.text)
  }

  @Test("a state without initial nodes, or with null, is an old one")
  func old() throws {
    let json = #"{"epoch": 0, "num_canonical_nodes": 4, "sample_in_epoch": 32, "shuffle_seed": 11}"#
    #expect(try CheckpointState(json: json).initialNodes == nil)
    let null = json.dropLast() + #", "initial_physical_nodes": null}"#
    #expect(try CheckpointState(json: String(null)).initialNodes == nil)
  }

  @Test("what is no state is refused by the key", arguments: [
    ("[]", "state"), ("{", "state"), (#"{"epoch": "1"}"#, "epoch"), ("{}", "epoch"), (#"{"epoch": 1.0}"#, "epoch"),
    (#"{"epoch": 1}"#, "sample_in_epoch"), (#"{"epoch": 1, "sample_in_epoch": 5}"#, "num_canonical_nodes"),
    (#"{"epoch": 1, "sample_in_epoch": 5, "num_canonical_nodes": 1}"#, "shuffle_seed"),
    (#"{"epoch": 1, "sample_in_epoch": -5, "num_canonical_nodes": 1, "shuffle_seed": 1}"#, "sample_in_epoch"),
    (#"{"epoch": 1, "sample_in_epoch": 5, "num_canonical_nodes": 0, "shuffle_seed": 1}"#, "num_canonical_nodes"),
    (#"{"epoch": 1, "sample_in_epoch": 5, "num_canonical_nodes": 1, "shuffle_seed": -1}"#, "shuffle_seed"),
  ])
  func refuses(json: String, key: String) {
    let error = #expect(throws: ConfigurationError.self) { try CheckpointState(json: json) }
    #expect(error?.parameter == key)
  }

  @Test("a state is used once; one of an earlier epoch is stale; its settings stay in force")
  func use() throws {
    let shape = try DatasetShape(shardSizes: [100, 100])
    var run = try RunOrder(shape: shape, options: OrderOptions(batchSize: 4), world: .single)
    run.load(try CheckpointState(json: Self.text))
    #expect(try run.nextPlan().position == EpochPosition(epoch: 1, sampleInEpoch: 32, initialNodes: 2))
    let next = try run.nextPlan()
    #expect(next.position == EpochPosition(epoch: 2, sampleInEpoch: 0, initialNodes: 2))
    #expect(next.options.seed == 11)
    #expect(next.options.canonicalNodes == 4)
    #expect(run.state(sampleCount: 8, fromBeginning: false).sampleInEpoch == 8)
  }

  @Test("before the first epoch the state says -1, and starts from the beginning")
  func beforeStart() throws {
    let shape = try DatasetShape(shardSizes: [100])
    var run = try RunOrder(shape: shape, options: OrderOptions(batchSize: 4), world: .single)
    let state = run.state(sampleCount: 0, fromBeginning: false)
    #expect(state.epoch == -1)
    run.load(state)
    #expect(try run.nextPlan().position.epoch == 0)
  }

  @Test("a state beyond the end of the epoch is refused")
  func beyond() throws {
    let shape = try DatasetShape(shardSizes: [20])
    var run = try RunOrder(shape: shape, options: OrderOptions(batchSize: 4), world: .single)
    run.load(try CheckpointState(json: Self.text))
    let error = #expect(throws: ConfigurationError.self) { try run.nextPlan() }
    #expect(error?.code == .beyondEnd)
  }
}
