#include "ccurl.h"

#include <stdint.h>
#include <string.h>

// Transfers may still be closing their sessions on their own thread while the process exits; OpenSSL must not take its
// locks down before them. Has to be asked for before anything else initialises it. Absent where libcurl has another TLS.
extern int OPENSSL_init_crypto(uint64_t options, const void *settings) __attribute__((weak));
__attribute__((constructor)) static void keep_crypto_until_the_end(void) {
  const uint64_t no_atexit = 0x00080000;
  if (OPENSSL_init_crypto) OPENSSL_init_crypto(no_atexit, NULL);
}

CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

CURLcode ccurl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(handle, option, value);
}

CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, const void *value) {
  return curl_easy_setopt(handle, option, value);
}

CURLcode ccurl_set_data_function(CURL *handle, CURLoption option, ccurl_data_function function) {
  return curl_easy_setopt(handle, option, function);
}

CURLcode ccurl_set_seek_function(CURL *handle, ccurl_seek_function function) {
  return curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, function);
}

CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

CURLcode ccurl_set_key_function(CURL *handle, ccurl_key_function function) {
  return curl_easy_setopt(handle, CURLOPT_SSH_KEYFUNCTION, function);
}

curl_off_t ccurl_get_number(CURL *handle, CURLINFO info) {
  curl_off_t value = 0;
  return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : -1;
}

CURLcode ccurl_message_result(const CURLMsg *message) { return message->data.result; }

CURLcode ccurl_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

int ccurl_has_protocol(const char *name) {
  for (const char *const *protocol = curl_version_info(CURLVERSION_NOW)->protocols; *protocol; protocol++)
    if (strcmp(*protocol, name) == 0) return 1;
  return 0;
}
