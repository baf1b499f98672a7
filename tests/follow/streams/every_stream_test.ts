import { captures } from "../../decode/captured_frames.ts";
import { testEveryStream } from "./every_stream.ts";

testEveryStream(captures(), {
  "http.request.method": 15,
  "http.response.code": 15,
  "ssh.kex.hassh": 1,
  "ssh.kex.hasshserver": 1,
  "dns.id": 30,
  "smtp.req.command": 11,
  "imf.subject": 2,
  "imf.references": 1,
});
