#include "panels.hpp"

#include "cpu.hpp"

namespace ntkit {
namespace {

// Lines of a panel that are multiplied at once: they stay in the L1 cache.
constexpr Index kDepth = 256;

}  // namespace

template <class T>
void multiplyByPanels(ConstMatrixView<T> A, const Panels<T>& B, PanelEnd end, MatrixView<T> C) {
  const NetworkKernels<T>& kernel = kernels().network<T>();
  // A gate needs its sum at once.
  const Index chunk = end == PanelEnd::kGate ? B.depth() : kDepth;
  for (Index first = 0; first < B.depth(); first += chunk) {
    const Index depth = std::min(chunk, B.depth() - first);
    const bool begins = first == 0, ends = first + depth == B.depth();
    const PanelEnd part = begins && ends                    ? end
                          : end == PanelEnd::kRelu && ends  ? PanelEnd::kAddRelu
                          : begins && end != PanelEnd::kAdd ? PanelEnd::kStore
                                                            : PanelEnd::kAdd;
    for (Index p = 0; p < B.count(); ++p) {
      kernel.multiply({A.data + first, A.stride, A.rows, B.line(p, first), B.lanes(), depth, part,
                       C.data + p * B.lanes(), C.stride});
    }
  }
}

template <class T>
Panels<T> panelsOf(ConstMatrixView<T> B, Control& control) {
  Panels<T> panels(B.rows, B.cols, kernels().network<T>().lanes);
  parallelBlocks(control, B.rows, 64, [&](Index first, Index count) {
    for (Index k = first; k < first + count; ++k) panels.setLine(k, B.row(k));
  });
  return panels;
}

template <class T>
Panels<T> panelsOfTranspose(ConstMatrixView<T> B, Control& control) {
  Panels<T> panels(B.cols, B.rows, kernels().network<T>().lanes);
  parallelFor(control, panels.count(), [&](Index panel) {
    const T* rows[kMaxLanes<T>];
    for (Index lane = 0; lane < panels.lanes(); ++lane) {
      const Index i = panel * panels.lanes() + lane;
      rows[lane] = i < B.rows ? B.row(i) : nullptr;
    }
    panels.setColumns(panel, rows);
  });
  return panels;
}

template void multiplyByPanels(ConstMatrixView<double>, const Panels<double>&, PanelEnd,
                               MatrixView<double>);
template void multiplyByPanels(ConstMatrixView<float>, const Panels<float>&, PanelEnd,
                               MatrixView<float>);
template Panels<double> panelsOf(ConstMatrixView<double>, Control&);
template Panels<float> panelsOf(ConstMatrixView<float>, Control&);
template Panels<double> panelsOfTranspose(ConstMatrixView<double>, Control&);
template Panels<float> panelsOfTranspose(ConstMatrixView<float>, Control&);

}  // namespace ntkit
