#include "unit_weights.hpp"

#include "parallel.hpp"
#include "random.hpp"

namespace ntkit {

template <class T>
ConstMatrixView<T> UnitWeights<T>::block(Index first, Index count, Buffer<T>& buffer,
                                         Control& control) const {
  if (!drawn()) return rows_.rowBlock(first, count);
  constexpr Index kDraws = 1 << 14;
  const Index elements = count * inputs_;
  if (buffer.size() < elements) buffer = Buffer<T>(elements);
  parallelBlocks(control, elements, kDraws, [&](Index from, Index draws) {
    fillGaussian(streamOf(seed_, Draw::kWeights),
                 static_cast<std::uint64_t>(first * inputs_ + from), scale_, buffer.data() + from,
                 draws);
  });
  return {buffer.data(), count, inputs_, inputs_};
}

template class UnitWeights<double>;
template class UnitWeights<float>;

}  // namespace ntkit
