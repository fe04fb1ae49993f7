// The one include site of napi.h. NAPI_VERSION, C++ exceptions and
// NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS (without which terminating a worker thread during
// asynchronous work aborts the process) are set by the build files, for every unit alike.
#pragma once

#include <napi.h>

#if !defined(NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS) || !defined(NAPI_CPP_EXCEPTIONS)
#error "The build must define NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS and NAPI_CPP_EXCEPTIONS"
#endif
