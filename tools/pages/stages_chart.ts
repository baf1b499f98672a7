/** The picture of docs/performance.md: what a packet costs by stage, made of `docs/images/stages.json`. */

/** Bars of one unit, one below the other, each of parts. */
interface Chart {
  readonly title: string;
  readonly bars: readonly {
    readonly name: string;
    readonly parts: Readonly<Record<string, number>>;
  }[];
}

/** What it is made of: measured figures, in the order of the bars. */
export const STAGES = "docs/images/stages.json";
const WIDTH = 800;
const NAMES_WIDTH = 210;
const SUM_WIDTH = 60;
const BAR_HEIGHT = 24;
const LINE_HEIGHT = 34;
/** Told apart by people who see no red or green too: Okabe and Ito's. */
const COLOURS = [
  ...["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#999999", "#f0e442"],
  "#332288",
];

/** The picture as SVG, on any background. */
export function stagesChart(): string {
  const charts: Chart[] = JSON.parse(
    Deno.readTextFileSync(new URL(`../../${STAGES}`, import.meta.url)),
  );
  const colours = coloursOf(charts);
  const lines: string[] = [];
  let y = 0;
  for (const { title, bars } of charts) {
    y += LINE_HEIGHT;
    lines.push(text(0, y - 12, title, 'font-weight="bold"'));
    const most = Math.max(...bars.map(({ parts }) => sum(parts)));
    for (const { name, parts } of bars) {
      lines.push(...barOf(y, name, parts, (WIDTH - NAMES_WIDTH - SUM_WIDTH) / most, colours));
      y += LINE_HEIGHT;
    }
  }
  let x = 0;
  for (const [name, colour] of colours) {
    if (x > WIDTH - NAMES_WIDTH) [x, y] = [0, y + LINE_HEIGHT];
    lines.push(rect(x, y, BAR_HEIGHT / 2, colour), text(x + BAR_HEIGHT / 2 + 6, y + 16, name));
    x += WIDTH / 4;
  }
  const head =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + LINE_HEIGHT}" ` +
    'font-family="sans-serif" font-size="14">';
  const ground = `<rect width="${WIDTH}" height="${y + LINE_HEIGHT}" fill="#ffffff"/>`;
  return [head, ground, ...lines, "</svg>", ""].join("\n");
}

/** One for each stage, in the order in which they come. */
function coloursOf(charts: readonly Chart[]): Map<string, string> {
  const names = charts.flatMap(({ bars }) => bars.flatMap(({ parts }) => Object.keys(parts)));
  return new Map([...new Set(names)].map((name, at) => [name, COLOURS[at % COLOURS.length]!]));
}

function barOf(
  y: number,
  name: string,
  parts: Readonly<Record<string, number>>,
  scale: number,
  colours: ReadonlyMap<string, string>,
): string[] {
  const lines = [text(0, y + 17, name)];
  let x = NAMES_WIDTH;
  for (const [stage, value] of Object.entries(parts)) {
    lines.push(rect(x, y, value * scale, colours.get(stage)!));
    x += value * scale;
  }
  return [...lines, text(x + 6, y + 17, String(Number(sum(parts).toPrecision(3))))];
}

function sum(parts: Readonly<Record<string, number>>): number {
  return Object.values(parts).reduce((sum, value) => sum + value, 0);
}

function rect(x: number, y: number, width: number, colour: string): string {
  return `<rect x="${rounded(x)}" y="${y}" width="${
    rounded(width)
  }" height="${BAR_HEIGHT}" fill="${colour}"/>`;
}

function text(x: number, y: number, words: string, more = ""): string {
  const escaped = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${rounded(x)}" y="${y}" ${more}>${escaped}</text>`.replace(" >", ">");
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
