#!/bin/bash
# Records mail.pcap: curl sends mails to Python's smtpd (Debian 12), in a network namespace of their own:
#     sudo unshare -n ./mail.sh
here=$(dirname "$(realpath "$0")")
ip link set lo up
folder=$(mktemp -d)
tcpdump -Z root -U -i lo -w "$here/mail.pcap" port 25 2>"$folder/log" &
recorder=$!
until grep -q listening "$folder/log"; do sleep 0.1; done
python3 -W ignore -m smtpd -n -c DebuggingServer 127.0.0.1:25 >/dev/null &
server=$!
until ss -ltn | grep -q 127.0.0.1:25; do sleep 0.1; done
send() { curl -s --url smtp://127.0.0.1:25/pc.example --mail-from anna@example.org "$@"; }
send --mail-rcpt berta@example.net --crlf --upload-file - <<'END'
From: Anna <anna@example.org>
To: Berta <berta@example.net>
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= from
 the sea
Date: Tue, 14 Nov 2023 22:13:20 +0000
Message-ID: <1@pc.example>

.
The sea is as ever.
END
printf 'one, two\n' >"$folder/list.txt"
send --mail-rcpt berta@example.net --mail-rcpt cleo@example.net \
  -H "From: Anna <anna@example.org>" -H "To: Berta <berta@example.net>" -H "Cc: cleo@example.net" \
  -H "Subject: The list" -H "In-Reply-To: <1@pc.example>" -H "References: <0@pc.example> <1@pc.example>" \
  -F '=(;type=multipart/mixed' -F '=Here it is.;type=text/plain' -F '=)' -F "=@$folder/list.txt;type=text/plain;encoder=base64"
sleep 1
kill $server
kill -INT $recorder
wait $recorder
rm -r "$folder"
