/// Random numbers by the methods of numpy's `Generator`, bit for bit.
///
/// A value type: copying it saves its state, assigning it restores it. Methods are not safe to call on one
/// value from two threads; copies are independent. Everything is deterministic; nothing blocks.
/// ```swift
/// var generator = try NumPyGenerator(seed: 42)
/// let order = generator.permutation(10)
/// let throwOfDice = try generator.integers(1, 6, endpoint: true)
/// ```
@frozen
public struct NumPyGenerator<Bits: BitGenerator>: Sendable {
  /// The bit generator; numpy's `Generator.bit_generator`.
  public var bits: Bits

  /// Draws from a bit generator; numpy's `Generator(bit_generator)`.
  @inlinable public init(_ bits: Bits) { self.bits = bits }
}

extension NumPyGenerator where Bits == PCG64 {
  /// numpy's `default_rng(seed)` for a seed known not to be negative.
  public init(seed: SeedEntropy) { self.init(PCG64(seed: seed)) }

  /// numpy's `default_rng(seed)`.
  /// - Throws: ``NumPyRandomError`` `.negativeSeed` below 0.
  public init(seed: Int) throws(NumPyRandomError) {
    self.init(PCG64(seed: try SeedEntropy(checking: seed)))
  }
}

extension NumPyGenerator: Equatable where Bits: Equatable {}
extension NumPyGenerator: Hashable where Bits: Hashable {}
