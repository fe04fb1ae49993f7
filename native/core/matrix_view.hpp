// Row-major matrix views and the buffers they look into. Sizes are int64 everywhere: the narrowing
// to the 32-bit integers of BLAS happens in blas.cpp alone, where it is checked.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <type_traits>

#include "blocks.hpp"

namespace ntkit {

using Index = std::int64_t;

// Elements of a cache line.
template <class T>
inline constexpr Index kCacheLine = 64 / static_cast<Index>(sizeof(T));

// A matrix as it is, or its transpose.
enum class Op { kNone, kTranspose };

// Element (i, j) of a view lies at data[i * stride + j]. A view owns nothing.
template <class T>
struct MatrixView {
  T* data = nullptr;
  Index rows = 0;
  Index cols = 0;
  Index stride = 0;

  T* row(Index i) const noexcept { return data + i * stride; }
  T& operator()(Index i, Index j) const noexcept { return data[i * stride + j]; }

  MatrixView block(Index firstRow, Index rowCount, Index firstCol, Index colCount) const noexcept {
    return {data + firstRow * stride + firstCol, rowCount, colCount, stride};
  }
  MatrixView rowBlock(Index firstRow, Index rowCount) const noexcept {
    return block(firstRow, rowCount, 0, cols);
  }
  operator MatrixView<const T>() const noexcept requires(!std::is_const_v<T>) {
    return {data, rows, cols, stride};
  }
};

template <class T>
using ConstMatrixView = MatrixView<const T>;

// Whether two views show the same matrix, element for element.
template <class T>
bool sameView(const MatrixView<T>& a, const MatrixView<T>& b) noexcept {
  return a.data == b.data && a.rows == b.rows && a.cols == b.cols && a.stride == b.stride;
}

// Uninitialised memory (blocks.hpp), indexed by int64.
template <class T>
class Buffer {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  Buffer() = default;
  explicit Buffer(Index size) : size_(size), data_(allocate(size)) {}

  Index size() const noexcept { return size_; }
  T* data() noexcept { return data_.get(); }
  const T* data() const noexcept { return data_.get(); }
  T& operator[](Index i) noexcept { return data_.get()[i]; }
  const T& operator[](Index i) const noexcept { return data_.get()[i]; }
  T* begin() noexcept { return data(); }
  T* end() noexcept { return data() + size_; }
  const T* begin() const noexcept { return data(); }
  const T* end() const noexcept { return data() + size_; }
  void fill(T value) { std::fill(begin(), end(), value); }

 private:
  struct Return {
    std::size_t bytes = 0;
    void operator()(T* memory) const noexcept { returnBlock(memory, bytes); }
  };

  static std::unique_ptr<T, Return> allocate(Index size) {
    constexpr Index kMost = std::numeric_limits<Index>::max() / static_cast<Index>(sizeof(T)) / 2;
    if (size > kMost) throw std::bad_alloc();
    const std::size_t bytes = static_cast<std::size_t>(std::max<Index>(size, 1)) * sizeof(T);
    return {static_cast<T*>(takeBlock(bytes)), Return{bytes}};
  }

  Index size_ = 0;
  std::unique_ptr<T, Return> data_;
};

// A dense row-major matrix that owns its elements.
template <class T>
class OwnedMatrix {
 public:
  OwnedMatrix() = default;
  OwnedMatrix(Index rows, Index cols) : rows_(rows), cols_(cols), buffer_(rows * cols) {}

  Index rows() const noexcept { return rows_; }
  Index cols() const noexcept { return cols_; }
  MatrixView<T> view() noexcept { return {buffer_.data(), rows_, cols_, cols_}; }
  ConstMatrixView<T> view() const noexcept { return {buffer_.data(), rows_, cols_, cols_}; }
  Buffer<T>& elements() noexcept { return buffer_; }

 private:
  Index rows_ = 0;
  Index cols_ = 0;
  Buffer<T> buffer_;
};

}  // namespace ntkit
