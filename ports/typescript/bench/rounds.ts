const CALLS = 10;

/** Microseconds a call: the median of the rounds, in which the ways take turns, so that what disturbs one disturbs all. */
export function measure(ways: Record<string, () => unknown>, rounds: number): Record<string, number> {
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(ways)) {
      const start = process.hrtime.bigint();
      for (let i = 0; i < CALLS; i++) run();
      times[name].push(Number(process.hrtime.bigint() - start) / CALLS / 1000);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values.slice(rounds >> 2))]));
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

/** Prints each way with how many times as fast it is as the fastest of `others`. */
export function print(result: Record<string, number>, others: string[], count: number): void {
  const fastest = Math.min(...others.map((name) => result[name]));
  for (const [name, us] of Object.entries(result)) {
    console.log(`${name.padEnd(26)} ${us.toFixed(0).padStart(6)} us  ${(count / us).toFixed(2).padStart(6)} M records/s  ${(fastest / us).toFixed(2)}x`);
  }
}
