"""Files of keys that a token holds, in OpenSSH's own form; there is no such token.

The form is that of OpenSSH's PROTOCOL.key, with the fields of PROTOCOL.u2f.
"""

from __future__ import annotations

import base64
from pathlib import Path

_POINT = bytes.fromhex(  # the base point of NIST P-256, which is on the curve
    "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
)
#: The base point of Ed25519.
_EDWARDS = bytes.fromhex("5866666666666666666666666666666666666666666666666666666666666666")
#: Type -> its fields of the public half, before the application.
_KINDS = {
    "ed25519-sk": (b"sk-ssh-ed25519@openssh.com", [_EDWARDS]),
    "ecdsa-sk": (b"sk-ecdsa-sha2-nistp256@openssh.com", [b"nistp256", _POINT]),
}
_TOUCH = 1


def write(folder: Path) -> None:
    """Write into `folder` a file and a public half of each type: ed25519-sk and ecdsa-sk."""
    folder.mkdir(exist_ok=True)
    for kind, (name, fields) in _KINDS.items():
        public = b"".join(map(_string, [name, *fields, b"ssh:"]))
        file = folder / kind
        file.write_text(_private(public))
        file.chmod(0o600)
        text = base64.b64encode(public).decode()
        file.with_name(f"{kind}.pub").write_text(f"{name.decode()} {text} made up\n")


def _private(public: bytes) -> str:
    check = bytes(8)
    inner = check + public + bytes([_TOUCH]) + b"".join(map(_string, [bytes(64), b"", b"made up"]))
    inner += bytes(range(1, -len(inner) % 8 + 1))
    none = _string(b"none")
    whole = b"openssh-key-v1\0" + none + none + _string(b"") + bytes([0, 0, 0, 1])
    whole += _string(public) + _string(inner)
    text = base64.encodebytes(whole).decode()
    return f"-----BEGIN OPENSSH PRIVATE KEY-----\n{text}-----END OPENSSH PRIVATE KEY-----\n"


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data
