import { Err } from '../../core/err.js';
import { pushError } from '../../core/fail.js';
import { DEFAULT_LINK_OPTIONS, type LinkOptions } from './link-limits.js';

/** The largest that a pulse can tell. */
const MAX_TOLD = 0xffffffff;

/** The defaults for what was not given and, with a report, for what makes no sense. */
export function checkedOptions(given: Partial<LinkOptions>): LinkOptions {
  const options: { -readonly [name in keyof LinkOptions]: number } = { ...DEFAULT_LINK_OPTIONS };
  for (const name of Object.keys(options) as (keyof LinkOptions)[]) {
    const value = given[name];
    if (value === undefined) continue;
    const most = name === 'maxPacketBytes' ? MAX_TOLD : Number.POSITIVE_INFINITY;
    if (typeof value === 'number' && value >= 0 && value <= most) options[name] = value;
    else pushError(`${String(value)} makes no sense as the link's ${name}`, Err.ERR_INVALID_PARAMETER);
  }
  return options;
}
