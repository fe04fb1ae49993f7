// The one place where a failure of the core becomes a JavaScript error: an Error with the `code` of
// the published union. src/native turns it into the package's NtkitError.
#pragma once

#include "../core/error.hpp"
#include "napi_setup.hpp"

namespace ntkit::binding {

Napi::Error toJs(Napi::Env env, ErrorCode code, const std::string& message);

// A JavaScript value as an error message shows it: "-3 of type number", "Float64Array",
// "undefined".
std::string describe(const Napi::Value& value);

// Runs a binding function and throws what the core throws into JavaScript.
template <class Function>
Napi::Value guarded(Napi::Env env, const Function& function) {
  try {
    return function();
  } catch (const Error& error) {
    throw toJs(env, error.code(), error.what());
  } catch (const std::bad_alloc&) {
    throw toJs(env, ErrorCode::kMemoryBudget, "The system has no memory left for this operation");
  }
}

}  // namespace ntkit::binding
