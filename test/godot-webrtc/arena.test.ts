import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { arenaWith, playArena, summaryIn } from '../godot/support/arena-project.js';
import { ArenaPages, firstRoundOf } from '../samples/support/arena-pages.js';
import { ArenaServer } from '../samples/support/arena-server.js';
import { launchChromium } from '../support/browsers.js';

const PORT = '19083';
const extension = process.env.SCENEWIRE_GODOT_WEBRTC ?? '';

async function openPages(): Promise<ArenaPages> {
  const pages = await ArenaPages.open();
  onTestFinished(() => pages.close());
  return pages;
}

describe('the Godot project of the arena, in a room of the lobby by its code', () => {
  it('plays a round with Babylon.js and three.js on a Node server, and all agree about scores and places', async () => {
    const pages = await openPages();
    const chromium = await launchChromium();
    onTestFinished(() => chromium.close());
    const rules = ['--bots', '5', '--round', '15', '--rounds', '1', '--players', '3'];
    const server = new ArenaServer('--port', PORT, '--lobby', pages.site.lobby, ...rules);
    onTestFinished(() => server.stop());
    const [, code] = await server.line(/in the lobby, with the code (\w+)/);
    const tabs: Page[] = [];
    for (const view of ['three', 'babylon']) {
      tabs.push(await pages.visit(chromium, `?view=${view}&bot&name=${view}#${code}`));
      await server.line(new RegExp(`^${view} plays$`));
    }
    const godot = await arenaWith(extension);
    const lines = await playArena(godot, `--server=${pages.site.lobby}#${code}`, '--driver=Gerda', '--bot', '--report');
    expect(await server.ended()).toBe(0);
    expect(server.summary).toHaveLength(6);
    expect(server.summary.join()).toContain('Gerda');
    expect(summaryIn(lines)).toEqual(server.summary);
    for (const tab of tabs) expect(await firstRoundOf(tab)).toEqual(server.summary);
    expect(lines.filter((line) => /error|warning/i.test(line))).toEqual([]);
    expect(pages.problems).toEqual([]);
  }, 240_000);
});
