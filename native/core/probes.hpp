// The limits of the machine, measured: what the threads of the pool reach together when they do
// nothing else. A kernel cannot take less than flops / peak + bytes / bandwidth.
#pragma once

#include "control.hpp"
#include "matrix_view.hpp"

namespace ntkit {

// All per second, over all threads of the pool.
struct MachineLimits {
  // Flops of fused multiply-adds (two each) on registers, with the widest vectors of the CPU, which
  // BLAS uses too, whatever NTKIT_ISA says.
  double fmaDouble, fmaSingle;
  // Bits ANDed, counted and added on registers, with the instruction set of the gate kernels.
  double bitCounts;
  // Bytes on arrays beyond the caches. A copy counts what it reads and what it writes, an update
  // too. firstTouch: bytes written to fresh memory, which the system clears first.
  double read, write, copy, update, firstTouch;
  // Times that a cache line goes from one core to another and back; 0 for one thread. Cores with a
  // last cache in common exchange it some four times as fast as others, and a virtual machine may
  // move from the one kind to the other while it runs.
  double exchanges;
};

// Bytes of the arrays that the probes of memory take.
Index probeBytes();

// Takes about a second. Each figure is the best of several short runs, since whatever disturbs a
// run makes it slower.
MachineLimits probeMachine(Control& control);

}  // namespace ntkit
