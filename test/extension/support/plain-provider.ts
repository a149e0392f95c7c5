import type { AssertionOptions, IdentityProvider, ValidatedIdentity } from '../../../src/index.js';

/** Believes everything that looks like it: enough to see what a connection does with a provider. */
export class PlainProvider implements IdentityProvider {
  readonly domain: string;
  readonly name: string;
  /** What it was asked for, one line each. */
  readonly asked: string[] = [];
  generates: (() => Promise<string>) | null = null;
  validates: (() => Promise<ValidatedIdentity | null>) | null = null;

  constructor(name: string, domain = 'example.org') {
    this.name = name;
    this.domain = domain;
  }

  generateAssertion(contents: string, _origin: string, options: AssertionOptions = {}): Promise<string> {
    this.asked.push(`generate ${options.type ?? 'alone'} ${options.usernameHint ?? ''}`.trim());
    return this.generates?.() ?? Promise.resolve(JSON.stringify({ name: this.name, contents }));
  }

  async validateAssertion(assertion: string): Promise<ValidatedIdentity | null> {
    this.asked.push('validate');
    if (this.validates !== null) return this.validates();
    return JSON.parse(assertion) as ValidatedIdentity;
  }
}
