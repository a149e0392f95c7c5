import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OverlayBrowser } from './support/overlay-browser.js';

/** Firefox needs no network for a game inside of a page; without the namespace of the run it may not be installed. */
const isWanted = process.env.SCENEWIRE_LOOPBACK_ONLY !== '1';

describe.runIf(isWanted)('showOverlay in Firefox', () => {
  let firefox: OverlayBrowser;

  beforeAll(async () => {
    firefox = await OverlayBrowser.open('firefox');
    await firefox.page.setViewportSize({ width: 360, height: 740 });
    await firefox.load();
    await firefox.page.evaluate(() => {
      demo.open({ clients: 2, karts: 4, conditions: { latencyMs: 80, jitterMs: 8 } });
      demo.show();
      demo.seconds(12);
      demo.misbehave();
      demo.seconds(2);
    });
  }, 90_000);

  afterAll(() => firefox?.close());

  const show = async (name: string): Promise<string> => {
    await firefox.page.getByRole('tab', { name }).click();
    await firefox.page.evaluate(() => demo.seconds(2));
    return firefox.text();
  };

  it('shows peers, objects and packets, on a phone held upright', async () => {
    const peers = await show('Peers');
    expect(peers).toContain('WebRTC, direct, host to host');
    expect(peers).toMatch(/1[56]\d ms/);
    expect(peers).toMatch(/on the wire ≈ ↓ [\d.]+ kB\/s ↑ [\d.]+ kB\/s/);
    expect(peers).toContain('dropped: malformed 3');
    expect(await show('Objects')).toMatch(/World\/Kart2\s+1 \(here\)\s+0 B\/s\s+2\.8 kB\/s/);
    expect(await show('Packets')).toMatch(/→ [23]\s+\d+ B\s+sync #\d+ World\/Kart0 \[position=Vector3\(/);
    const box = await firefox.page.locator('[data-scenewire] section').boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(360);
    expect(firefox.errors).toEqual([]);
  });

  it('draws its plots, and goes with the key', async () => {
    await show('Peers');
    const painted = await firefox.page
      .locator('[data-scenewire] canvas')
      .first()
      .evaluate((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const data = (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
        return data.filter((value, at) => at % 4 === 3 && value > 0).length;
      });
    expect(painted).toBeGreaterThan(200);
    await firefox.page.keyboard.press('F9');
    expect(await firefox.page.locator('[data-scenewire] section').isVisible()).toBe(false);
  });
});
