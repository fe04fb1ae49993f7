#include "errors.hpp"

namespace ntkit::binding {

Napi::Error toJs(Napi::Env env, ErrorCode code, const std::string& message) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", Napi::String::New(env, std::string(codeName(code))));
  return error;
}

namespace {

// At most 60 bytes on one line: a message must not carry a file or break into several lines.
std::string quoted(const std::string& text) {
  constexpr std::size_t kLongest = 60;
  std::string shown = "\"";
  for (const char c : text.substr(0, kLongest)) {
    const bool plain = static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
    shown += plain ? c : '?';
  }
  return shown + (text.size() > kLongest ? "...\"" : "\"");
}

}  // namespace

std::string describe(const Napi::Value& value) {
  if (value.IsEmpty() || value.IsUndefined()) return "undefined";
  if (value.IsNull()) return "null";
  if (value.IsNumber() || value.IsBoolean() || value.IsBigInt()) {
    const char* const type = value.IsNumber() ? "number" : value.IsBoolean() ? "boolean" : "bigint";
    return value.ToString().Utf8Value() + " of type " + type;
  }
  if (value.IsString()) return quoted(value.As<Napi::String>().Utf8Value()) + " of type string";
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
