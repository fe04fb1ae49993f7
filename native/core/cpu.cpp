#include "cpu.hpp"

namespace ntkit {

const KernelSet& kernels() {
  static const KernelSet portable{"portable", countGatesPortable};
  return portable;
}

}  // namespace ntkit
