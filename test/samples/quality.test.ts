import { describe, expect, it } from 'vitest';
import { FINEST, GRADES, Quality } from '../../samples/arena/show/quality.js';

/** So many seconds of frames that take so long. */
function draw(quality: Quality, frameMs: number, seconds: number, begunMs = 0): number {
  let now = begunMs;
  for (; now < begunMs + seconds * 1000; now += frameMs) quality.note(now);
  return now;
}
const numberOf = (quality: Quality): number => GRADES.indexOf(quality.grade);

describe('the quality of the picture', () => {
  it('stays at its best on a quick machine', () => {
    const quality = new Quality();
    draw(quality, 1000 / 60, 60);
    expect(quality.grade).toBe(FINEST);
  });

  it('takes shadows and pixels away within seconds on a slow one, also when it draws but twice a second', () => {
    const slow = new Quality();
    draw(slow, 50, 4);
    expect(numberOf(slow)).toBe(1);
    draw(slow, 50, 20, 4000);
    expect(numberOf(slow)).toBe(GRADES.length - 1);
    const desperate = new Quality();
    draw(desperate, 500, 8);
    expect(numberOf(desperate)).toBe(GRADES.length - 1);
  });

  it('dares more when there is room, and seldom what was too much', () => {
    const quality = new Quality({ first: 3 });
    let now = draw(quality, 1000 / 60, 30);
    expect(numberOf(quality)).toBeLessThan(3);
    // From here on, more than the second is too slow.
    const dared: number[] = [];
    for (let second = 0; second < 240; second += 1) {
      const before = numberOf(quality);
      now = draw(quality, before < 2 ? 45 : 1000 / 60, 1, now);
      if (numberOf(quality) < before) dared.push(second);
    }
    expect(dared.length).toBeGreaterThan(1);
    const pauses = dared.slice(1).map((second, at) => second - (dared[at] as number));
    for (const [at, pause] of pauses.slice(1).entries()) expect(pause).toBeGreaterThan(1.5 * (pauses[at] as number));
  });

  it('a page that was away is no slow one, and a grade that was asked for stays', () => {
    const quality = new Quality();
    let now = 0;
    for (let turn = 0; turn < 20; turn += 1) now = draw(quality, 1000 / 60, 1, now) + 20_000;
    expect(quality.grade).toBe(FINEST);
    const fixed = new Quality({ first: 1, isFixed: true });
    draw(fixed, 200, 30);
    expect(numberOf(fixed)).toBe(1);
  });
});
