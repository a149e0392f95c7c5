import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rpc } from '../../src/nodes/rpc-decorator.js';

const source = (path: string): string => fileURLToPath(new URL(`../../src/${path}`, import.meta.url));

/** What both kinds of decorators have to understand. */
const PROGRAM = `
import { rpc } from ${JSON.stringify(source('nodes/rpc-decorator.ts'))};
import { defineRpcs } from ${JSON.stringify(source('nodes/define-rpcs.ts'))};
import { scriptRpcs } from ${JSON.stringify(source('nodes/script-rpcs.ts'))};

class Base {
  @rpc({ mode: 'any_peer', transfer: 'unreliable' }) jump(height) {}
  @rpc({ mode: 'any_peer' }) hit() {}
  plain() {}
}
class Derived extends Base {
  static rpcs = defineRpcs(Derived, { listed: { channel: 4 } });
  jump(height) {}
  @rpc({ channel: 2 }) hit() {}
  @rpc() roar() {}
  listed() {}
}
const tableOf = (script) => Object.fromEntries(
  [...scriptRpcs(script)].map(([name, { rpc_mode, transfer_mode, channel }]) => [name, [rpc_mode, transfer_mode, channel]]));
export const base = tableOf(new Base());
export const derived = tableOf(new Derived());
export const failures = [];
const attempt = (fn) => { try { fn(); failures.push('none'); } catch (error) { failures.push(error.constructor.name); } };
attempt(() => { class Wrong { @rpc() static fixed() {} } });
attempt(() => { class Wrong { @rpc({ mode: 'everybody' }) wrong() {} } });
attempt(() => { class Wrong { @rpc() toString() {} } });
`;

interface Output {
  readonly base: object;
  readonly derived: object;
  readonly failures: readonly string[];
}

async function compile(folder: string, name: string, isLegacy: boolean, minify: boolean): Promise<Output> {
  const file = join(folder, `${name}.mjs`);
  const { outputFiles } = await build({
    stdin: { contents: PROGRAM, loader: 'ts', resolveDir: folder },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'node',
    write: false,
    minify,
    tsconfigRaw: { compilerOptions: { experimentalDecorators: isLegacy } },
    alias: {
      '#variant-codec': source('variant-codec.node.ts'),
      '#default-extension': source('default-extension.node.ts'),
    },
  });
  writeFileSync(file, outputFiles[0]!.text);
  return (await import(pathToFileURL(file).href)) as Output;
}

describe('@rpc()', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rpc-decorator-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['standard', false, false],
    ['standard, minified', false, true],
    ['legacy', true, false],
    ['legacy, minified', true, true],
  ])('works as a decorator of the %s kind', async (name, isLegacy, minify) => {
    const { base, derived, failures } = await compile(folder, name.replaceAll(/\W/g, ''), isLegacy, minify);
    expect(base).toEqual({ jump: [1, 0, 0], hit: [1, 2, 0] });
    expect(derived).toEqual({ jump: [1, 0, 0], hit: [2, 2, 2], roar: [2, 2, 0], listed: [2, 2, 4] });
    expect(failures).toEqual(['TypeError', 'TypeError', 'TypeError']);
  });

  it('refuses what is no public method', () => {
    const decorate = rpc() as unknown as (value: unknown, context: unknown, descriptor?: unknown) => void;
    const context = { kind: 'method', name: 'x', static: false, private: false };
    for (const wrong of [{ kind: 'field' }, { kind: 'getter' }, { private: true }, { static: true }]) {
      expect(() => decorate(() => {}, { ...context, ...wrong })).toThrow(TypeError);
    }
    expect(() => decorate({}, 'x', { get: () => () => {} })).toThrow(TypeError);
    expect(() => decorate({}, 'x')).toThrow(TypeError);
    expect(() => decorate(() => {}, context)).not.toThrow();
  });
});
