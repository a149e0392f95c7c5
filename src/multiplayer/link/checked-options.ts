import { Err } from '../../core/err.js';
import { pushError } from '../../core/fail.js';
import { DEFAULT_LINK_OPTIONS, type LinkOptions } from './link-limits.js';

type Name = keyof LinkOptions;
type Options = { -readonly [name in Name]: number };

/** The largest that a pulse can tell. */
const MAX_TOLD = 0xffffffff;

/** A page that is hidden is waited for at least as long as others, unless its own time was given. */
const HIDDEN: readonly (readonly [hidden: Name, usual: Name])[] = [
  ['hiddenUnresponsiveAfterMs', 'unresponsiveAfterMs'],
  ['hiddenGoneAfterMs', 'goneAfterMs'],
];

/** The first makes no sense above the second. */
const ORDERED: readonly (readonly [lesser: Name, greater: Name])[] = [
  ['unresponsiveAfterMs', 'goneAfterMs'],
  ['hiddenUnresponsiveAfterMs', 'hiddenGoneAfterMs'],
  ['reliableLowBytes', 'reliableHighBytes'],
  ['maxPacketBytes', 'maxInboxBytes'],
];

/**
 * The options as they are used. What makes no sense, by itself or beside another one, is reported and is the default;
 * a default that makes no sense beside what was given follows it.
 */
export function checkedOptions(given: Partial<LinkOptions>): LinkOptions {
  const options: Options = { ...DEFAULT_LINK_OPTIONS };
  const own = takeOver(options, given);
  settle(options, own);
  for (const [hidden, usual] of HIDDEN) {
    if (!own.has(hidden)) options[hidden] = Math.max(options[hidden], options[usual]);
  }
  // Where only one of the two times of a hidden page was given, the other one may have grown beyond it.
  settle(options, own);
  return options;
}

/** Gives the names of those that make sense by themselves. */
function takeOver(options: Options, given: Partial<LinkOptions>): Set<Name> {
  const own = new Set<Name>();
  for (const name of Object.keys(options) as Name[]) {
    const value = given[name];
    if (value === undefined) continue;
    const most = name === 'maxPacketBytes' ? MAX_TOLD : Number.POSITIVE_INFINITY;
    if (typeof value === 'number' && value >= 0 && value <= most) {
      options[name] = value;
      own.add(name);
    } else pushError(`${String(value)} makes no sense as the link's ${name}`, Err.ERR_INVALID_PARAMETER);
  }
  return own;
}

function settle(options: Options, own: ReadonlySet<Name>): void {
  for (const [lesser, greater] of ORDERED) if (options[lesser] > options[greater]) order(options, own, lesser, greater);
}

function order(options: Options, own: ReadonlySet<Name>, lesser: Name, greater: Name): void {
  if (!own.has(lesser)) options[lesser] = options[greater];
  else if (!own.has(greater)) options[greater] = options[lesser];
  else {
    const text = `The link's ${lesser} (${options[lesser]}) is above its ${greater} (${options[greater]})`;
    pushError(`${text}: both are the defaults`, Err.ERR_INVALID_PARAMETER);
    options[lesser] = DEFAULT_LINK_OPTIONS[lesser];
    options[greater] = DEFAULT_LINK_OPTIONS[greater];
  }
}
