#include "request.hpp"

#include <atomic>
#include <cmath>

#include "../core/finite.hpp"
#include "../core/pages.hpp"
#include "../core/parallel.hpp"
#include "errors.hpp"
#include "job.hpp"

namespace ntkit::binding {
namespace {

constexpr double kMaxSafeInteger = 9007199254740991.0;

[[noreturn]] void invalid(const std::string& expected, std::string_view name,
                          const Napi::Value& received) {
  throw Error(ErrorCode::kInvalidArgument, "Expected " + expected + " for " + std::string(name) +
                                               " but received " + describe(received));
}

std::string text(double value) {
  const Index whole = static_cast<Index>(value);
  if (static_cast<double>(whole) == value) return std::to_string(whole);
  std::string digits = std::to_string(value);
  digits.erase(digits.find_last_not_of('0') + 1);
  return digits;
}

// Reads a property whose getter or proxy trap may throw.
Napi::Value property(const Napi::Object& object, const char* key, std::string_view name) {
  try {
    return object.Get(key);
  } catch (const Napi::Error&) {
    throw Error(ErrorCode::kInvalidArgument, "Expected a readable property " + std::string(key) +
                                                 " for " + std::string(name) +
                                                 " but its getter threw");
  }
}

Index dimension(const Napi::Object& matrix, std::string_view name, const char* side) {
  const Napi::Value value = property(matrix, side, name);
  const double size = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : -1;
  if (!(size >= 1) || size > kMaxSafeInteger || size != std::floor(size)) {
    invalid("positive integer", std::string(name) + "." + side, value);
  }
  return static_cast<Index>(size);
}

void requireLength(std::string_view name, const Shape& shape, Index length) {
  Index expected = 0;
  if (!__builtin_mul_overflow(shape.rows, shape.cols, &expected) && expected == length) return;
  throw Error(ErrorCode::kShapeMismatch,
              "Expected " + std::to_string(shape.rows) + " x " + std::to_string(shape.cols) +
                  " elements for " + std::string(name) + " but received " + std::to_string(length));
}

// Throws for the first element that is not finite; there is one.
template <class T>
[[noreturn]] void refuseNotFinite(const T* elements, std::string_view name, const Shape& shape) {
  Index bad = 0;
  while (std::isfinite(elements[bad])) ++bad;
  const T value = elements[bad];
  throw Error(ErrorCode::kNotFinite,
              std::string("Expected a finite ") +
                  (sizeof(T) == sizeof(double) ? "Float64Array" : "Float32Array") + " of length " +
                  std::to_string(shape.rows * shape.cols) + " for " + std::string(name) +
                  " but received " +
                  (std::isnan(value) ? "NaN"
                   : value > 0       ? "Infinity"
                                     : "-Infinity") +
                  " at row " + std::to_string(bad / shape.cols) + ", column " +
                  std::to_string(bad % shape.cols));
}

// Copies rows x cols elements and looks at each once, while it is in the cache. A task fills a huge
// page, as two that share a fresh one would both clear it; where there are few, a quarter of one.
template <class T>
void copyFinite(const T* source, std::string_view name, const Shape& shape, T* target) {
  constexpr Index kPage = static_cast<Index>(kHugePage / sizeof(T)), kBlock = kPage / 32;
  const Index size = shape.rows * shape.cols;
  const Index part = size < 4 * kPage ? kPage / 4 : kPage;
  std::atomic<bool> finite{true};
  parallelApart(blockCount(size, part), size * static_cast<Index>(sizeof(T)), [&](Index task) {
    const Index end = std::min(size, (task + 1) * part);
    for (Index first = task * part; first < end; first += kBlock) {
      const Index count = std::min(kBlock, end - first);
      std::copy_n(source + first, count, target + first);
      if (!isFinite(target + first, count)) finite.store(false, std::memory_order_relaxed);
    }
  });
  if (!finite) refuseNotFinite(target, name, shape);
}

}  // namespace

Request::Request(const Napi::CallbackInfo& info) : env_(info.Env()) {
  if (!info[0].IsObject()) invalid("object of arguments", "request", info[0]);
  arguments_ = info[0].As<Napi::Object>();
  control_ = info[1].IsUndefined() ? std::make_shared<Control>() : controlOf(info[1]);
}

Napi::Value Request::get(std::string_view name) const { return arguments_.Get(std::string(name)); }

bool Request::has(std::string_view name) const { return !get(name).IsUndefined(); }

const Request::MatrixArgument& Request::matrixArgument(std::string_view name) const {
  auto known = matrices_.find(name);
  if (known == matrices_.end()) {
    known = matrices_.emplace(std::string(name), readMatrix(name)).first;
  }
  return known->second;
}

Request::MatrixArgument Request::readMatrix(std::string_view name) const {
  const Napi::Value value = get(name);
  if (!value.IsObject() || value.IsArray() || value.IsTypedArray()) invalid("Matrix", name, value);
  const Napi::Object matrix = value.As<Napi::Object>();
  const Shape shape{dimension(matrix, name, "rows"), dimension(matrix, name, "cols")};
  const Napi::Value data = property(matrix, "data", name);
  if (!data.IsTypedArray()) {
    invalid("Float64Array or Float32Array", std::string(name) + ".data", data);
  }
  const Napi::TypedArray array = data.As<Napi::TypedArray>();
  if (array.TypedArrayType() != napi_float64_array &&
      array.TypedArrayType() != napi_float32_array) {
    invalid("Float64Array or Float32Array", std::string(name) + ".data", data);
  }
  // A SharedArrayBuffer is no ArrayBuffer to Node-API. It could change while it is copied and
  // checked.
  const Napi::Value buffer = property(data.As<Napi::Object>(), "buffer", name);
  if (!buffer.IsArrayBuffer()) {
    throw Error(ErrorCode::kInvalidArgument, "Expected an unshared ArrayBuffer behind " +
                                                 std::string(name) +
                                                 ".data but received a SharedArrayBuffer");
  }
  if (buffer.As<Napi::ArrayBuffer>().IsDetached()) {
    throw Error(ErrorCode::kInvalidArgument, "Expected an attached ArrayBuffer behind " +
                                                 std::string(name) +
                                                 ".data but received a detached one");
  }
  const Napi::Value resizable = property(buffer.As<Napi::Object>(), "resizable", name);
  if (resizable.IsBoolean() && resizable.As<Napi::Boolean>().Value()) {
    throw Error(ErrorCode::kInvalidArgument, "Expected an ArrayBuffer of fixed length behind " +
                                                 std::string(name) +
                                                 ".data but received a resizable one");
  }
  Index expected = 0;
  const Index length = static_cast<Index>(array.ElementLength());
  if (__builtin_mul_overflow(shape.rows, shape.cols, &expected) || expected != length) {
    throw Error(ErrorCode::kShapeMismatch, "Expected " + std::to_string(shape.rows) + " x " +
                                               std::to_string(shape.cols) + " elements for " +
                                               std::string(name) + " but received " +
                                               std::to_string(length));
  }
  return {array, shape};
}

Precision Request::precision(std::string_view name) const {
  return matrixArgument(name).array.TypedArrayType() == napi_float64_array ? Precision::kFloat64
                                                                           : Precision::kFloat32;
}

Shape Request::shape(std::string_view name) const { return matrixArgument(name).shape; }

template <class T>
Napi::TypedArrayOf<T> Request::arrayOf(std::string_view name) const {
  constexpr bool kDouble = sizeof(T) == sizeof(double);
  const MatrixArgument& argument = matrixArgument(name);
  if (argument.array.TypedArrayType() != (kDouble ? napi_float64_array : napi_float32_array)) {
    invalid(kDouble ? "Float64Array" : "Float32Array", std::string(name) + ".data", argument.array);
  }
  // Asked for again: a getter of a later argument may have detached it since its shape was read.
  const auto array = argument.array.As<Napi::TypedArrayOf<T>>();
  requireLength(name, argument.shape, static_cast<Index>(array.ElementLength()));
  return array;
}

template <class T>
Input<T> Request::matrix(std::string_view name) const {
  const Shape shape = this->shape(name);
  auto copy = std::make_shared<OwnedMatrix<T>>(shape.rows, shape.cols);
  matrixInto<T>(name, copy->view());
  return copy;
}

template <class T>
ConstMatrixView<T> Request::view(std::string_view name) const {
  const Shape& shape = matrixArgument(name).shape;
  return {arrayOf<T>(name).Data(), shape.rows, shape.cols, shape.cols};
}

template <class T>
std::shared_ptr<const PackedRows<T>> Request::packed(std::string_view name, Side side) const {
  const ConstMatrixView<T> elements = view<T>(name);
  auto packed = PackedRows<T>::ofFinite(elements, side);
  if (!packed) refuseNotFinite(elements.data, name, matrixArgument(name).shape);
  return std::make_shared<const PackedRows<T>>(std::move(*packed));
}

template <class T>
void Request::matrixInto(std::string_view name, MatrixView<T> target) const {
  const auto source = arrayOf<T>(name);
  copyFinite(source.Data(), name, matrixArgument(name).shape, target.data);
}

template <class T>
Napi::TypedArrayOf<T> Request::outArray(Index rows, Index cols) const {
  const auto array = arrayOf<T>("out");
  requireRows("out", rows);
  requireCols("out", cols);
  Napi::ArrayBuffer buffer = array.ArrayBuffer();
  if (buffer.ByteLength() != array.ByteLength()) {
    throw Error(ErrorCode::kInvalidArgument,
                "Expected an ArrayBuffer of its own behind out.data but received a part of one");
  }
  for (const auto& [name, argument] : matrices_) {
    if (name != "out" && argument.array.ArrayBuffer().StrictEquals(buffer)) {
      throw Error(ErrorCode::kInvalidArgument,
                  "Expected memory of its own for out but received that of " + name);
    }
  }
  return array;
}

template Napi::TypedArrayOf<double> Request::outArray(Index, Index) const;
template Napi::TypedArrayOf<float> Request::outArray(Index, Index) const;
template ConstMatrixView<double> Request::view(std::string_view) const;
template ConstMatrixView<float> Request::view(std::string_view) const;
template std::shared_ptr<const PackedRows<double>> Request::packed(std::string_view, Side) const;
template std::shared_ptr<const PackedRows<float>> Request::packed(std::string_view, Side) const;
template void Request::matrixInto(std::string_view, MatrixView<double>) const;
template void Request::matrixInto(std::string_view, MatrixView<float>) const;
template Input<double> Request::matrix(std::string_view) const;
template Input<float> Request::matrix(std::string_view) const;

void Request::requireRows(std::string_view name, Index expected) const {
  const Index rows = shape(name).rows;
  if (rows == expected) return;
  throw Error(ErrorCode::kShapeMismatch, "Expected " + std::to_string(expected) + " rows for " +
                                             std::string(name) + " but received " +
                                             std::to_string(rows));
}

void Request::requireCols(std::string_view name, Index expected) const {
  const Index cols = shape(name).cols;
  if (cols == expected) return;
  throw Error(ErrorCode::kShapeMismatch, "Expected " + std::to_string(expected) + " columns for " +
                                             std::string(name) + " but received " +
                                             std::to_string(cols));
}

Index Request::integer(std::string_view name, Index low, Index high) const {
  const Napi::Value value = get(name);
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : std::nan("");
  if (number >= static_cast<double>(low) && number <= static_cast<double>(high) &&
      number == std::floor(number)) {
    return static_cast<Index>(number);
  }
  if (low == 1 && high == std::numeric_limits<std::int32_t>::max()) {
    invalid("positive integer", name, value);
  }
  invalid("integer from " + std::to_string(low) + " to " + std::to_string(high), name, value);
}

double Request::number(std::string_view name, double low, double high) const {
  const Napi::Value value = get(name);
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : std::nan("");
  if (std::isfinite(number) && number >= low && number <= high) return number;
  const bool unbounded = high == std::numeric_limits<double>::max();
  if (unbounded && low == 0) invalid("nonnegative number", name, value);
  if (unbounded && low == -high) invalid("finite number", name, value);
  if (unbounded) invalid("positive number", name, value);
  invalid("number from " + text(low) + " to " + text(high), name, value);
}

bool Request::boolean(std::string_view name) const {
  const Napi::Value value = get(name);
  if (!value.IsBoolean()) invalid("boolean", name, value);
  return value.As<Napi::Boolean>().Value();
}

std::size_t Request::choice(std::string_view name,
                            std::initializer_list<std::string_view> choices) const {
  const Napi::Value value = get(name);
  std::string expected;
  std::size_t position = 0;
  const std::string given = value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
  for (const std::string_view choice : choices) {
    if (value.IsString() && given == choice) return position;
    if (position++ > 0) expected += " or ";
    expected.append("'").append(choice).append("'");
  }
  invalid(expected, name, value);
}

std::uint64_t Request::seed(std::string_view name) const {
  return static_cast<std::uint64_t>(integer(name, 0, static_cast<Index>(kMaxSafeInteger)));
}

MemoryBudget Request::memoryBudget() const {
  MemoryBudget budget;
  if (has("memoryBudget")) {
    budget.bytes = integer("memoryBudget", 1, static_cast<Index>(kMaxSafeInteger));
  }
  if (has("out")) budget.held = static_cast<Index>(matrixArgument("out").array.ByteLength());
  return budget;
}

}  // namespace ntkit::binding
