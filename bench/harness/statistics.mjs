/** What is made of samples. */

/** The middle of the sorted values, or the mean of the two middle ones. */
export function median(values) {
  return quantile(values, 0.5);
}

/** Half the distance between the quartiles over the median: how far the middle half of the rounds lies apart. */
export function spread(values) {
  return (quantile(values, 0.75) - quantile(values, 0.25)) / 2 / median(values);
}

/**
 * The exponent b of value = a size^b, by least squares in logarithms.
 *
 * @throws Error unless there are at least two sizes and everything is positive.
 */
export function fitExponent(sizes, values) {
  if (sizes.length < 2 || sizes.length !== values.length) {
    throw new Error(`Expected as many values as sizes, at least 2, but received ${values.length}`);
  }
  if (![...sizes, ...values].every((value) => value > 0)) {
    throw new Error(`Expected positive sizes and values but received ${sizes} and ${values}`);
  }
  const [x, y] = [sizes.map(Math.log), values.map(Math.log)];
  const [meanX, meanY] = [mean(x), mean(y)];
  const covariance = mean(x.map((value, i) => (value - meanX) * (y[i] - meanY)));
  return covariance / mean(x.map((value) => (value - meanX) ** 2));
}

/** Linear between the two nearest sorted values. */
function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]];
  return low + (high - low) * (position - Math.floor(position));
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
