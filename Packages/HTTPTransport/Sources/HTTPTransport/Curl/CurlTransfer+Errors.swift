import CCurl
import ObjectStorage

extension CurlTransfer {
  /// What libcurl's code means here.
  func error(_ code: CURLcode) -> ObjectStoreError {
    let words = message.text.isEmpty ? String(cString: curl_easy_strerror(code)) : message.text
    let detail = "\(words) (curl \(code.rawValue))"
    switch code {
    case CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_HTTP2,
      CURLE_HTTP2_STREAM:
      return ObjectStoreError(
        head == nil ? .connectionFailed : .interrupted, url: url, detail: detail, partial: partial)
    case CURLE_OPERATION_TIMEDOUT:
      return ObjectStoreError(
        wasConnected ? .timedOut : .unreachable, url: url, detail: detail, partial: partial)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
      return ObjectStoreError(
        .untrusted, url: url, detail: detail,
        remedy: "check the host name, or name its CA with the certificate bundle")
    case CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE, CURLE_SSL_CERTPROBLEM:
      return ObjectStoreError(
        .misconfigured, url: url, detail: detail, remedy: "check the certificate bundle's path")
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
      return ObjectStoreError(.unusableURL, url: url, detail: detail)
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
      return ObjectStoreError(
        .unreachable, url: url, detail: detail,
        remedy: "check the host's name and the machine's name servers")
    case CURLE_COULDNT_CONNECT: return ObjectStoreError(.unreachable, url: url, detail: detail)
    case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
      // A connection that ends within the head looks the same as nonsense: worth another try.
      return ObjectStoreError(.unusableAnswer, url: url, detail: detail, retry: .now, partial: partial)
    default: return ObjectStoreError(.connectionFailed, url: url, detail: detail, partial: partial)
    }
  }
}
