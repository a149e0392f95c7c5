/**
 * The least of a figure over some rounds, none after the first that is small enough: a busy machine holds one of them up,
 * what is wrong does so in all.
 */
export async function leastOf(
  rounds: number,
  enough: number,
  measure: () => number | Promise<number>,
): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds && least >= enough; round += 1) least = Math.min(least, await measure());
  return least;
}
