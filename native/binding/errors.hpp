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

// Calls report(code, message) for the exception that is being handled. It knows all there are: one
// that passed into Node or ended a thread would end the process.
template <class Report>
void reportException(const Report& report) {
  try {
    throw;
  } catch (const Error& error) {
    report(error.code(), error.what());
  } catch (const std::bad_alloc&) {
    report(ErrorCode::kMemoryBudget, "The system has no memory left for this operation");
  } catch (const std::exception& error) {
    report(ErrorCode::kInternal, error.what());
  } catch (...) {
    report(ErrorCode::kInternal, "An exception of unknown type");
  }
}

// Runs a binding function and throws what the core throws into JavaScript.
template <class Function>
Napi::Value guarded(Napi::Env env, const Function& function) {
  try {
    return function();
  } catch (const Napi::Error&) {
    throw;
  } catch (...) {
    Napi::Error failure;
    reportException(
        [&](ErrorCode code, const char* message) { failure = toJs(env, code, message); });
    throw failure;
  }
}

}  // namespace ntkit::binding
