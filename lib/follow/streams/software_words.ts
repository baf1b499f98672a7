/** What programs say of themselves: names and versions out of identifications and headers. */

/** A program, as far as it says. */
export interface Program {
  readonly product: string;
  readonly vendor: string;
  readonly version: string;
  readonly os: string;
}

/** What a program says of itself is not looked at behind that. */
export const MAX_TEXT_LENGTH = 512;
const NOBODY: Program = { product: "", vendor: "", version: "", os: "" };

/** Of `SSH-2.0-OpenSSH_9.2p1 Debian-2`. RFC 4253, section 4.2. */
export function programOfSsh(identification: string): Program {
  const match = /^SSH-[\d.]+-(\S+)(?: +(.*))?$/.exec(identification);
  if (match === null) return NOBODY;
  const [, software = "", comment = ""] = match;
  const named = /^(.*?)[_-]v?(\d[\w.+]*)$/.exec(software);
  return {
    product: named?.[1] ?? software,
    vendor: "",
    version: named?.[2] ?? "",
    os: /^[A-Za-z]+/.exec(comment)?.[0] ?? "",
  };
}

/** Of a `Server` or `X-Powered-By` header: the first product. RFC 9110, sections 10.1.5 and 10.2.4. */
export function programOfHeader(value: string): Program {
  const text = value.slice(0, MAX_TEXT_LENGTH);
  const match = /^([^\s/(]+)(?:\/([^\s(;,]+))?/.exec(text);
  if (match === null) return NOBODY;
  const [, product = "", version = ""] = match;
  return { product, vendor: "", version, os: /\(([^()]*)\)/.exec(text)?.[1] ?? "" };
}

/** Browsers, by the token that tells one from those it claims to be: the first that is there. */
const BROWSERS: readonly (readonly [RegExp, string, string])[] = [
  [/\bEdg(?:A|iOS|e)?\/([\d.]+)/, "Edge", "Microsoft"],
  [/\bOPR\/([\d.]+)/, "Opera", "Opera"],
  [/\bSamsungBrowser\/([\d.]+)/, "Samsung Internet", "Samsung"],
  [/\b(?:Firefox|FxiOS)\/([\d.]+)/, "Firefox", "Mozilla"],
  [/\b(?:Chrome|CriOS)\/([\d.]+)/, "Chrome", "Google"],
  [/\bVersion\/([\d.]+).*\bSafari\//, "Safari", "Apple"],
  [/\bMSIE ([\d.]+)/, "Internet Explorer", "Microsoft"],
  [/\bTrident\/.*\brv:([\d.]+)/, "Internet Explorer", "Microsoft"],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\bWindows\b/, "Windows"],
  [/\bAndroid\b/, "Android"],
  [/\b(?:iPhone|iPad)\b/, "iOS"],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
];

/** Of a `User-Agent` header: a browser, else the first product. */
export function programOfUserAgent(value: string): Program {
  const os = SYSTEMS.find(([pattern]) => pattern.test(value))?.[1] ?? "";
  for (const [pattern, product, vendor] of BROWSERS) {
    const version = pattern.exec(value)?.[1];
    if (version !== undefined) return { product, vendor, version, os };
  }
  return { ...programOfHeader(value), os };
}

/** Of the greeting of a mail server, which has no form: what well-known ones call themselves. */
export function programOfGreeting(greeting: string): Program {
  const match =
    /\b(Postfix|Exim|Sendmail|Dovecot|Courier|Cyrus|qmail|Haraka|OpenSMTPD|Microsoft ESMTP)\b(?:[ /]v?(\d[\w.]*))?/i
      .exec(greeting.slice(0, MAX_TEXT_LENGTH));
  return { ...NOBODY, product: match?.[1] ?? "", version: match?.[2] ?? "" };
}
