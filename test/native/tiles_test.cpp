#include "tiles.hpp"

#include <cmath>
#include <limits>

#include "arc_cosine.hpp"
#include "check.hpp"
#include "gram.hpp"
#include "random.hpp"

namespace ntkit {
namespace {

constexpr Index kAwkwardSizes[] = {1, 2, 15, 16, 17, 255, 256, 257, 511, 512, 513, 700};

// fill(tile) writes the lower part of each tile on or below the diagonal; the rest is mirrored.
template <class T, class Fill>
void fillSymmetric(MatrixView<T> K, Control& control, const Fill& fill) {
  symmetricTiles(K.rows, kTile, control, [&](const TileRange& tile) {
    fill(tile);
    mirrorTile(K, tile);
  });
}

bool isTile(const TileRange& tile, Index rows, Index cols) {
  return tile.firstRow % kTile == 0 && tile.firstCol % kTile == 0 && tile.rows >= 1 &&
         tile.cols >= 1 && tile.rows <= kTile && tile.cols <= kTile &&
         tile.firstRow + tile.rows <= rows && tile.firstCol + tile.cols <= cols;
}

TEST(targetsAreThePlacesOfATileAndItsImage) {
  OwnedMatrix<float> K(9, 9);
  const MatrixView<float> view = K.view();
  const TileRange tile{4, 3, 1, 2};
  const TileTarget<float> target = targetOf(view, tile, true).fromRow(2);
  CHECK(target.out == &view(6, 1) && target.mirror == &view(1, 6) && target.stride == 9);
  const TileTarget<float> alone = targetOf(view, tile, false).fromRow(2);
  CHECK(alone.out == &view(6, 1) && alone.mirror == nullptr);
  const TargetRows rows = TargetRows::of(targetOf(view, tile, true)).fromRow(2);
  CHECK(static_cast<const void*>(rows.out) == &view(6, 1));
  CHECK(static_cast<const void*>(rows.mirror) == &view(1, 6));
  CHECK(rows.stride == 36 && rows.element == 4);
  CHECK(TargetRows::of(alone).fromRow(2).out == nullptr);
}

TEST(symmetricTilesCoverTheLowerTriangleOnceAndMirrorIt) {
  for (const Index n : kAwkwardSizes) {
    OwnedMatrix<std::int32_t> K(n, n);
    const auto view = K.view();
    K.elements().fill(0);
    Control control;
    fillSymmetric(view, control, [&](const TileRange& tile) {
      CHECK(isTile(tile, n, n));
      CHECK(tile.firstRow >= tile.firstCol);
      for (Index i = tile.firstRow; i < tile.firstRow + tile.rows; ++i) {
        const Index end = std::min(tile.firstCol + tile.cols, i + 1);
        for (Index j = tile.firstCol; j < end; ++j) {
          view(i, j) += static_cast<std::int32_t>(1 + i * n + j);
        }
      }
    });
    Index wrong = 0;
    for (Index i = 0; i < n; ++i) {
      for (Index j = 0; j <= i; ++j) {
        wrong += view(i, j) != 1 + i * n + j;
        wrong += view(j, i) != view(i, j);
      }
    }
    CHECK_EQUAL(wrong, 0);
    CHECK_EQUAL(control.progress(), 1.0);
  }
}

// Threads that take the tiles in turn end together: none is left with a large one at the end.
TEST(tilesOfMostWorkComeFirst) {
  for (const Index n : kAwkwardSizes) {
    const std::vector<TileRange> tiles = lowerTiles(n, kTile);
    const auto work = [](const TileRange& tile) {
      return tile.rows * tile.cols * (tile.firstRow == tile.firstCol ? 1 : 2);
    };
    for (std::size_t i = 1; i < tiles.size(); ++i) {
      CHECK(work(tiles[i]) <= work(tiles[i - 1]));
      if (work(tiles[i]) == work(tiles[i - 1])) {
        CHECK(tiles[i].firstRow < tiles[i - 1].firstRow ||
              tiles[i].firstCol > tiles[i - 1].firstCol);
      }
    }
  }
}

TEST(rectangularTilesCoverEverythingOnce) {
  for (const Index rows : kAwkwardSizes) {
    for (const Index cols : {Index{1}, Index{256}, Index{257}, Index{600}}) {
      OwnedMatrix<std::int32_t> K(rows, cols);
      const auto view = K.view();
      K.elements().fill(0);
      Control control;
      rectangularTiles(rows, cols, kTile, control, [&](const TileRange& tile) {
        CHECK(isTile(tile, rows, cols));
        for (Index i = tile.firstRow; i < tile.firstRow + tile.rows; ++i) {
          for (Index j = tile.firstCol; j < tile.firstCol + tile.cols; ++j) ++view(i, j);
        }
      });
      Index wrong = 0;
      for (const std::int32_t count : K.elements()) wrong += count != 1;
      CHECK_EQUAL(wrong, 0);
      CHECK_EQUAL(control.progress(), 1.0);
    }
  }
}

// Views into a wider array: what lies between their rows stays as it was.
TEST(tilesRespectTheStride) {
  constexpr Index kSize = 300, kStride = 310;
  Buffer<double> memory(kSize * kStride);
  memory.fill(-1);
  const MatrixView<double> view{memory.data(), kSize, kSize, kStride};
  Control control;
  fillSymmetric(view, control, [&](const TileRange& tile) {
    for (Index i = tile.firstRow; i < tile.firstRow + tile.rows; ++i) {
      for (Index j = tile.firstCol; j < tile.firstCol + tile.cols; ++j) view(i, j) = 1;
    }
  });
  Index wrong = 0;
  for (Index i = 0; i < kSize; ++i) {
    for (Index j = 0; j < kStride; ++j) wrong += memory[i * kStride + j] != (j < kSize ? 1 : -1);
  }
  CHECK_EQUAL(wrong, 0);
}

OwnedMatrix<double> gaussianRows(Index rows, Index cols) {
  OwnedMatrix<double> X(rows, cols);
  fillGaussian({1, 2}, 0, 1, X.elements().data(), rows * cols);
  return X;
}

double inner(ConstMatrixView<double> X, Index i, Index j) {
  double sum = 0;
  for (Index k = 0; k < X.cols; ++k) sum += X(i, k) * X(j, k);
  return sum;
}

// Elements of K that are not <x_i, x_j>; NaN, which no product left, is one of them.
Index wrongProducts(ConstMatrixView<double> K, ConstMatrixView<double> X) {
  Index wrong = 0;
  for (Index i = 0; i < K.rows; ++i) {
    for (Index j = 0; j < K.cols; ++j) wrong += !(std::fabs(K(i, j) - inner(X, i, j)) < 1e-12);
  }
  return wrong;
}

TEST(productsOfRowsWithThemselvesFillBothTriangles) {
  const OwnedMatrix<double> X = gaussianRows(300, 4);
  OwnedMatrix<double> K(300, 300);
  K.elements().fill(std::numeric_limits<double>::quiet_NaN());
  Control control;
  gram<double>(X.view(), K.view(), control);
  CHECK_EQUAL(wrongProducts(K.view(), X.view()), 0);
}

// The first rows of X are other queries than X itself, although they start at the same address.
TEST(productsOfTheFirstRowsFillEveryColumn) {
  const OwnedMatrix<double> X = gaussianRows(300, 4);
  OwnedMatrix<double> K(10, 300);
  K.elements().fill(std::numeric_limits<double>::quiet_NaN());
  Control control;
  const PackedRows<double> few(X.view().rowBlock(0, 10), control), all(X.view(), control);
  crossGram<double>(few, all, K.view(), control);
  CHECK_EQUAL(wrongProducts(K.view(), X.view()), 0);
  K.elements().fill(std::numeric_limits<double>::quiet_NaN());
  infiniteNtk<double>(X.view().rowBlock(0, 10), X.view(), TrainedLayers::kFirst, K.view(), control);
  Index unset = 0;
  for (const double value : K.elements()) unset += std::isnan(value);
  CHECK_EQUAL(unset, 0);
}

}  // namespace
}  // namespace ntkit
