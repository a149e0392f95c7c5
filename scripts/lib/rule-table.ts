/** The table rule × back end, made from the names of tests: "[native] R-017 …" proves R-017 on the native back end. */

/** A test as vitest's JSON report tells of it. */
export interface ProvedTest {
  readonly fullName: string;
  readonly status: string;
}

export type Cell = 'ok' | 'FAIL' | '-' | '';

export interface RuleRow {
  readonly rule: string;
  readonly cells: readonly Cell[];
  /** Other arrangements and unit tests that name the rule. */
  readonly others: number;
}

/** The columns that must be full. */
export const BACK_ENDS = ['loopback', 'native', 'chromium', 'firefox'] as const;
export type BackEnd = (typeof BACK_ENDS)[number];

const NODE_ONLY = 'the rule speaks of the Node back end';
const ABOVE = 'the rule stands above the back ends';
const TRACKS = 'tracks need codecs; what the native back end passes on is shown in the pairs';
const NO_TRACKS = 'the rule speaks of back ends without codecs, and of browsers that meet them: see the pairs';

const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `R-${String(from + i).padStart(3, '0')}`);

/** Packets, multiplayer peers and scenes stand on connections, whichever; some are shown on every back end all the same. */
const RULES_ABOVE = range(76, 171);
const RULES_OF_TRACKS = range(46, 52);

/** All of them. */
export const RULES: readonly string[] = range(1, 171);

interface Exemption {
  readonly except: readonly BackEnd[];
  readonly reason: string;
}

/** Cells that the rule itself leaves empty, with the reason. */
const EXEMPT: Readonly<Record<string, Exemption>> = Object.fromEntries([
  ...['R-033', 'R-034', 'R-072'].map((rule) => [
    rule,
    { except: ['loopback', 'chromium', 'firefox'], reason: NODE_ONLY },
  ]),
  ...RULES_ABOVE.map((rule) => [rule, { except: BACK_ENDS, reason: ABOVE }]),
  ...RULES_OF_TRACKS.map((rule) => [rule, { except: ['loopback', 'native'], reason: TRACKS }]),
  ['R-053', { except: ['chromium', 'firefox'], reason: NO_TRACKS }],
]) as Record<string, Exemption>;

export function makeRuleTable(tests: readonly ProvedTest[], backEnds: readonly BackEnd[] = BACK_ENDS): RuleRow[] {
  return RULES.map((rule) => {
    const named = tests.filter(({ fullName }) => fullName.includes(rule));
    const proving = (backEnd: BackEnd): ProvedTest[] =>
      named.filter(({ fullName }) => fullName.includes(`[${backEnd}]`));
    return {
      rule,
      cells: backEnds.map((backEnd) => judge(proving(backEnd), rule, backEnd)),
      others: named.filter(({ fullName }) => !backEnds.some((name) => fullName.includes(`[${name}]`))).length,
    };
  });
}

/** What is missing: empty cells, and rules that nothing shows at all. */
export function findGaps(rows: readonly RuleRow[], backEnds: readonly BackEnd[] = BACK_ENDS): string[] {
  return rows.flatMap(({ rule, cells, others }) => {
    const empty = backEnds.filter((_, i) => cells[i] === '' || cells[i] === 'FAIL').map((name) => `${rule} on ${name}`);
    const shown = others > 0 || cells.some((cell) => cell === 'ok');
    return shown ? empty : [...empty, `${rule} anywhere`];
  });
}

export function formatRuleTable(rows: readonly RuleRow[], backEnds: readonly BackEnd[] = BACK_ENDS): string {
  const head = ['rule ', ...backEnds.map((name) => name.padEnd(9)), 'pairs and units'].join(' ');
  const lines = rows.map(({ rule, cells, others }) =>
    [rule, ...cells.map((cell) => cell.padEnd(9)), others === 0 ? '' : String(others)].join(' ').trimEnd(),
  );
  const reasons = [NODE_ONLY, TRACKS, NO_TRACKS, ABOVE].map((reason) => {
    const rules = Object.keys(EXEMPT).filter((rule) => EXEMPT[rule]?.reason === reason);
    return `- ${rules.length > 3 ? `${rules[0]} to ${rules.at(-1)}` : rules.join(', ')}: ${reason}`;
  });
  return [head, ...lines, ...reasons].join('\n');
}

function judge(proofs: readonly ProvedTest[], rule: string, backEnd: BackEnd): Cell {
  if (proofs.some(({ status }) => status === 'failed')) return 'FAIL';
  if (proofs.some(({ status }) => status === 'passed')) return 'ok';
  return EXEMPT[rule]?.except.includes(backEnd) ? '-' : '';
}
