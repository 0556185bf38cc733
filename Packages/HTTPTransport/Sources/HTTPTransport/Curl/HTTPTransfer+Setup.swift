import CCurl
import ObjectStorage

extension HTTPTransfer {
  /// Sets a handle up for this request.
  func prepareRequest(_ setup: CurlSetup, _ options: CurlOptions) -> ObjectStoreError? {
    setup.set(CURLOPT_URL, request.url.text)
    setup.set(CURLOPT_PROTOCOLS_STR, "http,https")
    setup.set(CURLOPT_FOLLOWLOCATION, 0)
    setup.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    setup.set(CURLOPT_SSL_VERIFYPEER, 1)
    setup.set(CURLOPT_SSL_VERIFYHOST, 2)
    setup.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    // Over a fresh connection HTTP/2 is agreed on within TLS; without TLS, or when not offered, it is
    // HTTP/1.1.
    let version = options.usesHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1
    setup.set(CURLOPT_HTTP_VERSION, Int(version))
    if let limit = request.timeLimit { setup.set(CURLOPT_TIMEOUT_MS, limit.curlMilliseconds) }
    setup.set(CURLOPT_USERAGENT, options.userAgent)
    if let bundle = options.certificateBundle { setup.set(CURLOPT_CAINFO, bundle) }
    prepareMethod(setup)
    return prepareHeaders(setup)
  }

  private func prepareMethod(_ setup: CurlSetup) {
    switch request.method {
    case .get: setup.set(CURLOPT_HTTPGET, 1)
    case .head: setup.set(CURLOPT_NOBODY, 1)
    case .put, .post:
      setup.set(CURLOPT_UPLOAD, 1)
      if request.body == nil { setup.setUploadByteCount(0) }
      setup.set(CURLOPT_CUSTOMREQUEST, request.method.name)
    default: setup.set(CURLOPT_CUSTOMREQUEST, request.method.name)
    }
  }

  private func prepareHeaders(_ setup: CurlSetup) -> ObjectStoreError? {
    // Without this libcurl waits a second for servers that don't know `100 Continue`.
    var lines = ["Expect:"]
    for field in request.headers.fields {
      guard field.isSendable else {
        return ObjectStoreError(
          .misconfigured, url: url,
          detail: "expected a header on one line, found line ends in \(field.name.count) letters",
          remedy: "check the headers and credentials in the settings")
      }
      // A semicolon is libcurl's way to send a field without a value.
      lines.append(field.value.isEmpty ? field.name + ";" : field.name + ": " + field.value)
    }
    headerLines = setup.set(CURLOPT_HTTPHEADER, lines)
    return headerLines == nil ? error(CURLE_OUT_OF_MEMORY) : nil
  }
}
