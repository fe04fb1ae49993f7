#include "unit_weights.hpp"

#include "random.hpp"

namespace ntkit {

template <class T>
PackedRows<T> UnitWeights<T>::packed(Index first, Index count, Control& control) const {
  if (rows_.data != nullptr) return PackedRows<T>(rows_.rowBlock(first, count), control);
  const auto draw = [&](Index i, Index k, Index length, T* out) {
    const Index element = (first + i) * inputs_ + k;
    fillGaussian(streamOf(seed_, Draw::kWeights), static_cast<std::uint64_t>(element), scale_, out,
                 length);
  };
  return PackedRows<T>(count, inputs_, draw, control);
}

template class UnitWeights<double>;
template class UnitWeights<float>;

}  // namespace ntkit
