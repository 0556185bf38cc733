/// Something that the quickstart set out to show does not hold.
struct QuickstartError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
