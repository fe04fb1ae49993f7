// Results: typed arrays that are filled by native work. The array is made on JavaScript's thread
// before the work starts and handed over when it ends; until then nothing else holds it, so nothing
// can transfer, detach or read it. Its buffer is made by JavaScript, where failure is an exception
// (in Node-API it is fatal), or out of memory that the caller gives away: its buffer is
// transferred, which leaves the caller's array detached and moves no element.
#pragma once

#include <memory>

#include "../core/matrix_view.hpp"
#include "../core/pages.hpp"
#include "errors.hpp"
#include "napi_setup.hpp"

namespace ntkit::binding {

template <class T>
class Result {
 public:
  // Fresh memory.
  Result(Napi::Env env, Index rows, Index cols) : Result(newArray(env, rows, cols), rows, cols) {
    prepareFresh(data_, static_cast<std::size_t>(rows * cols) * sizeof(T));
  }

  // The memory of `array`, which covers its whole buffer and has rows x cols elements.
  static std::shared_ptr<Result> taking(const Napi::TypedArrayOf<T>& array, Index rows,
                                        Index cols) {
    const Napi::Env env = array.Env();
    Napi::ArrayBuffer buffer = transferred(env, array.ArrayBuffer());
    const auto length = static_cast<std::size_t>(rows * cols);
    if (buffer.ByteLength() != length * sizeof(T)) {
      throw Error(ErrorCode::kInternal, "Expected the built-in structuredClone as a global");
    }
    return std::shared_ptr<Result>(
        new Result(Napi::TypedArrayOf<T>::New(env, length, buffer, 0), rows, cols));
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
  Result(Napi::TypedArrayOf<T> array, Index rows, Index cols)
      : rows_(rows), cols_(cols), data_(array.Data()) {
    array_ = Napi::Persistent(array.template As<Napi::Object>());
  }

  static Napi::TypedArrayOf<T> newArray(Napi::Env env, Index rows, Index cols) {
    const auto length = static_cast<std::size_t>(rows * cols);
    try {
      return Napi::TypedArrayOf<T>::New(env, length, newBuffer(env, length * sizeof(T)), 0);
    } catch (const Napi::Error& error) {
      throw Error(ErrorCode::kMemoryBudget, "A result of " + std::to_string(rows) + " x " +
                                                std::to_string(cols) +
                                                " cannot be allocated: " + error.Message());
    }
  }

  // Memory that nobody has cleared, since the work writes all of it: a buffer of Node's, or one of
  // JavaScript's own where those may not be as long.
  static Napi::ArrayBuffer newBuffer(Napi::Env env, std::size_t bytes) {
    const auto size = Napi::Number::New(env, static_cast<double>(bytes));
    Napi::Value buffer;
    try {
      const auto Buffer = env.Global().Get("Buffer").As<Napi::Object>();
      const auto allocate = Buffer.Get("allocUnsafeSlow").As<Napi::Function>();
      buffer = allocate.Call(Buffer, {size}).As<Napi::Object>().Get("buffer");
    } catch (const Napi::Error&) {
      buffer = env.Global().Get("ArrayBuffer").As<Napi::Function>().New({size});
    }
    // The globals may have been replaced by something that makes other buffers.
    if (!buffer.IsArrayBuffer() || buffer.As<Napi::ArrayBuffer>().ByteLength() != bytes) {
      throw Error(ErrorCode::kInternal, "Expected the built-in Buffer as a global");
    }
    return buffer.As<Napi::ArrayBuffer>();
  }

  // Moves a buffer's memory into a new one. By structuredClone, since Node-API has no transfer and
  // Node 20 no ArrayBuffer.prototype.transfer.
  static Napi::ArrayBuffer transferred(Napi::Env env, const Napi::ArrayBuffer& buffer) {
    Napi::Array list = Napi::Array::New(env, 1);
    list.Set(0U, buffer);
    Napi::Object options = Napi::Object::New(env);
    options.Set("transfer", list);
    Napi::Value moved;
    try {
      moved = env.Global().Get("structuredClone").As<Napi::Function>().Call({buffer, options});
    } catch (const Napi::Error& error) {
      throw Error(ErrorCode::kInvalidArgument,
                  "Expected memory that can be transferred for out but: " + error.Message());
    }
    if (!moved.IsArrayBuffer()) {
      throw Error(ErrorCode::kInternal, "Expected the built-in structuredClone as a global");
    }
    return moved.As<Napi::ArrayBuffer>();
  }

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
