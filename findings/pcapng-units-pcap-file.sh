#!/bin/sh
# Guess: a Rust crate that reads pcapng and gives times as Duration applies an interface's if_tsresol to its
# packets' times, and microseconds where there is none.
# Found: pcap-file 2.0.0 takes every count for nanoseconds, whatever the interface says: packets of September
# 2020 in the default unit are dated 1970-01-19, those with if_tsresol 0 to 1.6 s. Only nanosecond files are
# right. Its own writer writes nanoseconds without saying so, so that its files read well by itself alone.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 - <<'PYTHON'
import struct
def block(kind, body):
    return struct.pack("<II", kind, 12 + len(body)) + body + struct.pack("<I", 12 + len(body))
def interface(unit):
    return block(1, struct.pack("<HHI", 1, 0, 0) + (b"" if unit is None else struct.pack("<HHB3xI", 9, 1, unit, 0)))
def packet(number, time):
    return block(6, struct.pack("<IIIII", number, time >> 32, time & 0xFFFFFFFF, 60, 60) + bytes(60))
with open("units.pcapng", "wb") as f:
    f.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
    f.write(interface(None) + interface(9) + interface(0))
    f.write(packet(0, 1_600_000_000 * 10**6) + packet(1, 1_600_000_000 * 10**9) + packet(2, 1_600_000_000))
PYTHON
cargo init --quiet --name example --vcs none . 2>/dev/null
printf '[package]\nname = "example"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\npcap-file = "=2.0.0"\n' >Cargo.toml
cat >src/main.rs <<'RUST'
use pcap_file::pcapng::{blocks::{enhanced_packet::EnhancedPacketBlock, interface_description::InterfaceDescriptionBlock},
    Block, PcapNgReader, PcapNgWriter};
use pcap_file::DataLink;
use std::{fs::File, time::Duration};

fn main() {
    let mut reader = PcapNgReader::new(File::open("units.pcapng").unwrap()).unwrap();
    while let Some(block) = reader.next_block() {
        if let Block::EnhancedPacket(packet) = block.unwrap() {
            println!("pcap-file {:?}", packet.timestamp);
        }
    }
    let mut writer = PcapNgWriter::new(File::create("own.pcapng").unwrap()).unwrap();
    let interface = InterfaceDescriptionBlock { linktype: DataLink::ETHERNET, snaplen: 0, options: vec![] };
    writer.write_pcapng_block(interface).unwrap();
    let packet = EnhancedPacketBlock { interface_id: 0, timestamp: Duration::from_secs(1_600_000_000), original_len: 60,
        data: vec![0; 60].into(), options: vec![] };
    writer.write_pcapng_block(packet).unwrap();
}
RUST
cargo run --quiet 2>/dev/null | tee seen
for file in units own; do
  tshark -r $file.pcapng -T fields -e frame.time_epoch 2>/dev/null | sed "s/^/tshark $file /"
done | tee -a seen
cat >wanted <<'END'
pcap-file 1600000s
pcap-file 1600000000s
pcap-file 1.6s
tshark units 1600000000.000000000
tshark units 1600000000.000000000
tshark units 1600000000.000000000
tshark own 1600000000000.000000000
END
cmp seen wanted
