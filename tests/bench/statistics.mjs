//! Medians and other quantiles.

/** The value below which `share` of the numbers lie (nearest rank). */
export function quantile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

/** The middle value. */
export function median(numbers) {
  return quantile(numbers, 0.5);
}

/** Waits. */
export function sleep(milliseconds) {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds); });
}
