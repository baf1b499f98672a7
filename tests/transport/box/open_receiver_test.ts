import { assert } from "@std/assert";
import { BoxReceiver } from "../../../lib/transport/box/box_receiver_io.ts";
import { openReceiver, WorkerReceiver } from "../../../lib/transport/box/open_receiver_io.ts";

// What both kinds promise is in box_receiver_test.ts.
const ANY_PORT = { hostname: "127.0.0.1", port: 0 };

Deno.test("openReceiver() listens in a worker where one may be started", async () => {
  await using receiver = await openReceiver(ANY_PORT);
  assert(receiver instanceof WorkerReceiver);
});

Deno.test({
  name: "openReceiver() asks for no permission: without it, it listens in this thread",
  permissions: { net: ["127.0.0.1"], read: false },
  fn: async () => {
    await using receiver = await openReceiver(ANY_PORT);
    assert(receiver instanceof BoxReceiver);
  },
});
