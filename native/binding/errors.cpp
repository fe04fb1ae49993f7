#include "errors.hpp"

namespace ntkit::binding {

Napi::Error toJs(Napi::Env env, ErrorCode code, const std::string& message) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", Napi::String::New(env, std::string(codeName(code))));
  return error;
}

std::string describe(const Napi::Value& value) {
  if (value.IsEmpty() || value.IsUndefined()) return "undefined";
  if (value.IsNull()) return "null";
  if (value.IsNumber() || value.IsBoolean() || value.IsBigInt()) {
    const char* const type = value.IsNumber() ? "number" : value.IsBoolean() ? "boolean" : "bigint";
    return value.ToString().Utf8Value() + " of type " + type;
  }
  if (value.IsString()) return '"' + value.As<Napi::String>().Utf8Value() + "\" of type string";
  if (value.IsTypedArray()) {
    switch (value.As<Napi::TypedArray>().TypedArrayType()) {
      case napi_float64_array:
        return "Float64Array";
      case napi_float32_array:
        return "Float32Array";
      default:
        return "a typed array of another element type";
    }
  }
  if (value.IsArray()) return "Array";
  if (value.IsFunction()) return "function";
  if (value.IsSymbol()) return "symbol";
  return "object";
}

}  // namespace ntkit::binding
