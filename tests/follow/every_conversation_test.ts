import { captures } from "../decode/captured_frames.ts";
import { testEveryConversation } from "./every_conversation.ts";

const APART = "the same addresses and ports in other VLANs and tunnels, which are one for tshark";
const KNOWN = {
  "own/crafted/devices.pcapng": "link types that tshark does not read to their end",
  "own/crafted/edges.pcap": APART,
  "own/crafted/in_front_of_ip.pcap": APART,
  "own/crafted/link_types.pcapng": "link types that tshark does not read to their end",
  "own/crafted/switches.pcapng": "link types that tshark does not read to their end",
  "own/crafted/tunnels.pcap": APART,
  "own/crafted/udp_tunnels.pcap": APART,
  "own/crafted/xl2tpd.pcap": APART,
  "own/cut_nanoseconds.pcap": "headers of TCP that are cut behind their ports are none for tshark",
};

testEveryConversation(captures(), KNOWN, 50);
