// Which instruction set the kernels run on: chosen once, when the first kernel is asked for, by
// what the CPU and the system support. NTKIT_ISA=portable|neon|avx2|avx512 forces one (an
// unsupported or unknown name is ignored in favour of the best that runs).
#pragma once

#include <string_view>

#include "kernels/bulge.hpp"
#include "kernels/gate_counts.hpp"
#include "kernels/gram_kernels.hpp"
#include "kernels/network_kernels.hpp"
#include "kernels/secular_sums.hpp"
#include "kernels/softmax.hpp"
#include "kernels/strips.hpp"
#include "kernels/symmetric_block.hpp"
#include "kernels/symmetric_rows.hpp"

namespace ntkit {

// Kernels that come in both precisions.
template <class T>
struct PrecisionKernels {
  const GramKernels<T>* gram;
  const NetworkKernels<T>* network;
  SoftmaxUpdate<T> softmax;
};

struct KernelSet {
  std::string_view isa;
  const GateKernel* gates;
  PrecisionKernels<float> inSingle;
  PrecisionKernels<double> inDouble;
  SymmetricRows symmetricRows;
  SymmetricBlock symmetricBlock;
  SecularSum secularSums;
  const StripKernels* strips;
  const BulgeKernels* bulges;

  template <class T>
  const GramKernels<T>& gram() const {
    return *of<T>().gram;
  }
  template <class T>
  const NetworkKernels<T>& network() const {
    return *of<T>().network;
  }
  template <class T>
  SoftmaxUpdate<T> softmax() const {
    return of<T>().softmax;
  }

  template <class T>
  const PrecisionKernels<T>& of() const {
    if constexpr (sizeof(T) == sizeof(float)) {
      return inSingle;
    } else {
      return inDouble;
    }
  }
};

const KernelSet& kernels();

}  // namespace ntkit
