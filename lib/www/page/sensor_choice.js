import { h, visible } from "./dom.js";
import { state } from "./state.js";

const NAMES = new Intl.Collator("en", { numeric: true });

/**
 * A choice of one sensor, or all.
 *
 * @param {string} chosen
 * @param {() => void} onChange
 */
export function sensorChoice(chosen, onChange) {
  const select = h("select", { onchange: onChange }, h("option", { value: "" }, "all sensors"));
  const names = new Set([...state.sensors.keys(), ...chosen === "" ? [] : [chosen]]);
  for (const name of [...names].sort(NAMES.compare)) {
    select.append(h("option", { value: name, selected: name === chosen }, visible(name)));
  }
  const element = h("label", { class: "choice" }, "of ", select);
  return { element, value: () => select.value };
}
