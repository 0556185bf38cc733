package import BinaryIO

/// A compressed file's content, asked for piece by piece: for content of unknown size, which is never held as a whole.
package final class PieceReader {
  private let file: MappedFile
  private let decoder: any PieceDecoder

  /// - Throws: ``CodecError`` `.outOfMemory`, `.damaged`, `.truncated`.
  package init(_ codec: Codec, _ file: MappedFile) throws(CodecError) {
    self.file = file
    // Safe because the mapping lives as long as `file`, which lives as long as the decoder, which nobody else gets.
    decoder = try codec.family.implementation.makeDecoder(
      UnsafeRawBufferPointer(start: file.baseAddress, count: file.byteCount))
  }

  /// Writes the next bytes of the content to the start of `output`, which is not empty.
  /// - Returns: how many, at least one; 0 at the end, once everything there is to check was checked.
  package func read(into output: UnsafeMutableRawBufferPointer) throws(CodecError) -> Int {
    try decoder.read(into: output)
  }

  /// Bytes of the file that were read so far, where the codec tells; else all of them.
  package var consumedByteCount: Int { decoder.consumedByteCount ?? file.byteCount }
}
