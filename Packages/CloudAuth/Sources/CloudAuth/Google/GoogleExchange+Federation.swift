import HTTPTransport
import ObjectStorage
import PythonJSON

extension GoogleExchange {
  /// Workload identity federation: another issuer's token, from a file or an address, is exchanged for one of
  /// Google (RFC 8693), and that for one of a service account if the file says so.
  ///
  /// The subject's token is read anew each time: issuers replace it.
  func externalAccount(_ settings: GoogleSettings) async throws(CredentialError) -> Expiring<BearerToken> {
    let service = service(
      settings, remedy: "check the workload identity pool, its provider and the conditions on the subject")
    let place = try settings.inner("credential_source")
    let subject = try await subjectToken(place, service)
    let impersonationURL = settings.optional("service_account_impersonation_url")
    let asked = impersonationURL == nil ? scopes : GoogleScope.platform
    var fields = [
      ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
      ("audience", try settings.text("audience")), ("scope", asked.joined(separator: " ")),
      ("requested_token_type", "urn:ietf:params:oauth:token-type:access_token"),
      ("subject_token", subject.text), ("subject_token_type", try settings.text("subject_token_type")),
    ]
    if let project = settings.optional("workforce_pool_user_project"), settings.optional("client_id") == nil {
      let options: JSONObject = ["userProject": .string(project)]
      fields.append(
        ("options", String(decoding: JSONValue.object(options).encoded(sortingKeys: false), as: UTF8.self)))
    }
    let url = try service.url(
      settings.optional("token_url") ?? "https://sts.googleapis.com/v1/token", from: "token_url")
    var request = HTTPRequest.form(url, fields)
    if let id = settings.optional("client_id") {
      let pair = "\(id):\(settings.optional("client_secret") ?? "")"
      request.headers["Authorization"] = "Basic " + Base64.encoded(Array(pair.utf8))
    }
    let federated = try await service.object(request)
      .bearerToken(billedProject: billedProject(settings), source: "workload identity of \(settings.path)")
    guard let impersonationURL else { return federated }
    let lifetime = settings.object["service_account_impersonation"]?["token_lifetime_seconds"]?.int ?? 3600
    return try await impersonation(
      settings, url: impersonationURL, as: federated.credential, delegates: [], lifetime: lifetime)
  }

  private func subjectToken(
    _ place: GoogleSettings, _ service: CredentialService
  ) async throws(CredentialError) -> Secret {
    let format = place.object["format"]
    let field = format?["type"]?.string == "json" ? format?["subject_token_field_name"]?.string ?? "" : nil
    if let path = place.optional("file") {
      let file = LocalFile(path: path, source: service.source, remedy: "check what writes the subject's token")
      guard let field else { return try await file.token() }
      guard let token = try await file.object()?[field]?.string, !token.isEmpty else {
        throw place.missing("the subject's token as `\(field)` in \(path)")
      }
      return Secret(token)
    }
    if let address = place.optional("url") {
      // The file's author chose the address; metadata services of other clouds have none by https.
      var local = service
      local.isLocal = true
      var request = HTTPRequest(.get, try local.url(address, from: "credential_source.url"))
      for (name, value) in place.object["headers"]?.object ?? JSONObject() {
        if let value = value.string { request.headers[name] = value }
      }
      let answer = try await local.exchange(request)
      guard answer.status == 200 else { throw local.refusal(answer) }
      if let field { return Secret(try local.object(answer).text(field)) }
      let text = String(decoding: answer.body, as: UTF8.self).filter { !$0.isWhitespace }
      guard !text.isEmpty else { throw local.unusable(answer, expected: "the subject's token", found: "none") }
      return Secret(text)
    }
    throw place.missing(
      "`credential_source` with `file` or `url`",
      found: place.object.keys.map { CredentialService.Answer.oneLine($0) }.joined(separator: ", "))
  }
}
