public import PythonJSON

extension StoreOptionsTable {
  /// Reads a table as a file holds it: an object of prefixes, each with an object of settings.
  ///
  /// ```json
  /// {"s3://": {"region": "eu-west-1"},
  ///  "s3://open-data": {"anonymous": true},
  ///  "s3://models/large": {"endpoint": "https://s3.other.example", "profile": "other", "style": "path"}}
  /// ```
  /// - Parameter file: for messages.
  /// - Throws: `.misconfigured` naming prefix and setting for one that is not known or has another type.
  public init(_ json: JSONValue, file: String) throws(ObjectStoreError) {
    self.init()
    guard case .object(let prefixes) = json else {
      throw Self.flaw(file, "expected an object of URL prefixes, found something else")
    }
    for (prefix, value) in prefixes {
      guard case .object(let settings) = value else {
        throw Self.flaw(file, "expected an object of settings for \(prefix), found something else")
      }
      var options = StoreOptions()
      for (name, value) in settings {
        guard try options.read(name, value, file: file) else {
          throw Self.flaw(
            file, "expected a known setting with a value of its type, found \(name) of \(prefix)")
        }
      }
      try configure(prefix) { $0 = options.over($0) }
    }
  }

  static func flaw(_ file: String, _ detail: String) -> ObjectStoreError {
    ObjectStoreError(
      .misconfigured, url: file, detail: detail, remedy: "see the settings in the README of ObjectStorage")
  }
}

extension StoreOptions {
  /// Takes over one setting of a file.
  /// - Returns: false for an unknown name or a value of another type.
  fileprivate mutating func read(_ name: String, _ value: JSONValue, file: String) throws(ObjectStoreError)
    -> Bool
  {
    switch (name, value) {
    case ("endpoint", .string(let text)): endpoint = text
    case ("region", .string(let text)): region = text
    case ("style", .string(let text)):
      guard let style = AddressingStyle(rawValue: text) else { return false }
      addressingStyle = style
    case ("anonymous", .bool(let isAnonymous)):
      if isAnonymous { identity = .anonymous }
    case ("profile", .string(let text)): identity = .profile(text)
    case ("credentials_file", .string(let text)): identity = .file(text)
    case ("ca_bundle", .string(let text)): certificateBundle = text
    case ("proxy", .string(let text)): proxy = text
    case ("requester_pays", .bool(let pays)): requesterPays = pays
    case ("encryption", .string("AES256")): encryption = .serviceKeys
    case ("encryption", .string("aws:kms")): encryption = .managedKey(nil)
    case ("kms_key", .string(let text)): encryption = .managedKey(text)
    case ("checksum", .string(let text)):
      guard let algorithm = Checksum(rawValue: text) else { return false }
      checksum = algorithm
    case ("attempts", .integer(let count)):
      guard let count = Int(exactly: count), count > 0 else { return false }
      retryPolicy = RetryPolicy(attempts: count)
    case ("connect_timeout", .integer(let seconds)):
      guard let seconds = Int(exactly: seconds), (1...3600).contains(seconds) else { return false }
      connectTimeout = .seconds(seconds)
    case ("concurrency", .integer(let count)):
      guard let count = Int(exactly: count), count > 0 else { return false }
      maximumConcurrentRequests = count
    case ("bytes_per_second", .integer(let count)):
      guard let count = Int(exactly: count), count > 0 else { return false }
      bytesPerSecond = count
    case ("hedge", .bool(let hedges)): hedging = hedges ? HedgingPolicy() : nil
    case ("parallel_ranges", .integer(let count)):
      guard let count = Int(exactly: count), count > 0 else { return false }
      splitting = SplittingPolicy(window: count)
    case ("headers", .object(let fields)):
      for (name, value) in fields {
        guard case .string(let text) = value else { return false }
        headers.append(Header(name, text))
      }
    case ("settings", .object(let fields)):
      for (name, value) in fields {
        guard case .string(let text) = value else { return false }
        settings[name] = text
      }
    default: return false
    }
    return true
  }
}
