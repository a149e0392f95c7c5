import type { Dice } from './dice.js';

type Mutation = (text: string, dice: Dice) => string;

const NUMBERS = [
  '0',
  '-1',
  '65536',
  '99999',
  '4294967296',
  '18446744073709551616',
  '-9223372036854775809',
  'NaN',
  '1e9',
];
const STRANGE = ['\0', '\ud800', '\udfff', '\u2028', '\r', '\n', '\r\n\r\n', '\ufeff', '%s%n', '𝕏', ' ', ':', '='];
/** Words of descriptions and candidates, and what else could stand there. */
const WORDS: readonly (readonly string[])[] = [
  ['actpass', 'active', 'passive', 'holdconn', ''],
  ['sha-256', 'sha-1', 'md5', 'sha-512', 'none'],
  ['UDP/DTLS/SCTP', 'DTLS/SCTP', 'RTP/AVP', 'UDP/TLS/RTP/SAVPF', 'TCP'],
  ['application', 'audio', 'video', 'message'],
  ['webrtc-datachannel', '5000', 'rtp', '*'],
  ['host', 'srflx', 'relay', 'prflx', 'typ'],
  ['udp', 'UDP', 'tcp', 'ssltcp', 'quic'],
  ['127.0.0.1', '0.0.0.0', '::1', '[::1]', '255.255.255.255', 'peer.local', '1.2.3', '127.0.0.1/32'],
  ['IN IP4', 'IN IP6', 'OUT IP9'],
];

const cut = (text: string, dice: Dice): number => dice.below(text.length + 1);

/** Changes one thing between the lines of a text. */
function onLines(change: (lines: string[], dice: Dice) => void): Mutation {
  return (text, dice) => {
    const lines = text.split('\r\n');
    change(lines, dice);
    return lines.join('\r\n');
  };
}

const mutations: Readonly<Record<string, Mutation>> = {
  flip(text, dice) {
    const units = [...text];
    for (let left = dice.from(1, 12); left > 0 && units.length > 0; left -= 1) {
      const at = dice.below(units.length);
      units[at] = String.fromCharCode((units[at]?.charCodeAt(0) ?? 0) ^ (1 << dice.below(dice.chance(0.1) ? 16 : 8)));
    }
    return units.join('');
  },
  removeLine: onLines((lines, dice) => void lines.splice(dice.below(lines.length), dice.from(1, 3))),
  doubleLine: onLines((lines, dice) => {
    const at = dice.below(lines.length);
    const times = dice.chance(0.1) ? dice.from(50, 400) : dice.from(1, 3);
    lines.splice(at, 0, ...new Array<string>(times).fill(lines[at] ?? ''));
  }),
  swapLines: onLines((lines, dice) => {
    const [one, other] = [dice.below(lines.length), dice.below(lines.length)];
    [lines[one], lines[other]] = [lines[other] ?? '', lines[one] ?? ''];
  }),
  reverse: onLines((lines) => void lines.reverse()),
  number: (text, dice) => {
    const found = [...text.matchAll(/-?\d+/g)];
    const target = found[dice.below(found.length)];
    if (target === undefined) return text;
    return text.slice(0, target.index) + dice.pick(NUMBERS) + text.slice(target.index + target[0].length);
  },
  word(text, dice) {
    const row = dice.pick(WORDS);
    const word = row.find((one) => one !== '' && text.includes(one));
    return word === undefined ? text : text.replaceAll(word, dice.pick(row));
  },
  truncate: (text, dice) => text.slice(0, cut(text, dice)),
  behead: (text, dice) => text.slice(cut(text, dice)),
  insert(text, dice) {
    const at = cut(text, dice);
    return text.slice(0, at) + dice.pick(STRANGE) + text.slice(at);
  },
  long(text, dice) {
    const at = cut(text, dice);
    const length = dice.chance(0.03) ? 1_000_000 : dice.from(1000, 80_000);
    return text.slice(0, at) + dice.pick(['A', '9', ' ', '\0', 'é']).repeat(length) + text.slice(at);
  },
  twice: (text) => text + text,
  lineFeeds: (text) => text.replaceAll('\r\n', '\n'),
};

const names = Object.keys(mutations);

/** The text with one to three things wrong with it. */
export function mutate(text: string, dice: Dice): string {
  let result = text;
  for (let left = dice.pick([1, 1, 1, 2, 3]); left > 0; left -= 1) {
    result = mutations[dice.pick(names)]?.(result, dice) ?? result;
  }
  return result;
}
