/** Addresses that records can be asked for, as the program has them. */

const IP = /^[0-9a-fA-F:.]{2,45}(\/\d{1,3})?$/;
const MAC = /^[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}(\/\d{1,2})?$/;

/** Whether the program takes it for one; another would end what it tells. @param {string} text */
export function isAddress(text) {
  return IP.test(text) || MAC.test(text);
}

/**
 * What `-where` takes for an address: in the fields of the type, or in those that most types have.
 *
 * @param {import("./state.js").Choice} choice
 * @param {import("./state.js").About["types"]} types
 */
export function whereOf({ type, address }, types) {
  if (address === "") return "";
  const isMac = MAC.test(address);
  const usual = isMac ? ["SrcMAC", "DstMAC"] : ["SrcIP", "DstIP"];
  const fields = types[type]?.[isMac ? "mac" : "ip"] ?? usual;
  return fields.map((field) => `${field} in ${address}`).join(" or ");
}
