import { assert, assertEquals } from "@std/assert";
import { listInterfaces } from "../../lib/capture/interfaces_io.ts";
import { run } from "./namespaces.ts";
import { INTERFACES, needs } from "../needs.ts";

/** What `ip -j address` says of an interface. */
interface Link {
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly addr_info: readonly { readonly family: string; readonly local: string }[];
}

Deno.test({
  ...needs("interfaces have the names, states and addresses that ip says", ...INTERFACES),
  // The library stays loaded.
  sanitizeResources: false,
  fn: async () => {
    const links: Link[] = JSON.parse(await run("ip", "-j", "address"));
    const interfaces = new Map(listInterfaces().map((each) => [each.name, each]));
    assert(links.some(({ flags }) => flags.includes("LOOPBACK")));
    for (const { ifname, flags, addr_info } of links) {
      const found = interfaces.get(ifname);
      assert(found, ifname);
      assertEquals(
        [found.isUp, found.isLoopback],
        [flags.includes("UP"), flags.includes("LOOPBACK")],
        ifname,
      );
      const addresses = addr_info.filter(({ family }) => family.startsWith("inet"));
      assertEquals(found.addresses.toSorted(), addresses.map(({ local }) => local).sort(), ifname);
    }
  },
});
