import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  ARENA_RADIUS,
  BLOCKS,
  BOOSTER_LENGTH,
  BOOSTER_WIDTH,
  BOOSTERS,
  PILLARS,
  WALL_HEIGHT,
} from '../../samples/arena/sim/course.js';
import { BOOST_SPEED, KART_RADIUS, TOP_SPEED } from '../../samples/arena/sim/kart-body.js';
import { SHOT_HEIGHT, SHOT_LIFE, SHOT_RADIUS, SHOT_SPEED } from '../../samples/arena/sim/shot-body.js';
import { inRoot } from '../../scripts/lib/paths.js';
import { run } from '../../scripts/lib/process.js';
import { ArenaPages, firstRoundOf } from '../samples/support/arena-pages.js';
import { ArenaServer } from '../samples/support/arena-server.js';
import { launchChromium } from '../support/browsers.js';
import { arenaProject, playArena, runArena, summaryIn } from './support/arena-project.js';

const PORT = '19082';

/** What was said to the server, as `scenewire inspect` reads it: Godot's packets like those of the others. */
async function checkRecording(file: string): Promise<void> {
  const inspect = async (...options: string[]): Promise<string> => {
    const { code, output } = await run(process.execPath, [
      '--import',
      'tsx',
      inRoot('src/cli/main.ts'),
      'inspect',
      file,
      ...options,
    ]);
    expect(code, output).toBe(0);
    return output;
  };
  const calls = await inspect('--type', 'call');
  const godot = /← (\d+) .* call Arena\.enter\("Gerda", \d\)/.exec(calls)?.[1] ?? '';
  for (const name of ['three', 'babylon', 'react'])
    expect(calls).toMatch(new RegExp(`← \\d+ .* call Arena\\.enter\\("${name}", \\d\\)`));
  const lines = await inspect('--peer', godot, '--type', 'spawn,sync,malformed');
  expect(lines).toMatch(new RegExp(`← ${godot} .* spawn Arena/Shots/K${godot}x1`));
  expect(lines).toMatch(new RegExp(`← ${godot} .* sync #\\d+ Arena/Karts/K${godot} \\[position=Vector3\\(`));
  expect(lines).not.toContain('malformed');
}

describe('the Godot project of the arena', () => {
  it('plays a round with Babylon.js, three.js, react-three-fiber and bots on one Node server, and all of them agree with it about scores and places; its recording tells what each of them said', async () => {
    const [pages, chromium] = await Promise.all([ArenaPages.open(), launchChromium()]);
    onTestFinished(async () => {
      await chromium.close();
      await pages.close();
    });
    const folder = await mkdtemp(join(tmpdir(), 'scenewire-arena-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const recording = join(folder, 'arena.packets');
    const rules = ['--bots', '6', '--round', '15', '--rounds', '1', '--players', '4', '--record', recording];
    const server = new ArenaServer('--port', PORT, '--lobby', pages.site.lobby, ...rules);
    onTestFinished(() => server.stop());
    const [, code] = await server.line(/in the lobby, with the code (\w+)/);
    const address = `ws://127.0.0.1:${PORT}`;
    const tabs: Page[] = [];
    for (const view of ['three', 'babylon', 'react']) {
      const way = view === 'three' ? `#${code}` : `&server=${address}`;
      tabs.push(await pages.visit(chromium, `?view=${view}&bot&name=${view}${way}`));
      await server.line(new RegExp(`^${view} plays$`));
    }
    const lines = await playArena(arenaProject, `--server=${address}`, '--driver=Gerda', '--bot', '--report');
    expect(await server.ended()).toBe(0);
    expect(server.summary).toHaveLength(7);
    expect(server.summary.filter((line) => / (Gerda|three|babylon|react): /.test(line))).toHaveLength(4);
    expect(summaryIn(lines)).toEqual(server.summary);
    for (const tab of tabs) expect(await firstRoundOf(tab)).toEqual(server.summary);
    expect(lines.filter((line) => /error|warning/i.test(line))).toEqual([]);
    expect(pages.problems).toEqual([]);
    await checkRecording(recording);
  }, 240_000);

  it('says what it lacks for a room of the lobby, where it has no WebRTC', async () => {
    const { code, lines } = await runArena(arenaProject, '--server=ws://127.0.0.1:9/lobby#CODE', '--report');
    expect(lines.at(-1)).toBe("A room needs Godot's WebRTC extension: godotengine/webrtc-native");
    expect(code).toBe(1);
  }, 60_000);

  it('has the same arena and the same karts as the simulation', () => {
    const read = (file: string): string => readFileSync(join(arenaProject, file), 'utf8');
    const scripts = ['course.gd', 'kart.gd', 'shot.gd'].map(read).join('\n');
    const constant = (name: string): number =>
      Number(new RegExp(`^const ${name} := (-?[\\d.]+)$`, 'm').exec(scripts)?.[1]);
    const ours = { ARENA_RADIUS, WALL_HEIGHT, BOOSTER_LENGTH, BOOSTER_WIDTH, KART_RADIUS, TOP_SPEED, BOOST_SPEED };
    for (const [name, value] of Object.entries({ ...ours, SHOT_RADIUS, SHOT_HEIGHT }))
      expect(constant(name), name).toBe(value);
    expect([constant('SPEED'), constant('LIFE')]).toEqual([SHOT_SPEED, SHOT_LIFE]);
    const list = (name: string): unknown =>
      JSON.parse(new RegExp(`^const ${name} := (\\[.*\\])$`, 'm').exec(scripts)?.[1] ?? 'null');
    // The first of each four: the others are turned.
    expect([list('MIDDLE'), ...(list('PILLARS') as unknown[])]).toEqual(
      [0, 1, 5].map((at) => ['x', 'z', 'radius', 'height'].map((key) => Object(PILLARS[at])[key] + 0)),
    );
    expect(list('BLOCKS')).toEqual(
      [0, 4].map((at) => ['x', 'z', 'halfX', 'halfZ', 'height'].map((key) => Object(BLOCKS[at])[key])),
    );
    expect(list('BOOSTER')).toEqual(['x', 'z'].map((key) => Object(BOOSTERS[0])[key]));
  });
});
