import { describe } from 'vitest';
import { hostileOn } from './support/arrangements.js';

// Firefox finds no address without a route.
describe.skipIf(process.env.SCENEWIRE_LOOPBACK_ONLY === '1')('with a route', () => hostileOn('firefox'));
