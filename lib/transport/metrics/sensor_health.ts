import type { SensorReading } from "../sensor_reading.ts";

/** A connection that is away for less is on its way back. */
const AWAY_MS = 10_000;

/** Why a sensor does not do its work just now, a line each; none while it does. */
export function sensorProblems(
  { pipeline, link }: Pick<SensorReading, "link"> & {
    readonly pipeline: Pick<SensorReading["pipeline"], "live">;
  },
): string[] {
  const problems: string[] = [];
  const down = pipeline.live?.down ?? 0;
  if (down > 0) problems.push(`${down} of the interfaces are missing or down`);
  if (link && !link.isConnected && (link.connections === 0 || link.awayMs > AWAY_MS)) {
    const why = link.why === undefined ? "" : `: ${link.why}`;
    problems.push(`no collector for ${Math.round(link.awayMs / 1000)} s${why}`);
  }
  return problems;
}
