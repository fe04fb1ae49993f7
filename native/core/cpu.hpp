// Which instruction set the kernels run on: chosen once, when the first kernel is asked for.
#pragma once

#include <string_view>

#include "kernels/gate_counts.hpp"

namespace ntkit {

struct KernelSet {
  std::string_view isa;
  GateCounter countGates;
};

const KernelSet& kernels();

}  // namespace ntkit
