/** Refuses a number of the caller's that makes no sense. @throws RangeError */
export function checkRange(name: string, value: number, least: number, most = Infinity): void {
  if (value >= least && value <= most) return;
  throw new RangeError(`${name} is ${value}: wanted a number from ${least} to ${most}`);
}
