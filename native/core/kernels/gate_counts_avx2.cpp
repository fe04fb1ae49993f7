#include "gate_counts.hpp"

#if defined(__x86_64__) || defined(NTKIT_EMULATE_X86)

#include <array>

#include "intrinsics.hpp"

namespace ntkit {
namespace {

constexpr Index kBlockBytes = 31;  // 248 units: their count fits a byte
constexpr Index kLanes = 32;       // columns a register
// Byte columns of a register alternate between its halves, 0 16 1 17 ..., so that splitting even
// from odd bytes yields columns 0-15 and 16-31 in order.

// What each of the 16 nibbles shares with the low nibble of a byte, then with its high one, for all
// bytes: one shift finds both, and a core that shares its issue slots has none to spare.
constexpr Index kBytesOfTables = 32;
alignas(64) constexpr auto kTables = [] {
  std::array<std::uint8_t, 256 * kBytesOfTables> tables{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    for (unsigned v = 0; v < 16; ++v) {
      tables[byte * kBytesOfTables + v] = static_cast<std::uint8_t>(std::popcount(byte & v));
      tables[byte * kBytesOfTables + 16 + v] =
          static_cast<std::uint8_t>(std::popcount((byte >> 4) & v));
    }
  }
  return tables;
}();

// sum += counts, in place: GCC otherwise renames the sums of the inner loop and spends a sixth of
// its issue slots on copies.
NTKIT_TARGET("avx2") [[gnu::always_inline]] inline void addBytes(__m256i& sum, __m256i counts) {
#if defined(NTKIT_EMULATE_X86)
  sum = _mm256_add_epi8(sum, counts);
#else
  asm("vpaddb %1, %0, %0" : "+x"(sum) : "x"(counts));
#endif
}

// The sixteen bytes of 16 registers in each half of which a row lies, transposed within the halves:
// register k then holds byte k of the rows (low half) and byte 16 + k (high half).
NTKIT_TARGET("avx2") [[gnu::always_inline]] inline void transpose(__m256i (&rows)[16]) {
  for (int stage = 0; stage < 4; ++stage) {
    __m256i next[16];
    for (int i = 0; i < 8; ++i) {
      next[2 * i] = _mm256_unpacklo_epi8(rows[i], rows[i + 8]);
      next[2 * i + 1] = _mm256_unpackhi_epi8(rows[i], rows[i + 8]);
    }
    for (int i = 0; i < 16; ++i) rows[i] = next[i];
  }
}

NTKIT_TARGET("avx2")
void pack(const std::uint8_t* b, Index stride, Index columns, Index bytes, std::uint8_t* panel) {
  const __m256i nibble = _mm256_set1_epi8(0x0F);
  for (Index column = 0; column < columns; column += kLanes) {
    __m256i halves[2][16];
    for (Index i = 0; i < kLanes; ++i) {
      halves[i / 16][i % 16] =
          column + i < columns
              ? _mm256_loadu_si256(reinterpret_cast<const __m256i*>(b + (column + i) * stride))
              : _mm256_setzero_si256();
    }
    transpose(halves[0]);
    transpose(halves[1]);
    for (Index k = 0; k < 16; ++k) {
      const __m256i first = _mm256_unpacklo_epi8(halves[0][k], halves[1][k]);
      const __m256i second = _mm256_unpackhi_epi8(halves[0][k], halves[1][k]);
      const __m256i lines[2] = {_mm256_permute2x128_si256(first, second, 0x20),
                                _mm256_permute2x128_si256(first, second, 0x31)};
      for (Index half = 0; half < 2; ++half) {
        const Index byte = 16 * half + k;
        if (byte >= bytes) break;
        auto* const out = reinterpret_cast<__m256i*>(panel + 2 * byte * kGateTile + column);
        _mm256_store_si256(out, _mm256_and_si256(lines[half], nibble));
        _mm256_store_si256(out + kGateTile / kLanes,
                           _mm256_and_si256(_mm256_srli_epi16(lines[half], 4), nibble));
      }
    }
  }
}

// Adds the table of one nibble of a, looked up by kVectors registers of columns.
template <int kVectors>
NTKIT_TARGET("avx2")
[[gnu::always_inline]] inline void addNibble(const std::uint8_t* tableOfNibble,
                                             const std::uint8_t* line, __m256i (&sums)[kVectors]) {
  const __m256i table =
      _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(tableOfNibble)));
  for (int v = 0; v < kVectors; ++v) {
    const __m256i columns = _mm256_load_si256(reinterpret_cast<const __m256i*>(line) + v);
    addBytes(sums[v], _mm256_shuffle_epi8(table, columns));
  }
}

template <int kVectors>
NTKIT_TARGET("avx2")
void countColumns(const std::uint8_t* a, Index stride, Index rows, const std::uint8_t* panel,
                  Index bytes, std::uint16_t* counts, const TargetRows& next, Index column) {
  const __m256i even = _mm256_set1_epi16(0x00FF);
  for (Index row = 0; row < rows; ++row) {
    next.ask(row, column, kVectors * kLanes);
    const std::uint8_t* const gates = a + row * stride;
    __m256i sums[kVectors];
    for (__m256i& sum : sums) sum = _mm256_setzero_si256();
    for (Index k = 0; k < bytes; ++k) {
      const std::uint8_t* const tables = kTables.data() + kBytesOfTables * Index{gates[k]};
      addNibble<kVectors>(tables, panel + 2 * k * kGateTile, sums);
      addNibble<kVectors>(tables + 16, panel + (2 * k + 1) * kGateTile, sums);
    }
    auto* out = reinterpret_cast<__m256i*>(counts + row * kCountStride);
    for (int v = 0; v < kVectors; ++v, out += 2) {
      const __m256i first = _mm256_and_si256(sums[v], even);
      const __m256i second = _mm256_srli_epi16(sums[v], 8);
      _mm256_store_si256(out, _mm256_add_epi16(_mm256_load_si256(out), first));
      _mm256_store_si256(out + 1, _mm256_add_epi16(_mm256_load_si256(out + 1), second));
    }
  }
}

void count(const std::uint8_t* a, Index stride, Index rows, const std::uint8_t* panel,
           Index columns, Index bytes, std::uint16_t* counts, const TargetRows& next) {
  Index column = 0;
  const auto run = [&]<int kVectors>() {
    countColumns<kVectors>(a, stride, rows, panel + column, bytes, counts + column, next, column);
    column += kVectors * kLanes;
  };
  if (columns > 5 * kLanes) return run.operator()<6>();
  if (columns > 3 * kLanes) run.operator()<4>();
  while (column < columns) {
    if (columns - column > kLanes) {
      run.operator()<2>();
    } else {
      run.operator()<1>();
    }
  }
}

NTKIT_TARGET("avx2") int openGates(const float* p) {
  return _mm256_movemask_ps(_mm256_cmp_ps(_mm256_loadu_ps(p), _mm256_setzero_ps(), _CMP_GT_OQ));
}
NTKIT_TARGET("avx2") int openGates(const double* p) {
  return _mm256_movemask_pd(_mm256_cmp_pd(_mm256_loadu_pd(p), _mm256_setzero_pd(), _CMP_GT_OQ));
}

template <class T>
NTKIT_TARGET("avx2")
void packGates(const T* p, Index units, std::uint64_t* words) {
  constexpr Index kGates = 32 / sizeof(T);
  const Index whole = units / 64 * 64;
  for (Index first = 0; first < whole; first += 64) {
    std::uint64_t word = 0;
    for (Index r = 0; r < 64; r += kGates) {
      word |= std::uint64_t{static_cast<unsigned>(openGates(p + first + r))} << r;
    }
    words[first / 64] = word;
  }
  packGatesLoop(p + whole, units - whole, words + whole / 64);
}

NTKIT_TARGET("avx2")
void scaleFloat(const std::uint16_t* counts, float factor, bool add, const float* in, float* out,
                Index columns) {
  scaleLoop(counts, factor, add, in, out, columns);
}
NTKIT_TARGET("avx2")
void scaleDouble(const std::uint16_t* counts, double factor, bool add, const double* in,
                 double* out, Index columns) {
  scaleLoop(counts, factor, add, in, out, columns);
}

}  // namespace

const GateKernel kGatesAvx2{kBlockBytes,       pack,       count,      packGates<float>,
                            packGates<double>, scaleFloat, scaleDouble};

}  // namespace ntkit

#endif
