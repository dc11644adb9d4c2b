// The reports of file reader and ledger in the JSON form (json.md).
import type { FileEvent } from '../file/reader.js';
import type { Ledger } from '../ledger/ledger.js';
import type { AccountReport, EndVerdict, LedgerVerdict } from '../ledger/types.js';
import { frameToJson, type JsonObject, type JsonValue } from './to-json.js';

export function fileReport(events: readonly FileEvent[]): JsonObject {
  const report = { accepted: [] as JsonValue[], skipped: [] as JsonValue[], rejected: [] as JsonValue[], tail: null as JsonValue };
  for (const event of events) {
    switch (event.what) {
      case 'accepted':
        report.accepted.push({ start: event.start, end: event.end, frame: frameToJson(event.frame) });
        break;
      case 'skipped':
        report.skipped.push({ start: event.start, end: event.end, code: event.code });
        break;
      case 'rejected':
        report.rejected.push({ start: event.start, code: event.fault.code, offset: event.fault.offset });
        break;
      case 'tail':
        report.tail = event.at;
    }
  }
  return report;
}

/** `verdicts` has what the ledger said of each frame of the input. */
export function ledgerReport(ledger: Ledger, verdicts: readonly (readonly LedgerVerdict[])[]): JsonObject {
  return {
    verdicts: verdicts.map((said) => said.map(verdictToJson)),
    end: ledger.end().map(endToJson),
    accounts: ledger.accounts().map(accountToJson),
  };
}

function verdictToJson({ verdict, arg }: LedgerVerdict): JsonObject {
  return arg === undefined ? { verdict } : { verdict, arg: String(arg) };
}

function endToJson({ producerId, lane, verdict, arg }: EndVerdict): JsonObject {
  return { producer_id: producerId, lane, verdict, arg: String(arg) };
}

function accountToJson(a: AccountReport): JsonObject {
  return {
    producer_id: a.producerId, lane: a.lane, epoch: a.epoch, first: String(a.first), last: String(a.last),
    seen: String(a.seen), declared: String(a.declared), unreadable: String(a.unreadable), lost: String(a.lost), tail: a.tail,
  };
}
