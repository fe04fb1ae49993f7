// Handles: native objects that JavaScript holds. A type tag tells ours from any other external
// value, and shared ownership lets work in flight outlive the handle (garbage collection, the end
// of a worker thread).
#pragma once

#include <memory>
#include <string>

#include "../core/matrix_view.hpp"
#include "errors.hpp"
#include "napi_setup.hpp"

namespace ntkit::binding {

// `bytes` is what the object holds outside JavaScript's heap: the garbage collector is told, or it
// would let small handles on large matrices pile up.
template <class T>
Napi::Value makeHandle(Napi::Env env, const napi_type_tag& tag, std::shared_ptr<T> object,
                       Index bytes) {
  auto* const shared = new std::shared_ptr<T>(std::move(object));
  auto handle = Napi::External<std::shared_ptr<T>>::New(
      env, shared, [bytes](Napi::Env finalEnv, std::shared_ptr<T>* pointer) {
        delete pointer;
        Napi::MemoryManagement::AdjustExternalMemory(finalEnv, -bytes);
      });
  handle.TypeTag(&tag);
  Napi::MemoryManagement::AdjustExternalMemory(env, bytes);
  return handle;
}

template <class T>
std::shared_ptr<T> fromHandle(const Napi::Value& value, const napi_type_tag& tag,
                              const std::string& name) {
  if (value.IsExternal()) {
    const auto handle = value.As<Napi::External<std::shared_ptr<T>>>();
    if (handle.CheckTypeTag(&tag)) return *handle.Data();
  }
  throw Error(ErrorCode::kInvalidArgument,
              "Expected a handle for " + name + " but received " + describe(value));
}

}  // namespace ntkit::binding
