/** The files of the page as they stand in `page/`: they are a part of the program, and nothing makes them. */
import index from "./page/index.html" with { type: "text" };
import style from "./page/style.css" with { type: "text" };
import views from "./page/views.css" with { type: "text" };
import icon from "./page/icon.svg" with { type: "text" };
import access from "./page/access.js" with { type: "text" };
import addresses from "./page/addresses.js" with { type: "text" };
import api from "./page/api.js" with { type: "text" };
import charts from "./page/charts.js" with { type: "text" };
import commands from "./page/commands.js" with { type: "text" };
import devices from "./page/devices.js" with { type: "text" };
import dom from "./page/dom.js" with { type: "text" };
import elsewhere from "./page/elsewhere.js" with { type: "text" };
import enrol from "./page/enrol.js" with { type: "text" };
import enter from "./page/enter.js" with { type: "text" };
import figures from "./page/figures.js" with { type: "text" };
import lanes from "./page/lanes.js" with { type: "text" };
import loading from "./page/loading.js" with { type: "text" };
import main from "./page/main.js" with { type: "text" };
import numbers from "./page/numbers.js" with { type: "text" };
import overview from "./page/overview.js" with { type: "text" };
import question from "./page/question.js" with { type: "text" };
import records from "./page/records.js" with { type: "text" };
import sensor from "./page/sensor.js" with { type: "text" };
import sensorChoice from "./page/sensor_choice.js" with { type: "text" };
import sources from "./page/sources.js" with { type: "text" };
import spanView from "./page/span_view.js" with { type: "text" };
import spans from "./page/spans.js" with { type: "text" };
import state from "./page/state.js" with { type: "text" };
import timeline from "./page/timeline.js" with { type: "text" };
import traffic from "./page/traffic.js" with { type: "text" };

/** A file of the page. */
export interface PageFile {
  /** The media type. */
  readonly type: string;
  readonly text: string;
}

const STYLE = "text/css; charset=utf-8";
const SCRIPT = "text/javascript; charset=utf-8";

/** By the path at which it is served. */
export const PAGE_FILES: ReadonlyMap<string, PageFile> = new Map([
  ["/", { type: "text/html; charset=utf-8", text: index }],
  ["/style.css", { type: STYLE, text: style }],
  ["/views.css", { type: STYLE, text: views }],
  ["/icon.svg", { type: "image/svg+xml", text: icon }],
  ...Object.entries({
    access,
    addresses,
    api,
    charts,
    commands,
    devices,
    dom,
    elsewhere,
    enrol,
    enter,
    figures,
    lanes,
    loading,
    main,
    numbers,
    overview,
    question,
    records,
    sensor,
    sensor_choice: sensorChoice,
    sources,
    span_view: spanView,
    spans,
    state,
    timeline,
    traffic,
  }).map(([name, text]): [string, PageFile] => [`/${name}.js`, { type: SCRIPT, text }]),
]);
