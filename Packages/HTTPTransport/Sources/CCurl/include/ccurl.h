// libcurl for Swift: its variadic functions, one per type of argument.
#pragma once
#include <curl/curl.h>

typedef size_t (*ccurl_data_function)(char *, size_t, size_t, void *);
typedef int (*ccurl_seek_function)(void *, curl_off_t, int);
typedef int (*ccurl_key_function)(CURL *, const struct curl_khkey *, const struct curl_khkey *, enum curl_khmatch, void *);

CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value);
CURLcode ccurl_set_offset(CURL *handle, CURLoption option, curl_off_t value);
CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, const void *value);
// For CURLOPT_WRITEFUNCTION, CURLOPT_HEADERFUNCTION and CURLOPT_READFUNCTION.
CURLcode ccurl_set_data_function(CURL *handle, CURLoption option, ccurl_data_function function);
CURLcode ccurl_set_seek_function(CURL *handle, ccurl_seek_function function);
CURLcode ccurl_set_key_function(CURL *handle, ccurl_key_function function);
CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value);
// A number of type curl_off_t, such as CURLINFO_PRETRANSFER_TIME_T in microseconds; -1 when libcurl has none.
curl_off_t ccurl_get_number(CURL *handle, CURLINFO info);
CURLcode ccurl_message_result(const CURLMsg *message);
CURLcode ccurl_global_init(void);
// Whether libcurl was built with a protocol, such as "sftp".
int ccurl_has_protocol(const char *name);
