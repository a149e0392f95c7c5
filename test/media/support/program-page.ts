/** A page of any browser that shows one of `programs`. */
export interface ProgramPage {
  evaluate<R>(expression: string): Promise<R>;
}

export const PATIENCE = { timeout: 60_000, interval: 100 };
