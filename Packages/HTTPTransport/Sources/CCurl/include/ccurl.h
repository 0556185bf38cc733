// libcurl for Swift: its variadic functions, one per type of argument.
#pragma once
#include <curl/curl.h>

typedef size_t (*ccurl_data_function)(char *, size_t, size_t, void *);
typedef int (*ccurl_seek_function)(void *, curl_off_t, int);

CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value);
CURLcode ccurl_set_offset(CURL *handle, CURLoption option, curl_off_t value);
CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, const void *value);
// For CURLOPT_WRITEFUNCTION, CURLOPT_HEADERFUNCTION and CURLOPT_READFUNCTION.
CURLcode ccurl_set_data_function(CURL *handle, CURLoption option, ccurl_data_function function);
CURLcode ccurl_set_seek_function(CURL *handle, ccurl_seek_function function);
CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value);
// A time in microseconds, 0 when that did not come to pass: CURLINFO_PRETRANSFER_TIME_T and its like.
curl_off_t ccurl_get_time(CURL *handle, CURLINFO info);
CURLcode ccurl_message_result(const CURLMsg *message);
CURLcode ccurl_global_init(void);
