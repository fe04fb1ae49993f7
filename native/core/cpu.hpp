// Which instruction set the kernels run on: chosen once, when the first kernel is asked for, by
// what the CPU and the system support. NTKIT_ISA=portable|neon|avx2|avx512 forces one (an
// unsupported or unknown name is ignored in favour of the best that runs).
#pragma once

#include <string_view>

#include "kernels/gate_counts.hpp"
#include "kernels/gram_kernels.hpp"
#include "kernels/network_kernels.hpp"
#include "kernels/softmax.hpp"
#include "kernels/strips.hpp"
#include "kernels/symmetric_block.hpp"
#include "kernels/symmetric_rows.hpp"

namespace ntkit {

struct KernelSet {
  std::string_view isa;
  const GateKernel* gates;
  const GramKernels<float>* gramFloat;
  const GramKernels<double>* gramDouble;
  const NetworkKernels<float>* networkFloat;
  const NetworkKernels<double>* networkDouble;
  SoftmaxUpdate<float> softmaxFloat;
  SoftmaxUpdate<double> softmaxDouble;
  SymmetricRows symmetricRows;
  SymmetricBlock symmetricBlock;
  const StripKernels* strips;

  template <class T>
  const GramKernels<T>& gram() const {
    if constexpr (sizeof(T) == sizeof(float)) {
      return *gramFloat;
    } else {
      return *gramDouble;
    }
  }

  template <class T>
  const NetworkKernels<T>& network() const {
    if constexpr (sizeof(T) == sizeof(float)) {
      return *networkFloat;
    } else {
      return *networkDouble;
    }
  }

  template <class T>
  SoftmaxUpdate<T> softmax() const {
    if constexpr (sizeof(T) == sizeof(float)) {
      return softmaxFloat;
    } else {
      return softmaxDouble;
    }
  }
};

const KernelSet& kernels();

}  // namespace ntkit
