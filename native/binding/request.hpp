// What JavaScript passed to a binding function, checked. Every function takes one object of named
// arguments and, optionally, a job; everything is validated and copied here, before any work is
// queued, so that the work never reads memory that JavaScript could transfer, detach or change
// under it.
#pragma once

#include <initializer_list>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "../core/control.hpp"
#include "../core/matrix_view.hpp"
#include "../core/memory.hpp"
#include "../core/row_products.hpp"
#include "napi_setup.hpp"

namespace ntkit::binding {

// A copied, finite input matrix, shared with the work that reads it.
template <class T>
using Input = std::shared_ptr<const OwnedMatrix<T>>;

enum class Precision { kFloat64, kFloat32 };

struct Shape {
  Index rows, cols;
};

class Request {
 public:
  explicit Request(const Napi::CallbackInfo& info);

  Napi::Env env() const { return env_; }
  const std::shared_ptr<Control>& control() const { return control_; }

  bool has(std::string_view name) const;
  Napi::Value get(std::string_view name) const;

  // The matrix argument `name`: {data, rows, cols}. shape() and precision() look without copying,
  // so that the memory of an operation can be estimated first.
  Precision precision(std::string_view name) const;
  Shape shape(std::string_view name) const;
  template <class T>
  Input<T> matrix(std::string_view name) const;
  // The same where it lies and as it is, for work that is done before JavaScript goes on.
  template <class T>
  ConstMatrixView<T> view(std::string_view name) const;
  // Its rows or columns packed for products, instead of a copy.
  template <class T>
  std::shared_ptr<const PackedRows<T>> packed(std::string_view name, Side side) const;
  // The same as matrix() into memory of its shape, for an operation that turns an input into its
  // result.
  template <class T>
  void matrixInto(std::string_view name, MatrixView<T> target) const;

  // The array of the matrix argument `out`, fit to be given away for a rows x cols result: it
  // covers its whole buffer, which is that of no other matrix argument.
  template <class T>
  Napi::TypedArrayOf<T> outArray(Index rows, Index cols) const;

  // Throws ERR_SHAPE_MISMATCH unless argument `name` has `expected` rows or columns.
  void requireRows(std::string_view name, Index expected) const;
  void requireCols(std::string_view name, Index expected) const;

  // Numbers, with the range they must lie in.
  Index integer(std::string_view name, Index low, Index high) const;
  double number(std::string_view name, double low, double high) const;
  bool boolean(std::string_view name) const;
  // The position of the string argument among `choices`.
  std::size_t choice(std::string_view name, std::initializer_list<std::string_view> choices) const;

  // A random seed or stream: an integer from 0 to 2^53 - 1.
  std::uint64_t seed(std::string_view name) const;

  // Bytes the caller allows this operation, and those it brings as `out`.
  MemoryBudget memoryBudget() const;

 private:
  struct MatrixArgument {
    Napi::TypedArray array;
    Shape shape;
  };
  const MatrixArgument& matrixArgument(std::string_view name) const;
  template <class T>
  Napi::TypedArrayOf<T> arrayOf(std::string_view name) const;
  MatrixArgument readMatrix(std::string_view name) const;

  Napi::Env env_;
  Napi::Object arguments_;
  std::shared_ptr<Control> control_;
  mutable std::map<std::string, Napi::Value, std::less<>> values_;
  mutable std::map<std::string, MatrixArgument, std::less<>> matrices_;
};

}  // namespace ntkit::binding
