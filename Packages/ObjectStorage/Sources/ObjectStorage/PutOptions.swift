/// How to write an object.
public struct PutOptions: Sendable, Hashable {
  /// Write only if nothing has that key yet; of several writers at once, one wins.
  public var createOnly: Bool
  /// Write only if the object still has this entity tag.
  public var ifMatch: String?
  /// The media type to store with it, for services that keep one.
  public var contentType: String?

  /// Makes options; an unconditional write by default.
  public init(createOnly: Bool = false, ifMatch: String? = nil, contentType: String? = nil) {
    self.createOnly = createOnly
    self.ifMatch = ifMatch
    self.contentType = contentType
  }

  /// Checks the conditions against what is there now. For those who write a store.
  /// - Throws: `.alreadyExists` or `.preconditionFailed`.
  public func check(against present: ObjectInfo?, url: @autoclosure () -> String) throws(ObjectStoreError) {
    if createOnly, present != nil {
      throw ObjectStoreError(
        .alreadyExists, url: url(), detail: "expected no object of that name, found one",
        remedy: "choose another name, or delete the object first")
    }
    if let ifMatch, ifMatch != present?.entityTag {
      throw ObjectStoreError(
        .preconditionFailed, url: url(),
        detail:
          "expected entity tag \(ifMatch), found \(present.map { $0.entityTag ?? "none" } ?? "no object")",
        remedy: "read the object again: it was replaced")
    }
  }
}
