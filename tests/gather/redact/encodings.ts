/** The forms in which an address may stand in a record. */
import { encodeHex } from "../../../lib/base/bytes/bytes.ts";
import { ipText } from "./ip_text.ts";

/** How an address looks in texts and bytes: what is behind and before it in a text must be no digit. */
export function encodingsOf(address: Uint8Array): string[] {
  const hex = encodeHex(address);
  const pairs = hex.match(/../g)!;
  const backwards = [...pairs].reverse();
  const forms = [
    hex,
    backwards.join(""),
    latin1(address),
    latin1(address.slice().reverse()),
    ...[":", "-", ".", " "].flatMap((mark) => [pairs.join(mark), backwards.join(mark)]),
  ];
  if (address.length === 4) {
    const decimals = [...address].map(String);
    for (const mark of [".", "-", "_"]) {
      forms.push(decimals.join(mark), [...decimals].reverse().join(mark));
    }
    forms.push(String(parseInt(hex, 16)), String(parseInt(backwards.join(""), 16)));
  } else if (address.length === 16) {
    const groups = hex.match(/..../g)!;
    forms.push(ipText(address), groups.join(":"), groups.join("-"));
    forms.push(ipText(address).replaceAll(":", "-"));
    forms.push([...hex].reverse().join("."));
  } else {
    forms.push(
      hex.match(/..../g)!.join("."),
      pairs.map((pair) => pair.replace(/^0/, "")).join(":"),
    );
    // The last half of an address of IPv6 that is made of it.
    forms.push(`ff:fe${pairs[3]}:${pairs[4]}${pairs[5]}`, `fffe${pairs.slice(3).join("")}`);
  }
  return forms.filter((form) => form.length >= 4);
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
