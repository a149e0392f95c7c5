import { describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { recordErrors } from './support/errors.js';
import { Thing } from './support/thing.js';

const errors = recordErrors();

describe('R-003 an async listener that rejects', () => {
  it('is reported like one that throws, however it listens, and ends no process', async () => {
    const thing = new Thing();
    const rejects = async (): Promise<void> => {
      throw new Error('later');
    };
    thing.ended.connect(rejects);
    thing.addEventListener('ended', rejects);
    thing.addEventListener('ended', { handleEvent: rejects });
    thing.ended.emit();
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(errors.map(({ text, err, cause }) => [text, err, (cause as Error).message])).toEqual([
      ['A listener of signal ended rejected', Err.ERR_SCRIPT_FAILED, 'later'],
      ['A listener of event ended rejected', Err.ERR_SCRIPT_FAILED, 'later'],
      ['A listener of event ended rejected', Err.ERR_SCRIPT_FAILED, 'later'],
    ]);
  });
});
