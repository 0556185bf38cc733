import BinaryIO
import CloudAuth
import HTTPTransport
public import ObjectStorage
import Synchronization

extension S3Store {
  /// Who answers, for what is learned about a service: host and port without the bucket.
  var endpointName: String {
    options.endpoint?.authority ?? "s3.\(place.withLock { $0.region }).amazonaws.com"
  }

  /// Tells endpoint, region and credentials, and asks the bucket once, which tells its region and the service's clock.
  public func diagnose() async -> StoreDiagnosis {
    var diagnosis = StoreDiagnosis(
      service: options.endpoint == nil ? "Amazon S3" : "an S3 service", settings: settings)
    if case .credentials(let cache) = options.identity {
      await diagnosis.addCredentials(of: cache)
    } else {
      await diagnosis.addCredentials(of: CredentialCache<AWSCredential>?.none)
    }
    let start = UnixTime.now
    // Whatever the answer is, it has taught the region; a failure shows when the store is used.
    let head = await bucketHead()
    let middle = start + (UnixTime.now - start) / 2
    if let head, let date = head.headers["Date"].flatMap({ UnixTime(httpDate: $0) }) {
      // The header has whole seconds: half a second is its middle.
      diagnosis.clockOffset = date + .milliseconds(500) - middle
    }
    let place = self.place.withLock { $0 }
    diagnosis.endpoint = place.base.description
    diagnosis.region = head?.headers["x-amz-bucket-region"] ?? place.region
    return diagnosis
  }

  private func bucketHead() async -> HTTPResponseHead? {
    do throws(ObjectStoreError) {
      return try await exchange(ObjectRequest(.head, key: nil)).head
    } catch {
      // A refusal has a date too.
      return try? await send(ObjectRequest(.head, key: nil), answerLimit: .megabytes(1), receiving: nil).2.head
    }
  }

  private var settings: [StoreDiagnosis.Setting] {
    var settings: [StoreDiagnosis.Setting] = []
    if let style = options.addressingStyle {
      settings.append(.init("addressing", style == .path ? "path" : "virtual host"))
    }
    if options.requesterPays { settings.append(.init("requester pays", "yes")) }
    if let encryption = options.encryption {
      settings.append(.init("encryption", encryption == .serviceKeys ? "AES256" : "aws:kms"))
    }
    if options.customerKey != nil { settings.append(.init("encryption", "a customer's key (SSE-C)")) }
    if let checksum = options.checksum { settings.append(.init("checksum", checksum.rawValue)) }
    return settings
  }
}
