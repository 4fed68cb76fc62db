"""Seals documents under a policy, and opens them where the policy allows.

    import sealwright as sw
    policy = sw.Policy.load("policies/")
    ana = {"id": "ana@acme.example", "roles": ["analyst"]}
    gate = sw.Gate(policy, subject=ana, purpose="analyse", trusted_senders=[signer.verifier])
    label = {"classification": "internal"}
    sealed = gate.seal(b"...", recipients=[identity.recipient], label=label, signer=signer)
    with gate.open(sealed, identities=[identity]) as document:
        text = document.read()

A `Collection` seals the values of columns one by one. `seal` and `open` go through a policy; `encrypt` and `decrypt` are raw age, without one. Whatever goes wrong is a
`SealwrightError` with a stable `code`; a refusal is `Denied` and carries the decision.
"""

from .age import decrypt, encrypt, inspect
from .batch import Batch
from .bundle import Bundle, sign_bundle, sign_bundle_detached
from .collection import Collection
from .credential import ClientCredentials, Prover
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
from .explanation import Explanation
from .filter import Filter
from .gate import Gate, open, seal
from .header import detach, join, outboard, rewrap
from .identity import Identity
from .policy import Policy
from .recipient import Recipient
from .release import Release, ReleaseClient
from .scan import scan
from .signer import Signer, VerifierKey

__version__ = "0.1.0"

__all__ = [
    "Batch",
    "Bundle",
    "ClientCredentials",
    "Collection",
    "Denied",
    "Document",
    "EnvironmentFailure",
    "Explanation",
    "FileError",
    "Filter",
    "Gate",
    "Identity",
    "IntegrityError",
    "Location",
    "MalformedError",
    "NoKeyError",
    "Policy",
    "PolicyError",
    "Prover",
    "Recipient",
    "Release",
    "ReleaseClient",
    "SealwrightError",
    "Signer",
    "UsageError",
    "VerifierKey",
    "decrypt",
    "detach",
    "encrypt",
    "inspect",
    "join",
    "open",
    "outboard",
    "rewrap",
    "scan",
    "seal",
    "sign_bundle",
    "sign_bundle_detached",
]
