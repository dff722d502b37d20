//! The capture callback: from a decoded event to its place in the ring.

import { cargoBench } from './cargo-bench.mjs';

const GOAL_US = 5;

export async function captureCallback() {
  const { clock, callback, paced, channel } = await cargoBench('capture-callback');
  const beside = (name, of, quantile) => ({ name: `${name} ${quantile}`, value: of[`${quantile}_ns`] / 1000 });
  const figure = (name, of, peer, quantile, goal) => ({
    name: `${name}, ${quantile}`, value: of[`${quantile}_ns`] / 1000, unit: 'µs', beside: beside(...peer, quantile), goal,
  });
  const std = ['std sync_channel', channel];
  return [
    figure('capture callback', callback, std, 'p50'),
    { ...figure('capture callback', callback, std, 'p99', { most: GOAL_US }),
      note: `${callback.events} events without a pause, each timed by itself; p99.9 ${callback.p999_ns} ns, longest`
        + ` ${callback.max_ns} ns. Reading the clock twice is part of every figure: p50 ${clock.p50_ns} ns, p99 ${clock.p99_ns} ns.` },
    { ...figure('capture callback, 1000 events/s', paced, ['two readings of the clock', clock], 'p99', { most: GOAL_US }),
      note: `${paced.events} events in batches every 10 ms, so that caches are as cold as in life; longest ${paced.max_ns} ns.` },
  ];
}
