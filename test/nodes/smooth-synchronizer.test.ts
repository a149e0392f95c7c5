import { describe, expect, it } from 'vitest';
import { measure } from './support/motion-recording.js';
import { watchKart } from './support/moving-room.js';

describe('a synchronizer with a smooth property, over 100 ± 50 ms with 5 % loss', () => {
  it.each([
    ['scenewire peers', true],
    ['peers as Godot’s', false],
  ])('shows a kart on its way, evenly, between %s', (_name, link) => {
    const smooth = watchKart({ seed: 1, smooth: 'curve', link });
    const raw = measure(watchKart({ seed: 1, link }).shown);
    const figures = measure(smooth.shown);
    // A tenth of a percent of what it drives in a second, and steady where the states alone would jerk.
    expect(figures.pathError).toBeLessThan(0.006);
    expect(figures.jerk).toBeLessThan(raw.jerk / 10);
    expect(figures.frozenMs).toBeLessThan(50);
    expect(raw.frozenMs).toBeGreaterThan(100);
    expect(figures.delayMs - raw.delayMs).toBeLessThan(110);
    expect(smooth.delayMs).toBeGreaterThan(50);
  });

  it('jumps where the kart was moved far at once', () => {
    const { shown } = watchKart({
      seed: 2,
      smooth: { motion: 'curve', snapDistance: 0.05 },
      seconds: 3,
    });
    // Every step between two states is longer than that, so each state is shown as it is.
    const places = new Set(shown.slice(60).map(({ at }) => at.join()));
    expect(places.size).toBeLessThan(45);
  });
});
