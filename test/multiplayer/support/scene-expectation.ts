import type { Item } from './scene-recorder.js';
import { sendsObjects } from './scene-replay.js';
import type { Happening, Packet, Scenario } from './scene-vectors.js';
import { normalized } from './variant-text.js';

/** What differs from run to run, or is only about the recording. */
const NOT_COMPARED = ['seq', 'scenario', 'note', 'description'];
/** Values in the words of Godot. */
const TEXTS = ['value', 'data'];

/** What the engine logged; ours says the same in its own words and counts. */
const isError = (item: Item | Happening): boolean => String(item['event']).startsWith('engine_');
const isObject = (arg: string): boolean => /^<(?!EncodedObjectAsID>|null object)/.test(arg);

/** An object never comes in: it is null, and so is what comes behind it. */
function withoutObjects(event: Happening): Happening {
  const args = event['args'] as readonly string[] | undefined;
  const first = args?.findIndex(isObject) ?? -1;
  if (args === undefined || first < 0) return event;
  return { ...event, args: args.map((arg, at) => (at < first ? arg : 'null')) };
}

/** The path that a hand-made call carries; null for other packets. */
function pathInCall(hex: string): string | null {
  const packet = Buffer.from(hex, 'hex');
  const carriesPath = packet.length > 5 && (packet[0]! & 0x37) === 0x20 && (packet.readUInt32LE(1) & 0x80000000) !== 0;
  return carriesPath ? packet.subarray(packet.readUInt32LE(1) & 0x7fffffff).toString() : null;
}

/** Polls that take in a path which leads out of the root: Godot follows it, this library does not. */
function pollsOfPathsOutside(scenario: Scenario): ReadonlySet<number> {
  const polls = new Set<number>();
  let isOpen = false;
  for (const [step, { op, hex }] of scenario.actions.entries()) {
    if (op === 'poll' && isOpen) polls.add(step);
    const path = op === 'inject' ? pathInCall(String(hex)) : null;
    isOpen = path !== null && /^\/|(?:^|\/)\.\.(?:\/|$)/.test(path.split('\0')[0] ?? '');
  }
  return polls;
}

/** Packets and events of a recording in their order, with what both sides can be compared by. */
export function expectedItems(scenario: Scenario): Item[] {
  const objects = new Set<number>();
  for (const [step, action] of scenario.actions.entries()) if (sendsObjects(action)) objects.add(step);
  const packets = scenario.packets.filter(({ step }) => !objects.has(step));
  const outside = pollsOfPathsOutside(scenario);
  const isFromOutside = ({ event, step }: Happening): boolean => event === 'rpc_called' && outside.has(step);
  const events = scenario.events.filter((event) => !isError(event) && !isFromOutside(event));
  return [...packets, ...events.map(withoutObjects)].sort((a, b) => a.seq - b.seq).map(comparable);
}

/** Steps in which Godot logged an error: what it did all the same, ours may refuse. */
export function stepsWithErrors(scenario: Scenario): ReadonlySet<number> {
  return new Set(scenario.events.filter(isError).map(({ step }) => step));
}

export function comparable(item: Item | Packet | Happening): Item {
  const entries = Object.entries(item).filter(([name]) => !NOT_COMPARED.includes(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, comparableValue(name, value)])) as unknown as Item;
}

function comparableValue(name: string, value: unknown): unknown {
  if (name === 'args') return (value as string[]).map(normalized);
  return TEXTS.includes(name) && typeof value === 'string' ? normalized(value) : value;
}

export const isPacket = (item: Item): boolean => item['hex'] !== undefined && item['event'] === undefined;

/**
 * Takes out what Godot did in spite of an error that it logged in the same step, where ours did not, and calls of ours
 * that failed where Godot only logged: the rest has to be the same. Packets are never taken out.
 */
export function withoutDifferences(
  expected: readonly Item[],
  actual: readonly Item[],
  lenient: ReadonlySet<number>,
): { expected: Item[]; actual: Item[] } {
  const keys = (items: readonly Item[]): Set<string> => new Set(items.map((item) => JSON.stringify(sorted(item))));
  const [known, done] = [keys(expected), keys(actual)];
  const isLenient = (item: Item): boolean => lenient.has(item.step) && !isPacket(item);
  return {
    expected: expected.filter((item) => !isLenient(item) || done.has(JSON.stringify(sorted(item)))),
    actual: actual.filter(
      (item) => !(isLenient(item) && item['event'] === 'op_failed') || known.has(JSON.stringify(sorted(item))),
    ),
  };
}

const sorted = (item: Item): Item =>
  Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) as unknown as Item;
