import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketPeer } from 'scenewire';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inRoot } from '../../scripts/lib/paths.js';
import { listSamples } from '../../scripts/lib/samples.js';
import { launchChromium } from '../support/browsers.js';
import { Program } from './support/program.js';

const START = 'node scripts/run.mjs start';
const options = { cwd: inRoot('') };

describe('npm start', () => {
  const taken = createServer();
  let program: Program;
  let url: string;

  beforeAll(async () => {
    await new Promise<void>((listening) => taken.listen(0, '127.0.0.1', listening));
    program = new Program(`exec ${START} --port ${(taken.address() as AddressInfo).port}`, options);
    await program.says(/Ctrl-C stops/);
    [, url = ''] = await program.says(/two tabs: (http:\S+)/);
  }, 120_000);
  afterAll(async () => {
    await program?.stop();
    taken.close();
  });

  it('builds nothing that is built already, and says where everything is', () => {
    expect(program.output).not.toContain('building');
    for (const { title, name } of listSamples(inRoot('samples/'))) {
      expect(program.output).toContain(`${title}: ${url}${name}/`);
    }
  });

  it('takes the next port when one is taken, and says so', () => {
    const { port } = taken.address() as AddressInfo;
    expect(program.output).toContain(`port ${port} is taken, so it is ${new URL(url).port}`);
  });

  it('serves an index, all samples and a lobby', async () => {
    const samples = listSamples(inRoot('samples/'));
    for (const path of ['', 'picture', ...samples.flatMap(({ name }) => [`${name}/`, `${name}/main.js`])]) {
      expect((await fetch(url + path)).status, path).toBe(200);
    }
    const lobby = new WebSocketPeer();
    lobby.connectToUrl(`${url.replace('http', 'ws')}lobby`);
    const state = (): number => {
      lobby.poll();
      return lobby.getReadyState();
    };
    await expect.poll(state, { timeout: 20_000 }).toBe(WebSocketPeer.STATE_OPEN);
    lobby.close();
  });

  it('has pages that say what is missing where there is no WebGL', async () => {
    const browser = await launchChromium(['--disable-3d-apis']);
    try {
      const page = await browser.newPage();
      for (const path of ['arena/', 'arena/?view=babylon', 'arena/?view=react', 'bad-network/']) {
        await page.goto(url + path);
        await page.getByText('This browser offers no WebGL 2 here').waitFor({ timeout: 60_000 });
      }
    } finally {
      await browser.close();
    }
  });

  it('ends with Ctrl-C, and leaves nothing behind', async () => {
    program.interrupt();
    expect(await program.ended()).toBe(0);
    // The bundler ends when it misses who started it.
    await expect.poll(() => program.isRunning, { timeout: 20_000 }).toBe(false);
    await expect(fetch(url)).rejects.toThrow();
  });
});

describe('npm start with options that make no sense', () => {
  let program: Program;
  afterEach(() => program.stop());

  it.each([
    ['--lna', /Unknown option '--lna'\s.*usage: npm start/s],
    ['--port high', /--port needs a number/],
  ])('%s: says what is wrong', async (wrong, words) => {
    program = new Program(`exec ${START} ${wrong}`, options);
    await program.says(words);
    expect(await program.ended()).toBe(1);
  });
});
