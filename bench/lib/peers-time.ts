/** Milliseconds on a clock that all processes of this machine share and that never goes back. */
export const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6;
