#!/bin/sh
# Guess: a Noise library does not make messages above 65,535 bytes, the specification's limit (section 3),
# since it will not take them either.
# Found: PyPI's noiseprotocol 0.3.1 measures the plain text: it encrypts 65,520 bytes to a message of 65,536,
# which its own decrypt() refuses. The sender sees nothing and its counter has moved on, so the receiver is
# out of step from then on. 65,519 bytes at most are good.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install noiseprotocol==0.3.1
venv/bin/python - <<'PYTHON' | tee seen
from noise.connection import NoiseConnection
left, right = (NoiseConnection.from_name(b"Noise_NN_25519_ChaChaPoly_SHA256") for _ in range(2))
left.set_as_initiator()
right.set_as_responder()
left.start_handshake()
right.start_handshake()
right.read_message(left.write_message())
left.read_message(right.write_message())
for length in 65519, 65520, 1:
    message = left.encrypt(bytes(length))
    try:
        print(length, len(message), len(right.decrypt(message)))
    except Exception as error:
        print(length, len(message), type(error).__name__)
PYTHON
cat >wanted <<'END'
65519 65535 65519
65520 65536 NoiseInvalidMessage
1 17 NoiseInvalidMessage
END
cmp seen wanted
