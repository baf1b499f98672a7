#!/bin/sh
# Guess: dpkt's HTTP finds a message's body by RFC 9112, section 6: chunks where "chunked" is the last coding, Content-Length,
# else for a response all until the connection ends. A method is any token.
# Found: dpkt 1.9.8 has a list of methods, without PATCH and M-SEARCH (SSDP), which raise UnpackError. Without a length it is
# Content-Type that decides: a response without one has no body, and so has "gzip, chunked" (with one, the body is the chunks
# as they are). A folded line becomes a header of its own, and bytes that are not ASCII vanish from values.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install dpkt==1.9.8
venv/bin/python - <<'PYTHON' | tee seen
import dpkt
def request(head):
    try:
        return dpkt.http.Request(head + b"\r\nHost: example.org\r\nContent-Length: 0\r\n\r\n").method
    except dpkt.UnpackError as error:
        return f"UnpackError: {error}"
def response(head, rest):
    return dpkt.http.Response(b"HTTP/1.1 " + b"\r\n".join([*head, b"", rest]))
chunks = b"3\r\nabc\r\n0\r\n\r\n"
print(request(b"PUT / HTTP/1.1"))
print(request(b"PATCH / HTTP/1.1"))
print(request(b"M-SEARCH * HTTP/1.1"))
print("until the end", response([b"200 OK", b"Content-Type: text/plain"], b"abc").body)
print("until the end", response([b"200 OK"], b"abc").body)
print("chunked", response([b"200 OK", b"Transfer-Encoding: chunked"], chunks).body)
print("gzip, chunked", response([b"200 OK", b"Transfer-Encoding: gzip, chunked"], chunks).body)
print(dict(response([b"200 OK", b"Server: one", b" two", b"Via: caf\xc3\xa9", b"Content-Length: 0"], b"").headers))
PYTHON
cat >wanted <<'END'
PUT
UnpackError: invalid http method: 'PATCH'
UnpackError: invalid http method: 'M-SEARCH'
until the end b'abc'
until the end b''
chunked b'abc'
gzip, chunked b''
{'server': 'one', 'two': '', 'via': 'caf', 'content-length': '0'}
END
cmp seen wanted
