import { assertEquals, assertMatch } from "@std/assert";
import { clientOfFolder, folderOfClient } from "../../../lib/write/files/client_name.ts";

const ORDINARY = [
  "xyz",
  "alice",
  "sensor-01.example",
  "DESKTOP-4F2K",
  "_",
  "a",
  "0",
  "x..y",
  "con1",
];

/** Client id → folder, worked out by hand from the rule. */
const ESCAPED: readonly [string, string][] = [
  ["", "%empty"],
  [".", "%2E"],
  ["..", "%2E%2E"],
  ["...", "%2E.%2E"],
  [".hidden", "%2Ehidden"],
  [".lock", "%2Elock"],
  ["end.", "end%2E"],
  ["-rf", "%2Drf"],
  ["../../etc", "%2E.%2F..%2Fetc"],
  ["/etc/passwd", "%2Fetc%2Fpasswd"],
  ["C:\\Windows", "C%3A%5CWindows"],
  ["a b", "a%20b"],
  ["100%", "100%25"],
  ["%empty", "%25empty"],
  ["nul\0byte", "nul%00byte"],
  ["line\nbreak", "line%0Abreak"],
  ["\x1b[2J", "%1B%5B2J"],
  ["user@host", "user%40host"],
  ["PROGRA~1", "PROGRA%7E1"],
  ["münchen", "m%C3%BCnchen"],
  ["😀", "%F0%9F%98%80"],
  ["\u202egnp.exe", "%E2%80%AEgnp.exe"],
  ["\ud800", "%uD800"],
  ["a\udfffb", "a%uDFFFb"],
  ["\ufffd", "%EF%BF%BD"],
  ["con", "%63on"],
  ["CON", "%43ON"],
  ["nul.txt", "%6Eul.txt"],
  ["com1", "%63om1"],
  ["lpt9.x.y", "%6Cpt9.x.y"],
];

Deno.test("an ordinary client id is its own folder", () => {
  for (const client of ORDINARY) assertEquals(folderOfClient(client), client);
});

Deno.test("anything else in a client id is escaped", () => {
  for (const [client, folder] of ESCAPED) assertEquals(folderOfClient(client), folder);
});

Deno.test("a folder tells the client id it was made of, unless that was cut", () => {
  for (const client of ORDINARY) assertEquals(clientOfFolder(client), client);
  for (const [client, folder] of ESCAPED) assertEquals(clientOfFolder(folder), client);
  assertEquals(clientOfFolder("%41lice"), "Alice"); // where the file system folds cases
  for (const client of ["x".repeat(121), "\ufeff", "%2", "\udc00\ud800"]) {
    const expected = client.length > 120 ? undefined : client;
    assertEquals(clientOfFolder(folderOfClient(client)), expected);
  }
  for (const other of ["", ".lock", "a b", "%zz", "%FF", "%61lice", "%2e"]) {
    assertEquals(clientOfFolder(other), undefined, other);
  }
});

Deno.test("a long client id is cut, and told from others by a digest", () => {
  // echo -n '"aaa…"' | sha256sum, with 10,000 letters
  assertEquals(
    folderOfClient("a".repeat(10_000)),
    `${"a".repeat(120)}%-55fc28cd823c04ea`,
  );
  assertEquals(folderOfClient("a".repeat(120)), "a".repeat(120));
  const [one, other] = ["1", "2"].map((end) => folderOfClient("/".repeat(300) + end));
  assertMatch(one!, /^(%2F){40}%-[0-9a-f]{16}$/);
  assertEquals(one === other, false);
});

Deno.test("every folder is one harmless path component, and no two ids share one", () => {
  const clients = new Set([...ORDINARY, ...ESCAPED.flat()]);
  for (let code = 0; code < 0x300; code++) {
    const character = String.fromCharCode(code);
    for (const client of [character, `a${character}`, `${character}b`, character.repeat(200)]) {
      clients.add(client);
    }
  }
  for (const code of [0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xfffd, 0xffff]) {
    clients.add(String.fromCharCode(code)).add(String.fromCharCode(code).repeat(500));
  }
  for (const foldsCase of [false, true]) {
    const folders = [...clients].map((client) => folderOfClient(client, foldsCase));
    for (const folder of folders) {
      assertMatch(folder, /^(?![.-])[A-Za-z0-9._%-]{1,143}(?<!\.)$/);
    }
    const distinct = foldsCase ? folders.map((folder) => folder.toLowerCase()) : folders;
    assertEquals(new Set(distinct).size, clients.size);
  }
});

Deno.test("where case does not count, capital letters are escaped", () => {
  assertEquals(folderOfClient("Alice", true), "%41lice");
  assertEquals(folderOfClient("alice", true), "alice");
});
