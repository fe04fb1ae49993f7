#include "random.hpp"

#include <cmath>
#include <numeric>

#include "philox.hpp"

namespace ntkit {
namespace {

__extension__ using Word128 = unsigned __int128;

// Natural logarithm of a normal positive number from + - x / alone: x = m 2^e with m in [1/sqrt2,
// sqrt2), log m = 2 atanh((m - 1) / (m + 1)). The series is cut where its next term is below 1e-18.
double portableLog(double x) {
  int exponent = 0;
  double m = std::frexp(x, &exponent);
  if (m < 0.70710678118654752) {
    m *= 2;
    --exponent;
  }
  const double s = (m - 1) / (m + 1);
  const double s2 = s * s;
  double series = 0;
  for (int k = 23; k >= 1; k -= 2) series = series * s2 + 1.0 / k;
  return 2 * s * series + exponent * 0.693147180559945309417;
}

template <std::size_t N>
double horner(const double (&coefficients)[N], double x) {
  double value = coefficients[N - 1];
  for (std::size_t i = N - 1; i-- > 0;) value = value * x + coefficients[i];
  return value;
}

// Coefficients of AS 241 (PPND16): centre, and two tails in r = sqrt(-log p).
constexpr double kCentreP[] = {3.3871328727963666080e0, 1.3314166789178437745e2,
                               1.9715909503065514427e3, 1.3731693765509461125e4,
                               4.5921953931549871457e4, 6.7265770927008700853e4,
                               3.3430575583588128105e4, 2.5090809287301226727e3};
constexpr double kCentreQ[] = {1.0,
                               4.2313330701600911252e1,
                               6.8718700749205790830e2,
                               5.3941960214247511077e3,
                               2.1213794301586595867e4,
                               3.9307895800092710610e4,
                               2.8729085735721942674e4,
                               5.2264952788528545610e3};
constexpr double kTailP[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                             5.76949722146069140550e0,  3.64784832476320460504e0,
                             1.27045825245236838258e0,  2.41780725177450611770e-1,
                             2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr double kTailQ[] = {1.0,
                             2.05319162663775882187e0,
                             1.67638483018380384940e0,
                             6.89767334985100004550e-1,
                             1.48103976427480074590e-1,
                             1.51986665636164571966e-2,
                             5.47593808499534494600e-4,
                             1.05075007164441684324e-9};
constexpr double kFarP[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                            1.78482653991729133580e0,  2.96560571828504891230e-1,
                            2.65321895265761230930e-2, 1.24266094738807843860e-3,
                            2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr double kFarQ[] = {1.0,
                            5.99832206555887937690e-1,
                            1.36929880922735805310e-1,
                            1.48753612908506148525e-2,
                            7.86869131145613259100e-4,
                            1.84631831751005468180e-5,
                            1.42151175831644588870e-7,
                            2.04426310338993978564e-15};

}  // namespace

std::uint64_t randomWord(RandomStream stream, std::uint64_t index) noexcept {
  const std::uint64_t block = index / 2;
  const Philox words = philox(
      {static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32),
       static_cast<std::uint32_t>(stream.stream), static_cast<std::uint32_t>(stream.stream >> 32)},
      {static_cast<std::uint32_t>(stream.seed), static_cast<std::uint32_t>(stream.seed >> 32)});
  const std::size_t half = index % 2 * 2;
  return std::uint64_t{words[half + 1]} << 32 | words[half];
}

double randomUniform(RandomStream stream, std::uint64_t index) noexcept {
  return (static_cast<double>(randomWord(stream, index) >> 12) + 0.5) * 0x1p-52;
}

double normalQuantile(double p) noexcept {
  const double q = p - 0.5;
  if (std::fabs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * horner(kCentreP, r) / horner(kCentreQ, r);
  }
  const double r = std::sqrt(-portableLog(q < 0 ? p : 1 - p));
  const double tail = r <= 5 ? horner(kTailP, r - 1.6) / horner(kTailQ, r - 1.6)
                             : horner(kFarP, r - 5) / horner(kFarQ, r - 5);
  return q < 0 ? -tail : tail;
}

template <class T>
void fillGaussian(RandomStream stream, std::uint64_t first, double scale, T* out, Index count) {
  for (Index i = 0; i < count; ++i) {
    const double p = randomUniform(stream, first + static_cast<std::uint64_t>(i));
    out[i] = static_cast<T>(scale * normalQuantile(p));
  }
}

template void fillGaussian(RandomStream, std::uint64_t, double, double*, Index);
template void fillGaussian(RandomStream, std::uint64_t, double, float*, Index);

void fillPermutation(RandomStream stream, std::uint64_t first, std::int32_t* out, Index count) {
  std::iota(out, out + count, 0);
  for (Index i = count - 1; i > 0; --i) {
    // High half of word * (i + 1): uniform on 0 ... i up to a bias of (i + 1) / 2^64.
    const std::uint64_t word = randomWord(stream, first + static_cast<std::uint64_t>(i));
    const auto product = static_cast<Word128>(word) * static_cast<Word128>(i + 1);
    std::swap(out[i], out[static_cast<Index>(product >> 64)]);
  }
}

}  // namespace ntkit
