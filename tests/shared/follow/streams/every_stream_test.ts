import { testEveryStream } from "../../../follow/streams/every_stream.ts";
import { sharedCaptures } from "../../shared_captures.ts";

testEveryStream(sharedCaptures(), {
  "tls.handshake.ja3": 100,
  "tls.handshake.ja3s": 20,
  "ssh.kex.hassh": 4,
  "http.request.method": 9,
  "smtp.req.command": 20,
  "pop.request.command": 10,
  "imf.from": 3,
  "imf.subject": 3,
  "dns.id": 2,
});
