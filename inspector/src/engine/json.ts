// JSON for people: indented, with the numbers as json.md wants them.
import { stringifyJson, type JsonValue } from '../port.js';

export function pretty(value: JsonValue, indent = ''): string {
  if (value === null || typeof value !== 'object') return stringifyJson(value);
  const short = stringifyJson(value);
  if (short.length <= 80 || short === '{}' || short === '[]') return spaced(value);
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((one) => pretty(one, inner))
    : Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${pretty(one, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${indent}${close}`;
}

/** On one line, with a blank behind each comma and colon. */
export function spaced(value: JsonValue): string {
  if (value === null || typeof value !== 'object') return stringifyJson(value);
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  return `{${Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${spaced(one)}`).join(', ')}}`;
}
