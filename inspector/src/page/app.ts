// Puts the page together: what was loaded, the part that is shown, and what there is to say of both.
import { Client, Stopped } from '../engine/client.js';
import { PARTS, type Given, type Json, type Overview, type PartView } from '../engine/protocol.js';
import { linkTo } from '../input/link.js';
import type { ReadOptions } from '../port.js';
import { button, byId, counted, el, grouped, set } from './dom.js';
import { faultDetails, lintText } from './faults.js';
import { Intake, type Taker } from './intake.js';
import { ledgerTable } from './ledger.js';
import { overviewText, partMark, partsTable, partVerdict } from './parts.js';
import { recordsTable } from './records.js';
import { copy, save } from './save.js';
import { startTheme } from './theme.js';
import { Workspace } from './workspace.js';

/** Milliseconds after which work is shown to be under way. */
const PATIENCE = 200;

export class App implements Taker {
  private readonly client: Client;
  private readonly status = byId('status');
  private overview: Overview | undefined;
  private view: PartView | undefined;
  private workspace: Workspace | undefined;
  private partsFrom = 0;
  /** Counts loads, so that a late answer to an early one is passed over. */
  private loads = 0;

  constructor(source: string) {
    this.client = new Client(source, (done, of) => this.progress(done, of));
  }

  async start(): Promise<void> {
    startTheme();
    byId('stop').addEventListener('click', () => void this.stop());
    const threaded = await this.client.start();
    byId('unthreaded').hidden = threaded;
    const intake = new Intake(this);
    intake.takeLink();
    document.documentElement.dataset.ready = 'true';
  }

  refuse(message: string): void {
    this.loads++;
    this.clear();
    this.say('doubtful', '!', message);
  }

  take(given: readonly Given[], told: ReadOptions): void {
    void this.guard(() => this.load(given, told));
  }

  /** Whatever goes wrong inside is said, and not only written to a console that nobody sees. */
  private async guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof Stopped) return;
      this.busy(false);
      this.say('bad', '✗', `This page failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private async load(given: readonly Given[], told: ReadOptions): Promise<void> {
    const load = ++this.loads;
    if (document.documentElement.hasAttribute('data-busy')) await this.client.stop();
    this.clear();
    this.busy(true);
    const link = linkTo(given.map((one) => one.bytes));
    const overview = await this.client.call('load', given, told);
    if (load !== this.loads) return;
    this.busy(false);
    this.overview = overview;
    this.partsFrom = Math.floor(overview.first / PARTS) * PARTS;
    this.link(link);
    await this.show(overview.first, 0, load);
  }

  private async stop(): Promise<void> {
    this.loads++;
    await this.client.stop();
    this.busy(false);
    this.say('doubtful', '!', 'Stopped.');
  }

  private busy(on: boolean): void {
    document.documentElement.toggleAttribute('data-busy', on);
    const bar = byId('working');
    bar.hidden = true;
    if (on) setTimeout(() => { bar.hidden = !document.documentElement.hasAttribute('data-busy'); }, PATIENCE);
  }

  private progress(done: number, of: number): void {
    set(byId('progress'), { value: done, max: Math.max(1, of) });
    byId('progress-text').textContent = `${grouped(done)} of ${grouped(of)} bytes`;
  }

  private clear(): void {
    delete document.documentElement.dataset.shown;
    this.workspace?.end();
    this.workspace = this.overview = this.view = undefined;
    for (const id of ['findings', 'part', 'records', 'ledger']) byId(id).hidden = true;
    for (const id of ['verdict-more', 'actions']) byId(id).replaceChildren();
    this.say('plain', '', '');
  }

  private say(kind: string, mark: string, text: string): void {
    byId('verdict').dataset.kind = kind;
    this.status.replaceChildren(...(mark ? [el('span', { class: 'mark', 'aria-hidden': 'true' }, mark), ' '] : []), text);
  }

  /** Shows a part, with records from one on. */
  private async show(index: number, firstRecord: number, load = this.loads): Promise<void> {
    const view = await this.client.call('view', index, firstRecord);
    const parts = await this.client.call('parts', this.partsFrom, PARTS);
    if (load !== this.loads || !this.overview) return;
    const { overview } = this;
    this.view = view;
    this.sayVerdict(overview, view);
    const go = (from: number) => void this.guard(async () => { this.partsFrom = from; await this.show(index, 0); });
    const choose = (to: number) => void this.guard(() => this.show(to, 0));
    this.fill('findings', overview.parts > 1, () => partsTable(overview, parts, this.partsFrom, index, go, choose));
    this.showPart(view);
    this.fill('records', view.records.length > 0, () => recordsTable(view, (first) => this.records(first), (record) => this.workspace?.showRecord(record)));
    this.fill('ledger', true, () => ledgerTable(overview, view.part.ledger));
    this.actions(overview, view);
    document.documentElement.dataset.shown = String(load);
  }

  private records(first: number): void {
    void this.guard(() => this.show(this.view!.index, first));
  }

  private fill(id: string, wanted: boolean, make: () => HTMLElement): void {
    byId(id).hidden = !wanted;
    if (wanted) byId(`${id}-content`).replaceChildren(make());
  }

  private sayVerdict(overview: Overview, { part, index, lints }: PartView): void {
    const mark = partMark(part);
    const several = overview.parts > 1;
    const text = several ? `Part ${index + 1} of ${grouped(overview.parts)}: ${partVerdict(part)}` : partVerdict(part);
    this.say(mark.classList[1], mark.textContent ?? '', text);
    const more: HTMLElement[] = [];
    if (several) more.push(el('p', { class: 'overview' }, overviewText(overview)));
    if (part.fault?.requirement) more.push(faultDetails(part.fault));
    if (part.what === 'frame' && part.fault) more.push(el('p', {}, button('Go to the byte', () => this.workspace?.goToFault())));
    if (lints.length) {
      const items = lints.map((lint) => el('li', {}, el('code', {}, lint), ' ', lintText(lint)));
      more.push(el('div', { class: 'lints' }, el('p', {}, `Accepted, and not tidy: ${counted(lints.length, 'lint')}.`), el('ul', {}, ...items)));
    }
    byId('verdict-more').replaceChildren(...more);
  }

  private showPart(view: PartView): void {
    this.workspace?.end();
    this.workspace = new Workspace(view);
    const { part, leftOut } = view;
    const name = this.overview!.inputs[part.input].name;
    byId('part-heading').textContent = part.what === 'frame' ? 'The frame, byte by byte' : 'The bytes';
    byId('part-where').textContent = `${name}, bytes ${grouped(part.start)}–${grouped(part.end)}${leftOut ? `; ${grouped(leftOut)} of them are not shown` : ''}`;
    byId('part').hidden = view.sections.length === 0;
    byId('part-content').replaceChildren(this.workspace.element);
    this.workspace.start();
  }

  private link(link: string | undefined): void {
    byId('link').replaceChildren(...(link ? [el('a', { href: link }, 'Link to these bytes')] : []));
  }

  private actions(overview: Overview, { part, index }: PartView): void {
    const pairs: [Json, string][] = part.what === 'frame' ? [['part', 'frame']] : [];
    if (overview.inputs[part.input].file) pairs.push(['file', 'file report']);
    pairs.push(['ledger', 'ledger']);
    byId('actions').replaceChildren(...pairs.map(([what, name]) => el('span', { class: 'pair', role: 'group', 'aria-label': `The ${name} as JSON` },
      el('span', { class: 'note' }, `${name} as JSON`),
      button('Copy', () => void this.guard(() => this.copy(what, index, name)), { 'aria-label': `Copy the ${name} as JSON` }),
      button('Save', () => void this.guard(async () => save(await this.client.call('json', what, index), `${name.replace(' ', '-')}.json`)), { 'aria-label': `Save the ${name} as JSON` }))));
  }

  private async copy(what: Json, index: number, name: string): Promise<void> {
    await copy(await this.client.call('json', what, index));
    byId('copied').textContent = `The ${name} was copied.`;
  }
}
