import type { JsonValue } from './to-json.js';

/** Like JSON.stringify, but for numbers that it writes in a way that others read differently. */
export function stringifyJson(value: JsonValue): string {
  if (typeof value === 'number') return numberText(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(stringifyJson).join(',')}]`;
  return `{${Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}:${stringifyJson(one)}`).join(',')}}`;
}

function numberText(value: number): string {
  // JSON.stringify writes -0 as 0, where json.md tells the two apart.
  if (Object.is(value, -0)) return '-0.0';
  // It writes doubles up to 10^21 without an exponent, which others take for a whole number of 64 bits and not for the
  // double nearest to it.
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : JSON.stringify(value);
}
