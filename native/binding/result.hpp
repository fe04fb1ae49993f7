// Results: typed arrays that are filled by native work. The array is made on JavaScript's thread
// before the work starts and handed over when it ends; until then nothing else holds it, so nothing
// can transfer, detach or read it. It is made by JavaScript's own constructor, whose failure is an
// exception (Node-API's is fatal).
#pragma once

#include <memory>

#include "../core/matrix_view.hpp"
#include "errors.hpp"
#include "napi_setup.hpp"

namespace ntkit::binding {

template <class T>
class Result {
 public:
  Result(Napi::Env env, Index rows, Index cols) : rows_(rows), cols_(cols) {
    const char* const constructor = sizeof(T) == sizeof(double) ? "Float64Array" : "Float32Array";
    const auto length = Napi::Number::New(env, static_cast<double>(rows * cols));
    Napi::Object array;
    try {
      array = env.Global().Get(constructor).As<Napi::Function>().New({length});
    } catch (const Napi::Error& error) {
      throw Error(ErrorCode::kMemoryBudget, "A result of " + std::to_string(rows) + " x " +
                                                std::to_string(cols) +
                                                " cannot be allocated: " + error.Message());
    }
    // The global may have been replaced by something that makes other arrays.
    constexpr napi_typedarray_type kType =
        sizeof(T) == sizeof(double) ? napi_float64_array : napi_float32_array;
    if (!array.IsTypedArray() || array.As<Napi::TypedArray>().TypedArrayType() != kType ||
        static_cast<Index>(array.As<Napi::TypedArray>().ElementLength()) != rows * cols) {
      throw Error(ErrorCode::kInternal,
                  std::string("Expected the built-in ") + constructor + " as a global");
    }
    data_ = array.As<Napi::TypedArrayOf<T>>().Data();
    array_ = Napi::Persistent(array);
  }

  MatrixView<T> view() const { return {data_, rows_, cols_, cols_}; }

  // {data, rows, cols}, as src/linalg/matrix.ts wraps it.
  Napi::Value toJs(Napi::Env env) const {
    Napi::Object matrix = Napi::Object::New(env);
    matrix.Set("data", array_.Value());
    matrix.Set("rows", Napi::Number::New(env, static_cast<double>(rows_)));
    matrix.Set("cols", Napi::Number::New(env, static_cast<double>(cols_)));
    return matrix;
  }

 private:
  Index rows_, cols_;
  T* data_ = nullptr;
  Napi::ObjectReference array_;
};

// Shared between the work, which uses the view alone, and the finish, which runs on JavaScript's
// thread and is the last to let go: references must be released there.
template <class T>
std::shared_ptr<Result<T>> makeResult(Napi::Env env, Index rows, Index cols) {
  return std::make_shared<Result<T>>(env, rows, cols);
}

}  // namespace ntkit::binding
