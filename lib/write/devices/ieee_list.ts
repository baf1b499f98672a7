import type { VendorList } from "./vendors.ts";

/** Loads the lists of the IEEE (MA-L, MA-M, MA-S), 5.6 MB, as the package oui-data has them. */
export async function ieeeList(): Promise<VendorList> {
  return (await import("oui-data", { with: { type: "json" } })).default;
}
