import { betweenPrograms } from './suite/sections.js';
import { conformance } from './support/arrangement.js';
import { between } from './support/browser-arrangement.js';

conformance(between('chromium', 'firefox'), betweenPrograms);
