public import HTTPTransport
import ObjectStorage

/// A connection string of a storage account, as the portal shows it.
public struct AzureConnectionString: Sendable {
  /// The account's name, where the string tells.
  public let account: String?
  /// The key or signature in it.
  public let credential: AzureCredential
  /// Where blobs are.
  public let blobEndpoint: HTTPURL

  /// The account of Azure's emulators. Its key is public.
  static let emulator = (
    account: "devstoreaccount1",
    key: "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
  )

  /// Reads `Name=value` pairs with semicolons between; names compare without case.
  /// - Throws: ``CredentialError`` `.unusable` when account, endpoint, or key and signature are missing, or one
  ///   of them can't be used.
  public init(parsing text: String, source: String = "connection string") throws(CredentialError) {
    func unusable(_ expected: String, _ found: String) -> CredentialError {
      CredentialError(
        .unusable, source: source, detail: "expected \(expected), found \(found)",
        remedy: "copy the whole connection string from the portal, or `az storage account show-connection-string`")
    }
    var values: [String: String] = [:]
    for part in text.split(separator: ";") {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2 else { throw unusable("Name=value pairs with semicolons between", "another form") }
      let name = sides[0].lowercased().filter { $0 != " " }
      values[name] = String(sides[1])
    }
    let isEmulator = values["usedevelopmentstorage"]?.lowercased() == "true"
    account = values["accountname"] ?? (isEmulator ? Self.emulator.account : nil)
    if let key = values["accountkey"] ?? (isEmulator ? Self.emulator.key : nil) {
      guard let account else { throw unusable("AccountName beside AccountKey", "none") }
      guard let shared = AzureSharedKey(account: account, base64Key: key) else {
        throw unusable("AccountKey in base64", "something else")
      }
      credential = .sharedKey(shared)
    } else if let signature = values["sharedaccesssignature"], !signature.isEmpty {
      credential = .sharedAccessSignature(Secret(signature.hasPrefix("?") ? String(signature.dropFirst()) : signature))
    } else {
      throw unusable("AccountKey or SharedAccessSignature", "neither")
    }
    let address: String
    if let endpoint = values["blobendpoint"] {
      address = endpoint
    } else if isEmulator {
      address = (values["developmentstorageproxyuri"] ?? "http://127.0.0.1") + ":10000/" + Self.emulator.account
    } else if let account {
      let scheme = values["defaultendpointsprotocol"] ?? "https"
      address = "\(scheme)://\(account).blob.\(values["endpointsuffix"] ?? "core.windows.net")"
    } else {
      throw unusable("AccountName or BlobEndpoint", "neither")
    }
    do throws(ObjectStoreError) {
      blobEndpoint = try HTTPURL(parsing: address)
    } catch {
      throw unusable("BlobEndpoint as a URL", "something else")
    }
  }
}
