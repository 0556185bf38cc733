package import BinaryIO

/// Writes an ``OrderFile``: content in any pieces, then `commit`, which gives the file its name whole.
///
/// One that goes away without `commit` leaves nothing. Every call blocks on the file system; not for two threads at once.
package struct OrderFileWriter: ~Copyable, Sendable {
  private var file: AtomicFile
  private let parameters: [UInt8]
  private var tail = OrderFileTail()
  /// The bytes since the last full piece.
  private var rest: [UInt8] = []

  /// Begins a file in a directory that exists.
  package init(replacing path: String, parameters: [UInt8]) throws(FileError) {
    file = try AtomicFile(replacing: path, hidden: true)
    self.parameters = parameters
  }

  /// Appends to the content.
  package mutating func append(_ bytes: RawSpan) throws(FileError) {
    var start = 0
    while start < bytes.byteCount {
      let count = min(bytes.byteCount - start, OrderFile.pieceByteCount - rest.count)
      let part = bytes.extracting(start..<start + count)
      start += count
      if count == OrderFile.pieceByteCount {
        try write(part)
      } else {
        rest.append(contentsOf: part.copied())
        if rest.count == OrderFile.pieceByteCount { try writeRest() }
      }
    }
  }

  private mutating func writeRest() throws(FileError) {
    let piece = rest
    rest.removeAll(keepingCapacity: true)
    try write(piece.span.bytes)
  }

  private mutating func write(_ piece: RawSpan) throws(FileError) {
    tail.hashes.append(OrderFileTail.hash(piece))
    tail.contentByteCount += piece.byteCount
    try file.write(piece)
  }

  /// Ends the file and gives it its name, in the place of what had it.
  package consuming func commit() throws(FileError) {
    if !rest.isEmpty { try writeRest() }
    let bytes = tail.encoded(parameters: parameters.span.bytes)
    try file.write(bytes.span.bytes)
    try file.commit()
  }
}
