/** What the page asks the program. */

/** Somebody has to type the token. */
export class NotKnown extends Error {}

/**
 * @param {string} path
 * @returns {Promise<any>}
 */
export async function ask(path) {
  return await answerOf(await fetch(path, { cache: "no-store" }));
}

/**
 * @param {string} path
 * @param {Record<string, string>} what
 * @returns {Promise<any>}
 */
export async function tell(path, what = {}) {
  const headers = { "content-type": "application/json", "x-farcap": "page" };
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(what) });
  return await answerOf(response);
}

/** @param {Response} response */
async function answerOf(response) {
  if (response.ok) return await response.json();
  const text = (await response.text()).trim();
  throw response.status === 401 ? new NotKnown(text) : new Error(text);
}
