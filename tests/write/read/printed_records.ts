/**
 * Records made and printed by the libraries of the original: gogo/protobuf 1.3.2 for the bytes and
 * the text, Go's encoding/json for the JSON line.
 */
export const PRINTED_RECORDS = [
  {
    type: "IPProfile",
    hex:
      "0a0831302e302e302e3110ffffffffffffffffff01220161220028959aefffddf0959a1642060a01621201784a220a03544350121b08ffffffffffffffffff01120e3c7765623e202620226d6f7265225a050a01681002620408501a00",
    json: String
      .raw`{"Addr":"10.0.0.1","NumPackets":-1,"DNSNames":["a",""],"TimestampFirst":1600000000123456789,"Ja3Hashes":{"b":"x"},"Protocols":{"TCP":{"Packets":18446744073709551615,"Category":"\u003cweb\u003e \u0026 \"more\""}},"SNIs":{"h":2},"SrcPorts":[{"PortNumber":80,"Stats":{}}]}`,
    text: String.raw`Addr: "10.0.0.1"
NumPackets: -1
DNSNames: "a"
DNSNames: ""
TimestampFirst: 1600000000123456789
Ja3Hashes: <
  key: "b"
  value: "x"
>
Protocols: <
  key: "TCP"
  value: <
    Packets: 18446744073709551615
    Category: "<web> & \"more\""
  >
>
SNIs: <
  key: "h"
  value: 2
>
SrcPorts: <
  PortNumber: 80
  Stats: <
  >
>
`,
    compact: String
      .raw`Addr:"10.0.0.1" NumPackets:-1 DNSNames:"a" DNSNames:"" TimestampFirst:1600000000123456789 Ja3Hashes:<key:"b" value:"x" > Protocols:<key:"TCP" value:<Packets:18446744073709551615 Category:"<web> & \"more\"" > > SNIs:<key:"h" value:2 > SrcPorts:<PortNumber:80 Stats:<> > `,
  },
  {
    type: "UDP",
    hex: "080131691d554d1075ef3e3803420300ff224a033a3a31",
    json:
      '{"Timestamp":1,"PayloadEntropy":0.000015,"PayloadSize":3,"Payload":"AP8i","SrcIP":"::1"}',
    text: String.raw`Timestamp: 1
PayloadEntropy: 1.5e-05
PayloadSize: 3
Payload: "\000\377\""
SrcIP: "::1"
`,
    compact: String
      .raw`Timestamp:1 PayloadEntropy:1.5e-05 PayloadSize:3 Payload:"\000\377\"" SrcIP:"::1" `,
  },
  {
    type: "GRE",
    hex: "100170ffffffff0f8a010a0801220201022a021007",
    json:
      '{"ChecksumPresent":true,"Key":4294967295,"Routing":{"AddressFamily":1,"RoutingInformation":"AQI=","Next":{"SREOffset":7}}}',
    text: String.raw`ChecksumPresent: true
Key: 4294967295
Routing: <
  AddressFamily: 1
  RoutingInformation: "\001\002"
  Next: <
    SREOffset: 7
  >
>
`,
    compact: String
      .raw`ChecksumPresent:true Key:4294967295 Routing:<AddressFamily:1 RoutingInformation:"\001\002" Next:<SREOffset:7 > > `,
  },
  {
    type: "SSH",
    hex: "2a1261e280a862096301085c20c3a90a22e282ac",
    json: String.raw`{"Ident":"a\u2028b\tc\u0001\b\\ é\n\"€"}`,
    text: String.raw`Ident: "a\342\200\250b\tc\001\010\\ \303\251\n\"\342\202\254"
`,
    compact: String.raw`Ident:"a\342\200\250b\tc\001\010\\ \303\251\n\"\342\202\254" `,
  },
  {
    type: "Exploit",
    hex: "08051201315a0d080712036120623a01783a0179",
    json:
      '{"Timestamp":5,"ID":"1","Software":{"Timestamp":7,"Product":"a b","DPIResults":["x","y"]}}',
    text: String.raw`Timestamp: 5
ID: "1"
Software: <
  Timestamp: 7
  Product: "a b"
  DPIResults: "x"
  DPIResults: "y"
>
`,
    compact: String
      .raw`Timestamp:5 ID:"1" Software:<Timestamp:7 Product:"a b" DPIResults:"x" DPIResults:"y" > `,
  },
  {
    type: "TLSServerHello",
    hex: "7a01017a00ea010171",
    json: '{"Scts":["AQ==",""],"Ja3s":"q"}',
    text: String.raw`Scts: "\001"
Scts: ""
Ja3s: "q"
`,
    compact: String.raw`Scts:"\001" Scts:"" Ja3s:"q" `,
  },
  {
    type: "Dot11",
    hex: "720a22080a062a0208013002",
    json: '{"HTControl":{"HT":{"LinkAdapationControl":{"MFB":2,"ASEL":{"Command":1}}}}}',
    text: String.raw`HTControl: <
  HT: <
    LinkAdapationControl: <
      MFB: 2
      ASEL: <
        Command: 1
      >
    >
  >
>
`,
    compact: String
      .raw`HTControl:<HT:<LinkAdapationControl:<MFB:2 ASEL:<Command:1 > > > > `,
  },
] as const;
