/**
 * As much of GDScript as the scripts of the recorded scenarios need: variables, functions, `@rpc`, conditions, loops and
 * expressions. It makes a tree; gdscript-run.ts runs it.
 */

export type Expression =
  | { readonly kind: 'value'; readonly value: unknown; readonly isFloat?: boolean }
  | { readonly kind: 'string'; readonly text: string; readonly mark: '' | '&' | '^' }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'node'; readonly path: string }
  | { readonly kind: 'array'; readonly items: readonly Expression[] }
  | { readonly kind: 'dictionary'; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: 'member'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'index'; readonly of: Expression; readonly at: Expression }
  | { readonly kind: 'call'; readonly callee: Expression; readonly args: readonly Expression[] }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression };

export type Statement =
  | { readonly kind: 'pass' }
  | { readonly kind: 'expression'; readonly value: Expression }
  | { readonly kind: 'var'; readonly name: string; readonly value: Expression | null }
  | { readonly kind: 'assign'; readonly target: Expression; readonly operator: string; readonly value: Expression }
  | { readonly kind: 'return'; readonly value: Expression | null }
  | { readonly kind: 'if'; readonly condition: Expression; readonly then: Block; readonly otherwise: Block }
  | { readonly kind: 'for'; readonly name: string; readonly over: Expression; readonly body: Block };
export type Block = readonly Statement[];

export interface ScriptFunction {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: Block;
  /** The words of its `@rpc` annotation; null without one. */
  readonly rpc: readonly (string | number)[] | null;
}

export interface ScriptTree {
  /** The file it extends, or the class. */
  readonly base: string;
  readonly variables: readonly { readonly name: string; readonly value: Expression | null }[];
  readonly functions: readonly ScriptFunction[];
}

interface Line {
  readonly indent: number;
  readonly text: string;
}

const TOKEN =
  /\s*(?:(\d+\.\d*(?:e[+-]?\d+)?|\d+e[+-]?\d+|\.\d+)|(0x[\da-f]+|\d+)|([&^]?)"((?:[^"\\]|\\.)*)"|\$([\w/]+|"[^"]*")|([\p{L}_][\p{L}\p{N}_]*)|(==|!=|<=|>=|&&|\|\||[-+*/%]=|[-+*/%<>=!.,:()[\]{}]))/iuy;

type Token =
  | { readonly type: 'float' | 'int' | 'name' | 'operator' | 'node'; readonly text: string }
  | { readonly type: 'string'; readonly text: string; readonly mark: '' | '&' | '^' };

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function tokens(text: string): Token[] {
  const found: Token[] = [];
  const pattern = new RegExp(TOKEN.source, TOKEN.flags);
  while (text.slice(pattern.lastIndex).trim() !== '') {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) throw new SyntaxError(`GDScript: ${text.slice(at)}`);
    const [, float, int, mark, string, node, name, operator = ''] = match;
    if (float !== undefined) found.push({ type: 'float', text: float });
    else if (int !== undefined) found.push({ type: 'int', text: int });
    else if (string !== undefined) {
      const text = string.replace(/\\(.)/g, (_, escaped: string) => ESCAPES[escaped] ?? escaped);
      found.push({ type: 'string', text, mark: (mark ?? '') as '' | '&' | '^' });
    } else if (node !== undefined) found.push({ type: 'node', text: node.replaceAll('"', '') });
    else if (name !== undefined) found.push({ type: 'name', text: name });
    else found.push({ type: 'operator', text: operator });
  }
  return found;
}

const LEVELS: readonly (readonly string[])[] = [
  ['or', '||'],
  ['and', '&&'],
  ['==', '!=', '<', '>', '<=', '>=', 'in', 'is'],
  ['+', '-'],
  ['*', '/', '%'],
];
const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokens(text);
  }

  get isDone(): boolean {
    return this.#at >= this.#tokens.length;
  }

  expression(level = 0): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary();
    let left = this.expression(level + 1);
    for (let operator = this.#takeOneOf(operators); operator !== null; operator = this.#takeOneOf(operators)) {
      left = { kind: 'binary', operator, left, right: this.expression(level + 1) };
    }
    return left;
  }

  /** Takes this word or sign, if it comes next. */
  take(text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token === undefined || token.type === 'string' || token.text !== text) return false;
    this.#at += 1;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw new SyntaxError(`GDScript: expected ${text}, got ${this.#tokens[this.#at]?.text}`);
  }

  name(): string {
    const token = this.#tokens[this.#at];
    if (token?.type !== 'name') throw new SyntaxError(`GDScript: expected a name, got ${token?.text}`);
    this.#at += 1;
    return token.text;
  }

  list(end: string): Expression[] {
    const items: Expression[] = [];
    while (!this.take(end)) {
      items.push(this.expression());
      if (!this.take(',')) {
        this.expect(end);
        break;
      }
    }
    return items;
  }

  #takeOneOf(words: readonly string[]): string | null {
    return words.find((word) => this.take(word)) ?? null;
  }

  #unary(): Expression {
    const operator = this.#takeOneOf(['not', '!', '-', '+']);
    if (operator !== null) return { kind: 'unary', operator, operand: this.#unary() };
    return this.#postfix(this.#primary());
  }

  #postfix(start: Expression): Expression {
    let value = start;
    for (;;) {
      if (this.take('.')) value = { kind: 'member', of: value, name: this.name() };
      else if (this.take('(')) value = { kind: 'call', callee: value, args: this.list(')') };
      else if (this.take('[')) {
        value = { kind: 'index', of: value, at: this.expression() };
        this.expect(']');
      } else return value;
    }
  }

  #primary(): Expression {
    if (this.take('(')) {
      const inner = this.expression();
      this.expect(')');
      return inner;
    }
    if (this.take('[')) return { kind: 'array', items: this.list(']') };
    if (this.take('{')) return this.#dictionary();
    const token = this.#tokens[this.#at];
    this.#at += 1;
    if (token?.type === 'float') return { kind: 'value', value: Number(token.text), isFloat: true };
    if (token?.type === 'int') return { kind: 'value', value: integer(token.text) };
    if (token?.type === 'string') return { kind: 'string', text: token.text, mark: token.mark };
    if (token?.type === 'node') return { kind: 'node', path: token.text };
    if (token?.type !== 'name') throw new SyntaxError(`GDScript: unexpected ${token?.text}`);
    if (CONSTANTS.has(token.text)) return { kind: 'value', value: CONSTANTS.get(token.text) };
    return { kind: 'name', name: token.text };
  }

  #dictionary(): Expression {
    const entries: (readonly [Expression, Expression])[] = [];
    while (!this.take('}')) {
      const key = this.expression();
      if (this.take('='))
        entries.push([{ kind: 'string', text: (key as { name: string }).name, mark: '' }, this.expression()]);
      else {
        this.expect(':');
        entries.push([key, this.expression()]);
      }
      if (this.take(',')) continue;
      this.expect('}');
      break;
    }
    return { kind: 'dictionary', entries };
  }
}

/** Beyond what a number holds exactly it is a bigint, as it arrives from the network. */
function integer(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

export function parseExpression(text: string): Expression {
  const parser = new Parser(text);
  const value = parser.expression();
  if (!parser.isDone) throw new SyntaxError(`GDScript: something behind ${text}`);
  return value;
}

export function parseScript(source: string): ScriptTree {
  const lines = joined(source);
  const variables: { name: string; value: Expression | null }[] = [];
  const functions: ScriptFunction[] = [];
  let base = 'RefCounted';
  let rpc: readonly (string | number)[] | null = null;
  for (let at = 0; at < lines.length; ) {
    const { text } = lines[at] as Line;
    const annotation = /^@rpc(?:\((.*?)\))?\s*(.*)$/.exec(text);
    if (annotation !== null) rpc = words(annotation[1] ?? '');
    const rest = annotation === null ? text.replace(/^@\w+(?:\(.*?\))?\s+/, '') : (annotation[2] ?? '');
    at += 1;
    if (rest.startsWith('extends ')) base = rest.slice(8).replaceAll('"', '').trim();
    else if (/^(?:var|const) /.test(rest)) variables.push(variable(rest));
    else if (/^(?:static )?func /.test(rest)) {
      const [body, next] = block(lines, at, 0);
      functions.push({ ...heading(rest), body: inline(rest) ?? body, rpc });
      at = next;
      rpc = null;
    }
  }
  return { base, variables, functions };
}

/** Lines with their indents, without comments; one that goes on inside brackets is one line. */
function joined(source: string): Line[] {
  const lines: Line[] = [];
  let open: { indent: number; text: string } | null = null;
  for (const raw of source.split('\n')) {
    const text = withoutComment(raw);
    if (text.trim() === '') continue;
    const indent = text.length - text.trimStart().length;
    open = open === null ? { indent, text: text.trim() } : { indent: open.indent, text: `${open.text} ${text.trim()}` };
    if (depth(open.text) > 0) continue;
    lines.push(open);
    open = null;
  }
  return lines;
}

const withoutStrings = (text: string): string =>
  text.replace(/"(?:[^"\\]|\\.)*"/g, (string) => '_'.repeat(string.length));

function withoutComment(line: string): string {
  const at = withoutStrings(line).indexOf('#');
  return (at < 0 ? line : line.slice(0, at)).trimEnd();
}

function depth(text: string): number {
  const plain = withoutStrings(text);
  return (plain.match(/[([{]/g)?.length ?? 0) - (plain.match(/[)\]}]/g)?.length ?? 0);
}

function words(text: string): (string | number)[] {
  const items = text.split(',').map((item) => item.trim());
  return items.filter(Boolean).map((item) => (item.startsWith('"') ? item.slice(1, -1) : Number(item)));
}

function variable(text: string): { name: string; value: Expression | null } {
  const [, name = '', value] = /^(?:var|const)\s+([\p{L}\p{N}_]+)[^=]*?(?::?=\s*(.*))?$/u.exec(text) ?? [];
  return { name, value: value === undefined ? null : parseExpression(value) };
}

function heading(text: string): { name: string; parameters: string[] } {
  const [, name = '', list = ''] = /^(?:static )?func\s+([\p{L}\p{N}_]+)\s*\((.*?)\)/u.exec(text) ?? [];
  const parameters = list.split(',').map((item) => /^[\p{L}\p{N}_]+/u.exec(item.trim())?.[0] ?? '');
  return { name, parameters: parameters.filter(Boolean) };
}

/** `func f(): return 1` has its body in the same line. */
function inline(text: string): Block | null {
  const body = /^(?:static )?func [^)]*\)(?:\s*->\s*[\w[\]]+)?\s*:\s*(.+)$/.exec(text)?.[1];
  return body === undefined ? null : block([{ indent: 1, text: body }], 0, 0)[0];
}

/** The lines that are further in, and where they end. */
function block(lines: readonly Line[], start: number, outer: number): [Statement[], number] {
  const statements: Statement[] = [];
  let at = start;
  while (at < lines.length && (lines[at] as Line).indent > outer) {
    const [statement, next] = parseStatement(lines, at);
    statements.push(statement);
    at = next;
  }
  return [statements, at];
}

function parseStatement(lines: readonly Line[], at: number): [Statement, number] {
  const { text, indent } = lines[at] as Line;
  const condition = /^(?:el)?if (.*?):\s*(.*)$/.exec(text);
  if (condition !== null) return parseIf(lines, at, condition);
  const loop = /^for (\w+)(?:\s*:\s*\w+)? in (.*):$/.exec(text);
  if (loop !== null) {
    const [body, next] = block(lines, at + 1, indent);
    return [{ kind: 'for', name: loop[1] ?? '', over: parseExpression(loop[2] ?? ''), body }, next];
  }
  return [simple(text), at + 1];
}

function parseIf(lines: readonly Line[], at: number, match: RegExpExecArray): [Statement, number] {
  const { indent } = lines[at] as Line;
  const condition = parseExpression(match[1] ?? '');
  const sameLine = match[2] ?? '';
  const [inner, after] = block(lines, at + 1, indent);
  const then = sameLine === '' ? inner : [simple(sameLine)];
  const following = lines[after];
  if (following?.indent === indent && following.text.startsWith('elif ')) {
    const [otherwise, next] = parseStatement(lines, after);
    return [{ kind: 'if', condition, then, otherwise: [otherwise] }, next];
  }
  if (following?.indent === indent && /^else\s*:/.test(following.text)) {
    const [otherwise, next] = block(lines, after + 1, indent);
    return [{ kind: 'if', condition, then, otherwise }, next];
  }
  return [{ kind: 'if', condition, then, otherwise: [] }, after];
}

function simple(text: string): Statement {
  if (text === 'pass') return { kind: 'pass' };
  if (text === 'return') return { kind: 'return', value: null };
  if (text.startsWith('return ')) return { kind: 'return', value: parseExpression(text.slice(7)) };
  if (/^(?:var|const) /.test(text)) return { kind: 'var', ...variable(text) };
  const parser = new Parser(text);
  const target = parser.expression();
  const operator = ['=', '+=', '-=', '*=', '/='].find((sign) => parser.take(sign));
  if (operator === undefined) return { kind: 'expression', value: target };
  return { kind: 'assign', target, operator, value: parser.expression() };
}
