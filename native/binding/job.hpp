// A job is JavaScript's handle on a running operation: it aborts or pauses it and asks how far it
// is. The handle and the operation share ownership, so either may outlive the other.
#pragma once

#include <memory>

#include "../core/control.hpp"
#include "napi_setup.hpp"

namespace ntkit::binding {

// The control behind a job handle; a typed error when the value is none.
std::shared_ptr<Control> controlOf(const Napi::Value& job);

void registerJob(Napi::Env env, Napi::Object exports);

}  // namespace ntkit::binding
