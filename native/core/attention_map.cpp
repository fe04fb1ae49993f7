#include "attention_map.hpp"

#include "gram.hpp"

namespace ntkit {

template <class T>
AttentionMap<T>::AttentionMap(ConstMatrixView<T> X, Control& control) {
  if (X.cols <= X.rows) {
    OwnedMatrix<T> moment(X.cols, X.cols);
    secondMoment<T>(X, moment.view(), control);
    last_ = panelsOf<T>(moment.view(), control);
  } else {
    first_ = panelsOfTranspose<T>(X, control);
    last_ = panelsOf<T>(X, control);
  }
}

template <class T>
void AttentionMap<T>::apply(ConstMatrixView<T> x, MatrixView<T> similarity,
                            MatrixView<T> out) const {
  if (first_.cols() == 0) return multiplyByPanels<T>(x, last_, PanelEnd::kStore, out);
  multiplyByPanels<T>(x, first_, PanelEnd::kStore, similarity);
  multiplyByPanels<T>(similarity, last_, PanelEnd::kStore, out);
}

template class AttentionMap<double>;
template class AttentionMap<float>;

}  // namespace ntkit
