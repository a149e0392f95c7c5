import { Float, NodePath, StringName } from 'scenewire';
import type { Block, Expression, ScriptFunction, Statement } from './gdscript-parse.js';

/** What a script can reach beyond itself. */
export interface ScriptWorld {
  /** A class, a singleton, a constant or a function that every script knows. */
  global(name: string): unknown;
  getMember(target: unknown, name: string): unknown;
  setMember(target: unknown, name: string, value: unknown): void;
  callMember(target: unknown, name: string, args: readonly unknown[]): unknown;
  isOfClass(value: unknown, name: string): boolean;
  /** `$Path` of a script. */
  nodeAt(self: object, path: string): unknown;
  /** The engine's side of a script: its node. */
  nodeOf(self: object): object;
  str(value: unknown): string;
}

type Fields = { [name: string]: unknown };
type Callable = (...args: readonly unknown[]) => unknown;

class Returned {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/** Runs what gdscript-parse.ts has read, for one script object. */
export class ScriptRun {
  readonly #world: ScriptWorld;
  readonly #self: Fields | null;
  readonly #locals = new Map<string, unknown>();

  constructor(world: ScriptWorld, self: object | null) {
    this.#world = world;
    this.#self = self as Fields | null;
  }

  call(fn: ScriptFunction, args: readonly unknown[]): unknown {
    for (const [index, name] of fn.parameters.entries()) this.#locals.set(name, args[index] ?? null);
    const outcome = this.#block(fn.body);
    return outcome instanceof Returned ? outcome.value : null;
  }

  value(expression: Expression): unknown {
    switch (expression.kind) {
      case 'value':
        return expression.isFloat ? new Float(expression.value as number) : expression.value;
      case 'string':
        if (expression.mark === '&') return new StringName(expression.text);
        return expression.mark === '^' ? new NodePath(expression.text) : expression.text;
      case 'name':
        return this.#named(expression.name);
      case 'node':
        return this.#world.nodeAt(this.#self as object, expression.path);
      case 'array':
        return expression.items.map((item) => this.value(item));
      case 'dictionary':
        return new Map(expression.entries.map(([key, value]) => [this.value(key), this.value(value)]));
      case 'member':
        return this.#world.getMember(this.value(expression.of), expression.name);
      case 'index':
        return this.#indexed(this.value(expression.of), this.value(expression.at));
      case 'call':
        return this.#call(
          expression.callee,
          expression.args.map((arg) => this.value(arg)),
        );
      case 'unary':
        return unary(expression.operator, this.value(expression.operand));
      case 'binary':
        return this.#binary(expression.operator, expression.left, expression.right);
    }
  }

  #block(block: Block): Returned | null {
    for (const statement of block) {
      const outcome = this.#statement(statement);
      if (outcome !== null) return outcome;
    }
    return null;
  }

  #statement(statement: Statement): Returned | null {
    switch (statement.kind) {
      case 'pass':
        return null;
      case 'expression':
        this.value(statement.value);
        return null;
      case 'var':
        this.#locals.set(statement.name, statement.value === null ? null : this.value(statement.value));
        return null;
      case 'assign':
        this.#assign(statement.target, statement.operator, this.value(statement.value));
        return null;
      case 'return':
        return new Returned(statement.value === null ? null : this.value(statement.value));
      case 'if':
        return this.#block(isTrue(this.value(statement.condition)) ? statement.then : statement.otherwise);
      case 'for':
        return this.#loop(statement.name, this.value(statement.over), statement.body);
    }
  }

  #loop(name: string, over: unknown, body: Block): Returned | null {
    const items = typeof over === 'number' ? Array.from({ length: over }, (_, index) => index) : (over as unknown[]);
    for (const item of items) {
      this.#locals.set(name, item);
      const outcome = this.#block(body);
      if (outcome !== null) return outcome;
    }
    return null;
  }

  #named(name: string): unknown {
    if (this.#locals.has(name)) return this.#locals.get(name);
    const self = this.#self;
    if (self === null) return this.#world.global(name);
    if (name === 'self') return self;
    if (name in self) return self[name];
    return this.#world.global(name) ?? this.#world.getMember(this.#world.nodeOf(self), name);
  }

  #call(callee: Expression, args: readonly unknown[]): unknown {
    if (callee.kind === 'member') return this.#callMember(this.value(callee.of), callee.name, args);
    if (callee.kind !== 'name') return (this.value(callee) as Callable)(...args);
    const { name } = callee;
    const self = this.#self;
    if (self !== null && typeof self[name] === 'function') return (self[name] as Callable).apply(self, [...args]);
    const known = this.#world.global(name);
    if (typeof known === 'function') return (known as Callable)(...args);
    return this.#world.callMember(this.#world.nodeOf(self as object), name, args);
  }

  #callMember(target: unknown, name: string, args: readonly unknown[]): unknown {
    const own = typeof target === 'object' && target !== null ? (target as Fields)[name] : undefined;
    if (target === this.#self && typeof own === 'function') return (own as Callable).apply(target, [...args]);
    return this.#world.callMember(target, name, args);
  }

  #assign(target: Expression, operator: string, value: unknown): void {
    const next = operator === '=' ? value : arithmetic(operator.slice(0, 1), this.value(target), value, this.#world);
    if (target.kind === 'index') this.#setIndexed(this.value(target.of), this.value(target.at), next);
    else if (target.kind === 'member') this.#world.setMember(this.value(target.of), target.name, next);
    else if (target.kind === 'name') this.#setNamed(target.name, next);
  }

  #setNamed(name: string, value: unknown): void {
    const self = this.#self;
    if (this.#locals.has(name)) this.#locals.set(name, value);
    else if (self !== null && name in self) self[name] = value;
    else if (self !== null) this.#world.setMember(this.#world.nodeOf(self), name, value);
  }

  #indexed(of: unknown, at: unknown): unknown {
    if (of instanceof Map) return of.get(at) ?? null;
    return Array.isArray(of) ? (of[Number(at)] as unknown) : this.#world.getMember(of, String(at));
  }

  #setIndexed(of: unknown, at: unknown, value: unknown): void {
    if (of instanceof Map) of.set(at, value);
    else if (Array.isArray(of)) of[Number(at)] = value;
    else this.#world.setMember(of, String(at), value);
  }

  #binary(operator: string, left: Expression, right: Expression): unknown {
    if (operator === 'is') return this.#world.isOfClass(this.value(left), (right as { name: string }).name);
    const first = this.value(left);
    if (operator === 'and' || operator === '&&') return isTrue(first) && isTrue(this.value(right));
    if (operator === 'or' || operator === '||') return isTrue(first) || isTrue(this.value(right));
    const second = this.value(right);
    switch (operator) {
      case 'in':
        return second instanceof Map ? second.has(first) : (second as unknown[]).includes(first);
      case '==':
        return plain(first) === plain(second);
      case '!=':
        return plain(first) !== plain(second);
      case '<':
        return Number(plain(first)) < Number(plain(second));
      case '>':
        return Number(plain(first)) > Number(plain(second));
      case '<=':
        return Number(plain(first)) <= Number(plain(second));
      case '>=':
        return Number(plain(first)) >= Number(plain(second));
      default:
        return arithmetic(operator, first, second, this.#world);
    }
  }
}

const plain = (value: unknown): unknown => (value instanceof Float ? value.value : value);

export function isTrue(value: unknown): boolean {
  return Boolean(plain(value));
}

function unary(operator: string, operand: unknown): unknown {
  if (operator === 'not' || operator === '!') return !isTrue(operand);
  if (operator === '+') return operand;
  if (operand instanceof Float) return new Float(-operand.value);
  return typeof operand === 'bigint' ? smallest(-operand) : -(operand as number);
}

const smallest = (value: bigint): number | bigint => (Number.isSafeInteger(Number(value)) ? Number(value) : value);

function arithmetic(operator: string, left: unknown, right: unknown, world: ScriptWorld): unknown {
  if (typeof left === 'string') {
    if (operator === '+') return left + String(right);
    const values = Array.isArray(right) ? [...(right as unknown[])] : [right];
    return left.replace(/%[sd]/g, () => world.str(values.shift()));
  }
  const [a, b] = [Number(plain(left)), Number(plain(right))];
  const isFloat = left instanceof Float || right instanceof Float;
  const result = compute(operator, a, b);
  return isFloat ? new Float(result) : Math.trunc(result);
}

function compute(operator: string, a: number, b: number): number {
  if (operator === '+') return a + b;
  if (operator === '-') return a - b;
  if (operator === '*') return a * b;
  return operator === '/' ? a / b : a % b;
}
