import BinaryIO
import CloudAuth
import HTTPTransport
public import ObjectStorage
import ShardHashing

extension S3Store {
  /// Removes up to 1,000 objects by one request, several requests at once.
  public func delete(_ keys: [ObjectKey]) async -> [ObjectKey: ObjectStoreError] {
    let batches = stride(from: 0, to: keys.count, by: 1000).map { keys[$0..<min($0 + 1000, keys.count)] }
    let results = await outcomes(of: batches.count, window: 4) { index throws(ObjectStoreError) in
      try await self.deleteBatch(batches[index])
    }
    var failures: [ObjectKey: ObjectStoreError] = [:]
    for (batch, result) in zip(batches, results) {
      switch result {
      case .success(let some): failures.merge(some) { first, _ in first }
      case .failure(let error): for key in batch { failures[key] = error.replacing(url: url(of: key)) }
      }
    }
    return failures
  }

  private func deleteBatch(
    _ keys: ArraySlice<ObjectKey>
  ) async throws(ObjectStoreError) -> [ObjectKey: ObjectStoreError] {
    var text = "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Quiet>true</Quiet>"
    for key in keys { text += "<Object><Key>\(xmlEscaped(key.text))</Key></Object>" }
    text += "</Delete>"
    let body = Array(text.utf8)
    var request = ObjectRequest(.post, key: nil, body: MemorySource(body))
    request.query = [("delete", "")]
    request.headers["Content-Type"] = "application/xml"
    // This request must carry a digest, and this one every service knows.
    request.headers["Content-MD5"] = Base64.encoded(digest(.md5, of: body))
    let response = try await exchange(request, answerLimit: .megabytes(4))
    return try await failures(in: response, of: keys)
  }

  private func failures(
    in response: HTTPResponse, of keys: ArraySlice<ObjectKey>
  ) async throws(ObjectStoreError) -> [ObjectKey: ObjectStoreError] {
    var rows: [[String: String]] = []
    var row: [String: String] = [:]
    let root: String
    do throws(XMLFlaw) {
      root = try XMLReader.visit(response.body) { path, text in
        switch (path[0], path.count) {
        case ("Error", 1):
          rows.append(row)
          row = [:]
        case ("Error", 2): row[path[1]] = text
        default: break
        }
      }
    } catch {
      throw ObjectStoreError(
        .unusableAnswer, url: url(of: nil),
        detail: "expected XML, found \(error.reason) at byte \(error.byteOffset)")
    }
    guard root == "DeleteResult" else {
      // The status was sent before the work was done: an error may follow it.
      try await throwLateError(response, ObjectRequest(.post, key: nil))
      throw ObjectStoreError(
        .unusableAnswer, url: url(of: nil), detail: "expected DeleteResult, found \(root)")
    }
    var failures: [ObjectKey: ObjectStoreError] = [:]
    for row in rows {
      guard let text = row["Key"], let key = try? ObjectKey(parsing: text), row["Code"] != "NoSuchKey" else {
        continue
      }
      let answer = S3ErrorAnswer(code: row["Code"] ?? "", message: row["Message"] ?? "", response.head)
      failures[key] = await error(answer, key: key, method: .post, credential: nil)
    }
    return failures
  }
}
