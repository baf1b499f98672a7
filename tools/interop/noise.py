"""Noise_IK_25519_AESGCM_SHA256 (Noise revision 34), both sides, payloads empty."""

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NAME = b"Noise_IK_25519_AESGCM_SHA256"


class KeyPair:
    def __init__(self, private=None):
        self._private = (
            X25519PrivateKey.from_private_bytes(private) if private else X25519PrivateKey.generate()
        )
        self.public = self._private.public_key().public_bytes_raw()

    def agree(self, public):
        return self._private.exchange(X25519PublicKey.from_public_bytes(public))


class Cipher:
    """One direction. The nonce counts, big-endian (section 12.4)."""

    def __init__(self, key):
        self._aes = AESGCM(key)
        self._count = 0

    def _nonce(self):
        self._count += 1
        return bytes(4) + (self._count - 1).to_bytes(8, "big")

    def seal(self, plaintext, associated=b""):
        return self._aes.encrypt(self._nonce(), plaintext, associated)

    def open(self, ciphertext, associated=b""):
        return self._aes.decrypt(self._nonce(), ciphertext, associated)


class _Symmetric:
    def __init__(self, prologue):
        self.hash = NAME.ljust(32, b"\0")
        self.chain = self.hash
        self.cipher = None
        self.mix_hash(prologue)

    def mix_hash(self, data):
        self.hash = hashlib.sha256(self.hash + data).digest()

    def mix_key(self, secret):
        self.chain, key = _two_keys(self.chain, secret)
        self.cipher = Cipher(key)

    def seal(self, plaintext):
        ciphertext = self.cipher.seal(plaintext, self.hash)
        self.mix_hash(ciphertext)
        return ciphertext

    def open(self, ciphertext):
        plaintext = self.cipher.open(ciphertext, self.hash)
        self.mix_hash(ciphertext)
        return plaintext

    def split(self):
        first, second = _two_keys(self.chain, b"")
        return Cipher(first), Cipher(second)


def _two_keys(chain, secret):
    temporary = hmac.digest(chain, secret, "sha256")
    first = hmac.digest(temporary, b"\1", "sha256")
    return first, hmac.digest(temporary, first + b"\2", "sha256")


class Initiator:
    """Makes message 1 at once; message 2 gives the ciphers and the handshake hash."""

    def __init__(self, prologue, static, remote, ephemeral=None):
        self._static = static
        self._ephemeral = ephemeral or KeyPair()
        state = self._state = _Symmetric(prologue)
        state.mix_hash(remote)
        state.mix_hash(self._ephemeral.public)
        state.mix_key(self._ephemeral.agree(remote))
        sealed_static = state.seal(static.public)
        state.mix_key(static.agree(remote))
        self.message1 = self._ephemeral.public + sealed_static + state.seal(b"")

    def finish(self, message2):
        """Returns (sending, receiving, handshake hash)."""
        assert len(message2) == 48, f"message 2 has {len(message2)} bytes"
        state = self._state
        remote = message2[:32]
        state.mix_hash(remote)
        state.mix_key(self._ephemeral.agree(remote))
        state.mix_key(self._static.agree(remote))
        assert state.open(message2[32:]) == b""
        sending, receiving = state.split()
        return sending, receiving, state.hash


def respond(prologue, static, message1, ephemeral=None):
    """Returns (message 2, sending, receiving, handshake hash, the initiator's static key)."""
    assert len(message1) == 96, f"message 1 has {len(message1)} bytes"
    ephemeral = ephemeral or KeyPair()
    state = _Symmetric(prologue)
    state.mix_hash(static.public)
    remote_ephemeral = message1[:32]
    state.mix_hash(remote_ephemeral)
    state.mix_key(static.agree(remote_ephemeral))
    remote_static = state.open(message1[32:80])
    state.mix_key(static.agree(remote_static))
    assert state.open(message1[80:]) == b""
    state.mix_hash(ephemeral.public)
    state.mix_key(ephemeral.agree(remote_ephemeral))
    state.mix_key(ephemeral.agree(remote_static))
    message2 = ephemeral.public + state.seal(b"")
    receiving, sending = state.split()
    return message2, sending, receiving, state.hash, remote_static
