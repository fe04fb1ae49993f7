// Adversarial training (Madry et al., 2018): each batch is replaced by its attack against the
// weights as they are before the step.
#pragma once

#include "attack.hpp"
#include "train.hpp"

namespace ntkit {

// Makes batches of attacked points for `train`. pipeline.network.weights is the matrix that is
// trained. Points that start at random do so anew each time they are drawn. What the arguments look
// into must outlive the maker.
template <class T>
BatchMaker<T> adversarialBatches(const Pipeline<T>& pipeline, ConstMatrixView<T> pixels,
                                 ConstMatrixView<T> Y, const AttackOptions& options,
                                 Index batchSize, const Control& control);

// Adds what a maker takes beside its arguments.
template <class T>
void addAdversarialWorkspace(MemoryEstimate& estimate, Index batch, Index width, Index inputs,
                             Index outputs, Index contextRows);

}  // namespace ntkit
