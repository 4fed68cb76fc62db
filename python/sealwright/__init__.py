"""Seals documents under a policy, and opens them where the policy allows.

    import sealwright as sw
    policy = sw.Policy.load("policies/")
    gate = sw.Gate(policy, subject={"id": "ana@acme.example", "roles": ["analyst"]}, purpose="analyse")
    sealed = gate.seal(b"...", recipients=[identity.recipient], label={"classification": "internal"})
    with gate.open(sealed, identities=[identity]) as document:
        text = document.read()

`seal` and `open` go through a policy; `encrypt` and `decrypt` are raw age, without one. Whatever goes wrong is a
`SealwrightError` with a stable `code`; a refusal is `Denied` and carries the decision.
"""

from .age import decrypt, encrypt, inspect
from .document import Document
from .errors import (
    Denied,
    EnvironmentFailure,
    FileError,
    IntegrityError,
    Location,
    MalformedError,
    NoKeyError,
    PolicyError,
    SealwrightError,
    UsageError,
)
from .gate import Gate, open, seal
from .identity import Identity
from .policy import Policy
from .recipient import Recipient
from .scan import scan

__version__ = "0.1.0"

__all__ = [
    "Denied",
    "Document",
    "EnvironmentFailure",
    "FileError",
    "Gate",
    "Identity",
    "IntegrityError",
    "Location",
    "MalformedError",
    "NoKeyError",
    "Policy",
    "PolicyError",
    "Recipient",
    "SealwrightError",
    "UsageError",
    "decrypt",
    "encrypt",
    "inspect",
    "open",
    "scan",
    "seal",
]
