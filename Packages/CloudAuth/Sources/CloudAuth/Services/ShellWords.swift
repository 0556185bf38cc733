/// Splits a command into words as Python's `shlex.split` does, which botocore uses: quotes and backslashes,
/// and nothing else of a shell.
enum ShellWords {
  /// Why a text can't be split.
  enum Flaw: Error { case openQuote, danglingBackslash }

  static func split(_ text: String) throws(Flaw) -> [String] {
    var words: [String] = []
    var word: String.UnicodeScalarView?
    var quote: Unicode.Scalar?
    var scalars = text.unicodeScalars.makeIterator()
    while let scalar = scalars.next() {
      switch (quote, scalar) {
      case ("'", "'"), ("\"", "\""):
        quote = nil
      case ("'", _):
        word?.append(scalar)
      case ("\"", "\\"):
        guard let next = scalars.next() else { throw .danglingBackslash }
        // Within double quotes a backslash stands for itself, but before these two.
        if next != "\"" && next != "\\" { word?.append("\\") }
        word?.append(next)
      case (.some, _):
        word?.append(scalar)
      case (nil, " "), (nil, "\t"), (nil, "\r"), (nil, "\n"):
        if let word { words.append(String(word)) }
        word = nil
      case (nil, "'"), (nil, "\""):
        quote = scalar
        word = word ?? .init()
      case (nil, "\\"):
        guard let next = scalars.next() else { throw .danglingBackslash }
        word = word ?? .init()
        word?.append(next)
      default:
        word = word ?? .init()
        word?.append(scalar)
      }
    }
    guard quote == nil else { throw .openQuote }
    if let word { words.append(String(word)) }
    return words
  }
}
