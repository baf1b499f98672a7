/**
 * What libpcap gets wrong of a filter that it takes. `vlan`, `mpls`, `pppoes` and `geneve` move all that
 * stands behind them in the text to behind the header that they ask for (pcap-filter(7)), whether or not
 * that header must be there: so `not vlan and udp` looks for UDP behind a tag that is not there.
 */

/** What is to be said of a filter. */
export interface FilterFlaw {
  /** Whether the filter can select nothing of what it is meant to. */
  readonly isWrong: boolean;
  /** Reads on after the filter and a colon. */
  readonly why: string;
}

/** The flaw in a filter, if it has one of those. */
export function flawOf(filter: string): FilterFlaw | undefined {
  let alternative: FilterFlaw | undefined;
  let pending: { word: string; connective: "not" | "or" } | undefined;
  let isNegated = false;
  const groups: Group[] = [{ isNegated: false, word: undefined }];
  for (const { kind, text } of partsOf(filter)) {
    const group = groups.at(-1)!;
    switch (kind) {
      case "not":
        isNegated = !isNegated;
        break;
      case "open":
        groups.push({ isNegated, word: undefined });
        isNegated = false;
        break;
      case "close": {
        if (groups.length === 1) break;
        groups.pop();
        groups.at(-1)!.word ??= group.word;
        if (group.isNegated && group.word) pending = { word: group.word, connective: "not" };
        break;
      }
      case "or":
        if (group.word && !pending) pending = { word: group.word, connective: "or" };
        break;
      case "primitive": {
        if (pending && isMoved(text, pending.word)) {
          const flaw = flawBehind(pending.word, pending.connective);
          if (flaw.isWrong) return flaw;
          alternative ??= flaw;
        }
        const [word] = MOVING.exec(text) ?? [];
        if (word !== undefined) {
          group.word ??= word;
          if (isNegated) pending = { word, connective: "not" };
        }
        isNegated = false;
      }
    }
  }
  return alternative;
}

/** What stands in brackets, or the whole. */
interface Group {
  readonly isNegated: boolean;
  /** The first moving word in it so far. */
  word: string | undefined;
}

const MOVING = /^(vlan|mpls|pppoes|geneve)(?= |$)/;

function flawBehind(word: string, connective: "not" | "or"): FilterFlaw {
  const isWrong = connective === "not";
  return {
    isWrong,
    why: `all that follows "${word}" is looked for behind its header, also behind ` +
      `"${isWrong ? "not" : "or"}", where that may be missing (pcap-filter(7)); ` +
      `wanted: the part with "${word}" last`,
  };
}

/** Whether a primitive means another place behind a moving word. */
function isMoved(primitive: string, word: string): boolean {
  if (/^(len|greater|less|inbound|outbound|ifname|on)(?= |$)|^\d+ *[<>=!]/.test(primitive)) {
    return false;
  }
  // Of these words only geneve begins another frame.
  return word === "geneve" ||
    !/^(ether|link) *(\[|(src|dst|host|broadcast|multicast)(?= |$))/.test(primitive);
}

interface Part {
  readonly kind: "not" | "or" | "and" | "open" | "close" | "primitive";
  readonly text: string;
}

const OPERATORS: Readonly<Record<string, Part["kind"]>> = {
  "not": "not",
  "!": "not",
  "or": "or",
  "||": "or",
  "and": "and",
  "&&": "and",
  "(": "open",
  ")": "close",
};

/** A filter as operators and what stands between them, spaces made one. */
function* partsOf(filter: string): Generator<Part> {
  let words: string[] = [];
  for (const [token] of filter.matchAll(TOKEN)) {
    const kind = OPERATORS[token];
    if (kind === undefined) {
      words.push(token);
      continue;
    }
    if (words.length > 0) yield { kind: "primitive", text: words.join(" ") };
    words = [];
    yield { kind, text: token };
  }
  if (words.length > 0) yield { kind: "primitive", text: words.join(" ") };
}

/** `[…]` with at most three levels within is one token: the operators in it are arithmetic. */
const TOKEN = new RegExp(
  [
    `${brackets(brackets(brackets(brackets(""))))}`,
    "&&",
    String.raw`\|\|`,
    "!=",
    "[()!]",
    String.raw`[^\s()!&|[\]]+`,
    "[&|]",
  ].join("|"),
  "g",
);

function brackets(within: string): string {
  return String.raw`\[(?:[^[\]]${within && `|${within}`})*\]`;
}
