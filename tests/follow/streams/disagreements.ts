/** Where streams differ from what tshark 4.0 says of them, and why. */

/** By capture, then field: how much more often than tshark we have a value. */
export type Differences = Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>
>;

/** tshark waits for the end of a body that the capture does not have. */
const UNENDED = {
  "accecn_handshake.pcap": {
    "http.response.code": { "200": 1 },
    "http.server": { "Apache/2.4.41 (Ubuntu)": 1 },
  },
  "zeek-concurrent-range-requests.pcap": {
    "http.response.code": { "206": 1 },
    "http.server": { "nginx": 1 },
  },
};

/** A link type that is not decoded here: ARCnet. */
const NOT_DECODED = Object.fromEntries(
  ["arcnet-rfc1051-arp-icmp-http.pcap", "arcnet-rfc1201-arp-icmp-http.pcap"].map((name) => [name, {
    "http.request.method": { "GET": -1 },
    "http.request.uri": { "/": -1 },
    "http.host": { "tcpdump.org": -1 },
    "http.user_agent": { "curl/7.9.5 (i586-pc-linux-gnu) libcurl 7.9.5 (ipv6 enabled)": -1 },
    "http.response.code": { "301": -1 },
    "http.server": { "Apache": -1 },
  }]),
);

/** The capture has each frame in three VLANs: three connections here, with tshark one that repeats itself. */
const MIRRORED = {
  "nDPI-capwap_data.pcapng": {
    "tls.handshake.ja3": { "ee65329706afb750866495410fce080d": 2 },
    "tls.handshake.extensions_server_name": { "alt2-mtalk.google.com": 2 },
  },
};

/** tshark takes first lines and headers from heads that the capture has cut. */
const CUT = {
  "cid-tcp.pcap": {
    "http.request.method": { "GET": -1 },
    "http.request.uri": { "/images/sf.net_box.gif": -1 },
    "http.response.code": { "200": -1 },
  },
};

/** tshark tells client and server by the port; here the server has opened the connection, from port 22. */
const REVERSED = {
  "zeek-reverse-ssh.pcap": {
    "ssh.kex.hassh": {
      "18f369389d126cfeecade20e1ea5ff9b": 1,
      "413e646031ea5204c5ec2fe2d5b7946e": -1,
    },
    "ssh.kex.hasshserver": {
      "413e646031ea5204c5ec2fe2d5b7946e": 1,
      "18f369389d126cfeecade20e1ea5ff9b": -1,
    },
  },
};

/** tshark keeps the keys of the first Initial packet, whose version the server has refused. */
const REFUSED_VERSION = {
  "quic_vn.pcap": {
    "tls.handshake.ja3": { "9a78264e64e221797705e75a3c55df01": 1 },
    "tls.handshake.extensions_server_name": { "localhost": 1 },
    "tls.handshake.extensions_alpn_str": { "h3": 1 },
  },
};

/**
 * tshark takes for commands what AUTH asks for, and for a chunk what comes behind a BDAT that has no
 * length. Commands are compared in upper case. It reads each segment of a mail by itself, and does not see
 * a field that is in two.
 */
const MAIL = {
  "zeek-pop3.pcap": {
    "imf.content.type": {
      'multipart/alternative;\tboundary="_000_BF8FAC832FD171479CA19CA1FEA2254216D203E1MEREXCH1napiera_"':
        1,
      'text/plain; charset="us-ascii"': 1,
    },
    "pop.request.command": {
      "AGRPZ2L0YWXPBNZLC3RPZ2F0B3JABMV0D29YA3NPBXMUY29TAG5HCGLLCG==": -1,
      "AGRPZ2L0YWXPBNZLC3RPZ2F0B3JABMV0D29YA3NPBXMUY29TAG5HCGLLCJEYMW==": -2,
    },
  },
  "zeek-smtp-bdat-cmd-invalid.pcapng": { "smtp.req.command": { "QUIT": 1 } },
};

/** tshark takes the port for another application's. */
const BY_PORT = { "dns_tcp_8053.pcap": { "dns.id": { "56178": 2 } } };

/** HTTP over UDP, of UPnP, is no stream. */
const DATAGRAMS = {
  "ja4/tls3.pcapng": {
    "http.request.method": { "M-SEARCH": -4 },
    "http.request.uri": { "*": -4 },
    "http.host": { "239.255.255.250:1900": -4 },
  },
};

export const DIFFERENCES: Differences = {
  ...UNENDED,
  ...NOT_DECODED,
  ...MIRRORED,
  ...CUT,
  ...REVERSED,
  ...REFUSED_VERSION,
  ...MAIL,
  ...BY_PORT,
  ...DATAGRAMS,
};
