"""Writes the vectors of bundles from `core/spec/bundle.md` alone, on `tarfile`, `zlib` and PyCA `cryptography`.

Run it by hand after a change of the spec: `python tests/vectors/make_bundle.py`. It draws nothing at random, so that the same
spec gives the same files. `--example` prints the example of the spec.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import struct
import sys
import tarfile
import zlib
from collections.abc import Callable
from typing import Any

# A folder of compiled modules here would be taken for one of vectors.
sys.dont_write_bytecode = True

from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: E402
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15  # noqa: E402
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature  # noqa: E402
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512  # noqa: E402
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: E402
from make_document import fixed, write  # noqa: E402
from make_program import grants  # noqa: E402
from make_sender import ANA, EVE, Signer  # noqa: E402

Files = dict[str, bytes]
Token = Callable[[dict[str, Any]], str]

MODULE = b'package acme\n\nimport data.acme.grants\n\ndecision := {"decision": input.subject.id in grants.open}\n'
MANIFEST = b'{"revision": "7", "roots": ["acme"], "metadata": {"sealwright": {"name": "acme", "entrypoint": "acme.decision"}}}'
DATA = b'{"open": ["ana@acme.example"]}'
BASE: Files = {".manifest": MANIFEST, "acme/acme.rego": MODULE, "acme/grants/data.json": DATA}
SECRET = "a secret of at least thirty-two bytes"
PEM = ANA.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
HS256 = {"id": "ops", "algorithm": "HS256", "key": SECRET}
EDDSA = {"id": "ops", "algorithm": "EdDSA", "key": PEM}


def canonical(value: Any) -> bytes:
    """Is RFC 8785 for what stands in these vectors: ASCII keys and integers."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(files: Files) -> str:
    lines = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {path}\n"
        for path, content in sorted(files.items(), key=lambda file: file[0].encode())
        if path != ".signatures.json"
    )
    return hashlib.sha256(b"sealwright.dev/bundle v1\n" + lines.encode()).hexdigest()


def tar(files: Files, form: int = tarfile.USTAR_FORMAT, slash: str = "", order: list[str] | None = None, **header: Any) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for path in order or list(files):
            entry = tarfile.TarInfo(slash + path)
            entry.size = len(files[path])
            for field, value in header.items():
                setattr(entry, field, value)
            archive.addfile(entry, io.BytesIO(files[path]))
    return out.getvalue()


def entry(name: str, content: bytes = b"", kind: bytes = b"0", magic: bytes = b"ustar\x0000", size: bytes | None = None, prefix: bytes = b"") -> bytes:
    """Writes one entry by hand, as no library would."""
    size = size or b"%011o\0" % len(content)
    head = name.encode().ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2 + size + b"00000000000\0"
    tail = kind + bytes(100) + magic + bytes(80) + prefix.ljust(155, b"\0") + bytes(12)
    checksum = b"%06o\0 " % (sum(head + tail) + 8 * 32)
    return head + checksum + tail + content + bytes(-len(content) % 512)


def packed(archive: bytes, head: bytes = bytes.fromhex("1f8b08000000000000ff"), level: int = 9) -> bytes:
    deflate = zlib.compressobj(level, zlib.DEFLATED, -15)
    return head + deflate.compress(archive) + deflate.flush() + struct.pack("<II", zlib.crc32(archive), len(archive))


def note(archive: bytes, revision: str = "7", signers: tuple[Signer, ...] = (ANA,), named: Signer | None = None) -> bytes:
    text = f"sealwright.dev/bundle v1\n{revision}\n{hashlib.sha256(archive[10:]).hexdigest()}\n"
    lines = ""
    for signer in signers:
        key = bytes.fromhex((named or signer).key_id.rpartition("+")[2])
        lines += f"— {signer.name} {base64.b64encode(key + signer.key.sign(text.encode())).decode()}\n"
    return f"{text}\n{lines}".encode()


def attached(archive: bytes, note: bytes) -> bytes:
    size = len(note)
    return bytes.fromhex("1f8b08040000000000ff") + struct.pack("<H2sH", size + 4, b"SW", size) + note + archive[10:]


def structural(text: bytes) -> bytes:
    """Is the form in which OPA hashes JSON: numbers stay as they are written."""

    def walk(value: Any) -> str:
        if isinstance(value, dict):
            pairs = sorted(value.items(), key=lambda pair: pair[0].encode())
            return "{" + ",".join(f"{encoded(key)}:{walk(item)}" for key, item in pairs) + "}"
        if isinstance(value, list):
            return "[" + ",".join(map(walk, value)) + "]"
        return value.text if isinstance(value, Number) else encoded(value)

    def encoded(value: Any) -> str:
        text = json.dumps(value, ensure_ascii=False)
        return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")

    return walk(json.loads(text, parse_int=Number, parse_float=Number)).encode()


class Number:
    def __init__(self, text: str) -> None:
        self.text = text


def listed(files: Files, algorithm: str = "SHA-256", yaml: dict[str, bytes] | None = None) -> list[dict[str, str]]:
    def hashed(path: str, content: bytes) -> str:
        name = path.rpartition("/")[2]
        if name in {"data.json", ".manifest"}:
            content = structural(content)
        elif name == "data.yaml":
            content = (yaml or {})[path]
        return hashlib.new(algorithm.replace("-", ""), content).hexdigest()

    return [{"name": path, "hash": hashed(path, content), "algorithm": algorithm} for path, content in files.items()]


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def jws(payload: dict[str, Any], header: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    signed = f"{b64url(json.dumps(header).encode())}.{b64url(json.dumps(payload).encode())}"
    return f"{signed}.{b64url(sign(signed.encode()))}"


def by_secret(algorithm: str = "HS256", secret: str = SECRET, **header: Any) -> Token:
    hashing = f"sha{algorithm[2:]}"
    return lambda payload: jws(payload, {"alg": algorithm, **header}, lambda text: hmac.digest(secret.encode(), text, hashing))


def prime(name: str) -> int:
    """Returns a prime of 1024 bits, the same at every run."""
    number = int.from_bytes(fixed(f"prime {name}", 128)) | 3 << 1022 | 1
    while any(pow(base, number - 1, number) != 1 for base in (2, 3, 5, 7)) or (number - 1) % 65537 == 0:
        number += 2
    return number


def rsa_key() -> rsa.RSAPrivateKey:
    p, q, e = prime("p"), prime("q"), 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(e, p * q)
    return rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public).private_key()


RSA = rsa_key()
P256 = ec.derive_private_key(int.from_bytes(fixed("p-256", 32)) >> 1, ec.SECP256R1())


def pem_of(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def by_rsa(algorithm: str = "RS256", **header: Any) -> Token:
    hashing = {"RS256": SHA256(), "RS384": SHA384(), "RS512": SHA512()}[algorithm]
    return lambda payload: jws(payload, {"alg": algorithm, **header}, lambda text: RSA.sign(text, PKCS1v15(), hashing))


def by_p256(payload: dict[str, Any]) -> str:
    def sign(text: bytes) -> bytes:
        r, s = decode_dss_signature(P256.sign(text, ec.ECDSA(SHA256(), deterministic_signing=True)))
        return r.to_bytes(32) + s.to_bytes(32)

    return jws(payload, {"alg": "ES256"}, sign)


def by_ed25519(signer: Signer = ANA, **header: Any) -> Token:
    return lambda payload: jws(payload, {"alg": "EdDSA", **header}, signer.key.sign)


def signed(bundle: Files, token: Token, **payload: Any) -> Files:
    text = token({"files": listed(bundle), "iat": 1, "iss": "tests", **payload})
    return bundle | {".signatures.json": json.dumps({"signatures": [text]}).encode()}


def source(files: Files, data: dict[str, Any] | None = None) -> dict[str, Any]:
    modules = sorted((path, text.decode()) for path, text in files.items() if path.endswith(".rego"))
    return {
        "name": "acme",
        "revision": "7",
        "entrypoint": "acme.decision",
        "modules": [{"path": path, "text": text} for path, text in modules],
        "data": {"acme": {"grants": json.loads(DATA)}} if data is None else data,
    }


def case(
    name: str,
    comment: str,
    archive: bytes | Files,
    expect: str = "ok",
    files: Files = BASE,
    trust: dict[str, Any] | None = None,
    note: bytes | None = None,
    policy: dict[str, Any] | None = None,
    signer: str | None = None,
    in_wasm: str | None = None,
) -> None:
    options: dict[str, Any] = {} if trust is None else {"trust": trust}
    vector: dict[str, Any] = {"comment": comment}
    if isinstance(archive, dict):
        vector["files"] = {path: base64.b64encode(content).decode() for path, content in archive.items()}
        files = archive
    else:
        vector["archive"] = base64.b64encode(archive).decode()
    if note is not None:
        options["note"] = note.decode()
    vector |= {"options": options, "expect": expect}
    if in_wasm is not None:
        vector["expect_in_wasm"] = in_wasm
    if expect == "ok":
        vector |= {"digest": digest(files), "signer": signer, "source": policy or source(files)}
    write("bundle", name, vector)


def containers() -> None:
    long = BASE | {f"acme/{'d' * 120}/{'e' * 90}.rego": b"package acme.long\n"}
    gnu, pax = tarfile.GNU_FORMAT, tarfile.PAX_FORMAT
    opa = tar(BASE, slash="/", order=["acme/grants/data.json", "acme/acme.rego", ".manifest"], mode=0o600)
    case("opa_build", "paths begin with a slash and the manifest is last, as `opa build` has it", packed(opa))
    case("plain_tar", "an archive that is not compressed", tar(BASE))
    case("folder", "a folder's files", BASE)
    case("python_pax", "Python's own form, with times below a second", packed(tar(BASE, pax, mtime=1.5, uname="ana")))
    case("pax_path", "a long path in pax", packed(tar(long, pax)), files=long)
    case("gnu_path", "a long path in GNU's form", packed(tar(long, gnu)), files=long)
    case("ustar_prefix", "a long path in prefix and name", packed(tar(long)), files=long)
    case("stored", "gzip without compression", packed(tar(BASE), level=0))
    named = bytes.fromhex("1f8b0808efbeadde0203") + b"acme.tar\0"
    case("gzip_name", "a gzip header with name and time", packed(tar(BASE), head=named))
    git = entry("pax_global_header", b"24 comment=" + b"c" * 12 + b"\n", b"g")
    case("global_comment", "a comment for all, as `git archive` writes", packed(git + tar(BASE)))
    root = entry("./", kind=b"5") + entry("./acme/", kind=b"5") + entry("old/", kind=b"\0", magic=bytes(8))
    case("folders", "folders, with `./`, and one of an old form", packed(root + tar(BASE, slash="./")))
    file = entry("b.rego", b"package acme.b\n", b"\0", bytes(8)) + tar(BASE)
    case("v7", "a file of the oldest form", packed(file), files=BASE | {"b.rego": b"package acme.b\n"})
    end = tar(BASE).rstrip(b"\0")
    short = end + bytes(-len(end) % 512) + bytes(1024)
    case("short_end", "two empty blocks and no more", packed(short))

    def refused(name: str, comment: str, archive: bytes, expect: str = "bundle_malformed", **more: Any) -> None:
        case(name, comment, archive, expect, **more)

    good = tar(BASE)
    for kind, what in ((b"1", "hard link"), (b"2", "symbolic link"), (b"3", "device"), (b"6", "pipe"), (b"7", "contiguous file"), (b"S", "sparse file"), (b"V", "volume label")):
        refused(f"type_{kind.decode().lower()}", f"a {what}", packed(entry("x", kind=kind) + good))
    for name, path in (("parent", "../x"), ("parent_inside", "acme/../../x"), ("double_slash", "//etc/x"), ("dot", "acme/./x"), ("backslash", "a\\b"), ("control", "a\x01b"), ("parent_folder", "..")):
        refused(f"path_{name}", f"the path {path!r}", packed(entry(path, b"x") + good))
    refused("path_parent_of_folder", "a folder `../x/`", packed(entry("../x/", kind=b"5") + good))
    refused("path_not_utf8", "a path in Latin-1", packed(entry("x").replace(b"x", b"\xe4", 1).replace(entry("x")[148:156], b"%06o\0 " % (sum(entry("x")) - sum(entry("x")[148:156]) + 256 - ord("x") + 0xE4)) + good))
    refused("path_prefix_parent", "`..` in the prefix", packed(entry("x", b"x", prefix=b"..") + good))
    refused("path_pax_parent", "`..` in a pax header", packed(entry("p", b"13 path=../x\n", b"x") + entry("x", b"x") + good))
    refused("path_gnu_parent", "`..` in a long name", packed(entry("l", b"../x\0", b"L") + entry("x", b"x") + good))
    refused("path_twice", "a path that is there twice", packed(entry("acme/acme.rego", MODULE) + good))
    refused("path_twice_slash", "a path that is there with a slash and without", packed(entry("/acme/acme.rego", MODULE) + good))
    refused("path_file_and_folder", "a file where a folder is", packed(entry("acme", b"x") + good))
    for name, record in (("size", b"11 size=99\n"), ("linkpath", b"14 linkpath=x\n"), ("sparse", b"22 GNU.sparse.major=1\n"), ("no_number", b"x path=y\n"), ("length", b"99 path=y\n"), ("sign", b"+10 path=y\n")):
        refused(f"pax_{name}", f"a pax header of {record!r}", packed(entry("p", record, b"x") + entry("x", b"x") + good))
    refused("pax_global_path", "a path for all", packed(entry("p", b"10 path=y\n", b"g") + good))
    refused("pax_last", "a pax header with nothing after it", packed(entry("p", b"10 path=y\n", b"x") + bytes(1024)))
    refused("checksum", "a header with another checksum", packed(good[:150] + bytes([good[150] ^ 1]) + good[151:]))
    refused("size_base256", "a size that is not octal", packed(entry("x", b"x", size=b"\x80" + bytes(10) + b"\1") + good))
    refused("size_sign", "a size with a sign", packed(entry("x", b"x", size=b"+0000000001\0") + good))
    refused("size_beyond", "a size beyond the end", packed(entry("x", size=b"77777777777\0") + good))
    refused("padding", "padding that is not empty", packed(entry("x", b"x")[:-1] + b"x" + good))
    refused("no_end", "an archive without its end", packed(end + bytes(-len(end) % 512)))
    refused("one_end", "one empty block", packed(end + bytes(-len(end) % 512) + bytes(512)))
    refused("behind_end", "something behind the end", packed(short + entry("x")))
    refused("magic", "an unknown form", packed(entry("x", magic=b"ustar\x0001") + good))
    refused("folder_content", "a folder with content", packed(entry("x/", b"x", b"5") + good))
    refused("empty", "no byte", b"")
    refused("text", "no archive", b"package acme\n" * 50)
    whole = packed(good)
    refused("gzip_cut", "gzip cut short", whole[:-9])
    refused("gzip_header_cut", "a gzip header cut short", whole[:9])
    refused("gzip_crc", "another checksum", whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:])
    refused("gzip_size", "another size", whole[:-1] + b"\1")
    refused("gzip_member", "a second member", whole + packed(b"", level=0))
    refused("gzip_zero", "a byte behind the end", whole + b"\0")
    refused("gzip_method", "another method", whole[:2] + b"\7" + whole[3:])
    refused("gzip_flag", "a reserved flag", whole[:3] + b"\x20" + whole[4:])
    refused("files", "more files than a bundle may have", packed(b"".join(entry(f"x{at}") for at in range(4097)) + good), "policy_limit")


def contents() -> None:
    def files(**changed: bytes) -> Files:
        return BASE | {path.replace("__", "/").replace("_", "."): content for path, content in changed.items()}

    joined = files(acme__data_json=b'{"grants": {"train": []}, "x": [1.5]}')
    case("data_joined", "data of two folders that meet", packed(tar(joined)), files=joined, policy=source(joined, {"acme": {"grants": {"open": ["ana@acme.example"], "train": []}, "x": [1.5]}}))
    yaml = files(acme__more__data_yaml=b"# more\n- a: 1\n  'b': yes please\n", acme__most__data_yml=b"{\"c\": null}\n")
    data = {"acme": {"grants": json.loads(DATA), "more": [{"a": 1, "b": "yes please"}], "most": {"c": None}}}
    case("data_yaml", "data in YAML", packed(tar(yaml)), files=yaml, policy=source(yaml, data), in_wasm="bundle_unsupported")
    bare = {path: content for path, content in BASE.items() if path != ".manifest"}
    policy = source(bare) | {"name": "policy", "revision": f"sha256:{digest(bare)[:16]}", "entrypoint": "sealwright.decision"}
    case("no_manifest", "a bundle that says nothing of itself", packed(tar(bare)), files=bare, policy=policy)
    other = files(README_md=b"# Acme\n", acme__schema_json=b"{}")
    case("other_files", "files that mean nothing, but count", packed(tar(other)), files=other)
    tested = BASE | {"acme/acme_test.rego": b"package acme.test\n"}
    case("tests", "tests stay", packed(tar(tested)), files=tested)
    whole = files(_manifest=b'{"revision": "7", "roots": [""], "rego_version": 1, "file_rego_versions": {}, "wasm": [], "metadata": {"sealwright": {"name": "acme", "entrypoint": "acme.decision"}, "owner": "ops"}}')
    case("manifest", "a manifest with all that it may say", packed(tar(whole)), files=whole)

    def refused(name: str, comment: str, expect: str, in_wasm: str | None = None, **changed: bytes) -> None:
        case(name, comment, packed(tar(files(**changed))), expect, in_wasm=in_wasm)

    refused("delta", "a delta bundle", "bundle_unsupported", patch_json=b'{"data": []}')
    refused("wasm", "a compiled policy", "bundle_unsupported", policy_wasm=b"\0asm")
    refused("plan", "a plan", "bundle_unsupported", plan_json=b"{}")
    refused("rego_v0", "Rego before v1", "bundle_unsupported", _manifest=b'{"rego_version": 0}')
    refused("manifest_unknown", "a manifest that says what nobody knows", "bundle_unsupported", _manifest=b'{"optional": true}')
    refused("manifest_repeated", "a manifest that says something twice", "bundle_malformed", _manifest=b'{"revision": "1", "revision": "2"}')
    refused("roots_overlap", "roots that overlap", "bundle_roots", _manifest=b'{"roots": ["acme", "acme/x"]}')
    refused("roots_package", "a package beyond the roots", "bundle_roots", other_rego=b"package acmes\n")
    refused("roots_data", "data beyond the roots", "bundle_roots", other__data_json=b"{}")
    refused("data_collide", "data that collide, though the same", "bundle_malformed", acme__data_json=b'{"grants": {"open": ["ana@acme.example"]}}')
    refused("data_repeated", "a key that is repeated", "bundle_malformed", acme__data_json=b'{"x": 1, "x": 1}')
    refused("data_large_integer", "an integer that runtimes read differently", "bundle_malformed", acme__data_json=b'{"x": 9007199254740993}')
    refused("module_not_utf8", "a module in Latin-1", "bundle_malformed", b_rego=b"package acme # \xe4\n")
    refused("manifest_in_folder", "a manifest elsewhere, which OPA would take", "bundle_malformed", **{"acme___manifest": b"{}"})
    for name, text in (("anchor", b"a: &x [1]\nb: *x\n"), ("tag", b"a: !!binary aGk=\n"), ("merge", b"<<: {a: 1}\n"), ("key", b"1: a\n"), ("repeated", b"a: 1\na: 2\n"), ("boolean", b"a: on\n"), ("octal", b"a: 0777\n"), ("documents", b"a: 1\n---\nb: 2\n"), ("deep", b"[" * 65 + b"]" * 65)):
        refused(f"yaml_{name}", f"YAML of {text[:20]!r}", "bundle_malformed", in_wasm="bundle_unsupported", acme__y__data_yaml=text)


def notes() -> None:
    archive = packed(tar(BASE))
    ana: dict[str, Any] = {"signers": [ANA.verifier]}
    both = attached(archive, note(archive, signers=(EVE, ANA)))
    good = attached(archive, note(archive))
    case("note", "a note in the header", good, trust=ana, signer=ANA.key_id)
    data = {"acme": {"grants": json.loads(DATA)}}
    modules = {"acme/acme.rego": MODULE.decode()}
    held = BASE | {"policy.program": grants(modules, data)}
    with_program = packed(tar(held))
    case("program", "the policy compiled, too", attached(with_program, note(with_program)), files=held, trust=ana, signer=ANA.key_id)
    other = packed(tar(BASE | {"policy.program": grants({"acme/acme.rego": MODULE.decode() + "\n"}, data)}))
    case("program_other", "another policy compiled", attached(other, note(other)), "program_mismatch", trust=ana)
    none = packed(tar(BASE | {"policy.program": b"\0asm"}))
    case("program_none", "a program that is none", attached(none, note(none)), "program_malformed", trust=ana)
    case("note_unasked", "a note that nobody asks for", good)
    case("note_detached", "a note beside the bundle", archive, trust=ana, note=note(archive), signer=ANA.key_id)
    case("note_detached_first", "a note beside the bundle goes before the one in it", attached(archive, note(archive, signers=(EVE,))), trust=ana, note=note(archive), signer=ANA.key_id)
    case("note_two", "two signatures, one of somebody unknown", both, trust=ana, signer=ANA.key_id)
    bare = {path: content for path, content in BASE.items() if path != ".manifest"}
    revision = f"sha256:{digest(bare)[:16]}"
    policy = source(bare) | {"name": "policy", "revision": revision, "entrypoint": "sealwright.decision"}
    derived = packed(tar(bare))
    case("note_derived", "a note of a revision that is derived", attached(derived, note(derived, revision)), files=bare, trust=ana, policy=policy, signer=ANA.key_id)

    def refused(name: str, comment: str, archive: bytes, expect: str = "bundle_signature", trust: dict[str, Any] = ana, **more: Any) -> None:
        case(f"note_{name}", comment, archive, expect, trust=trust, **more)

    refused("missing", "no note", archive, "bundle_unsigned")
    refused("plain", "a plain archive has none", tar(BASE), "bundle_unsigned", note=note(archive))
    refused("untrusted", "another's note", attached(archive, note(archive, signers=(EVE,))), "bundle_untrusted")
    refused("namesake", "another key of the same name", attached(archive, note(archive, signers=(Signer("ana", EVE.public),))), "bundle_untrusted")
    refused("forged", "another's signature under her key's name", attached(archive, note(archive, signers=(EVE,)).replace(b"eve", b"ana")), "bundle_untrusted")
    refused("nobody_trusted", "nobody is trusted", good, "bundle_untrusted", {})
    refused("signature", "an altered signature", attached(archive, note(archive)[:-4] + b"A==\n" if note(archive).endswith(b"==\n") else note(archive)[:-6] + b"AAAA" + note(archive)[-2:]))
    refused("revision", "an altered revision", attached(archive, note(archive).replace(b"\n7\n", b"\n8\n")))
    refused("other_revision", "a note of the same bytes under another revision", attached(archive, note(archive, "8")))
    refused("body", "another bundle's note", attached(packed(tar(BASE), level=1), note(archive)))
    refused("header_time", "a header of another form", good[:4] + b"\1" + good[5:], "bundle_unsigned")
    refused("first_line", "a note of something else", attached(archive, note(archive).replace(b"bundle v1", b"bundle v2")), "bundle_malformed")
    refused("no_signature", "a note without a signature", attached(archive, note(archive, signers=())), "bundle_malformed")
    refused("many", "more signatures than a note may have", attached(archive, note(archive, signers=(ANA,) * 9)), "bundle_malformed")
    refused("key", "a trusted key that is none", good, "verifier_invalid", {"signers": ["ana"]})


def signatures() -> None:
    files = BASE | {
        "acme/x/data.json": '{ "b" : [ 1.0, -2e3 , {} ], "a\\u0041": "\\/ \\u2028 é \\b\\f\\u0001 <&>" , "ä":null,"z":true}\n'.encode(),
        "README.md": b"{ }",
    }
    loaded = {"acme": {"grants": json.loads(DATA), "x": json.loads(files["acme/x/data.json"], parse_float=lambda text: int(float(text)))}}
    secret: dict[str, Any] = {"keys": [HS256]}

    def ok(name: str, comment: str, bundle: Files, trust: dict[str, Any] = secret, signer: str = "ops", **more: Any) -> None:
        case(f"jws_{name}", comment, packed(tar(bundle)), files=bundle, trust=trust, signer=signer, policy=source(bundle, loaded), **more)

    ok("hs256", "signed with a secret", signed(files, by_secret(kid="ops")))
    ok("hs512", "signed with a secret and a longer hash", signed(files, by_secret("HS512", SECRET * 2)), {"keys": [{"algorithm": "HS512", "key": SECRET * 2}]}, ".signatures.json")
    ok("eddsa", "signed with Ed25519", signed(files, by_ed25519(kid="ops")), {"keys": [EDDSA]})
    ok("eddsa_verifier_key", "its key is written as a verifier key", signed(files, by_ed25519()), {"keys": [EDDSA | {"key": ANA.verifier}]})
    for algorithm in ("RS256", "RS384", "RS512"):
        keys = {"keys": [{"id": "ops", "algorithm": algorithm, "key": pem_of(RSA)}]}
        ok(algorithm.lower(), "signed with RSA", signed(files, by_rsa(algorithm, kid="ops")), keys, in_wasm="bundle_key_invalid")
    keys = {"keys": [{"id": "ops", "algorithm": "ES256", "key": pem_of(P256)}]}
    ok("es256", "signed with P-256", signed(files, by_p256), keys, in_wasm="bundle_key_invalid")
    ok("keyid", "the payload names the key", signed(files, by_secret(), keyid="ops"), {"keys": [EDDSA | {"id": "other"}, HS256]})
    ok("scope", "for a scope", signed(files, by_secret(), scope="write"), secret | {"scope": "write"})
    ok("sha512", "other hashes", signed(files, by_secret(), files=listed(files, "SHA-512")))
    ok("slashes", "names begin with a slash", signed(files, by_secret(), files=[file | {"name": "/" + file["name"]} for file in listed(files)]))
    spaced = signed(files, by_secret()) | {"acme/grants/data.json": b' { "open" :\n["ana@acme.example"]}'}
    ok("space", "space in data does not count", spaced)
    case("jws_folder", "a folder that is signed", signed(BASE, by_secret()), trust=secret, signer="ops", policy=source(BASE))
    yaml = BASE | {"acme/y/data.yaml": b"b: [1, 2.50]\na: 'x'\n"}
    text = json.dumps({"signatures": [by_secret()({"files": listed(yaml, yaml={"acme/y/data.yaml": b'{"a":"x","b":[1,2.5]}'})})]})
    yaml |= {".signatures.json": text.encode()}
    policy = source(yaml, {"acme": {"grants": json.loads(DATA), "y": {"a": "x", "b": [1, 2.5]}}})
    case("jws_yaml", "YAML is hashed as JSON", packed(tar(yaml)), files=yaml, trust=secret, signer="ops", policy=policy, in_wasm="bundle_unsupported")
    archive = packed(tar(signed(BASE, by_secret())))
    case("jws_and_note", "both, of which the note is trusted", attached(archive, note(archive)), files=signed(BASE, by_secret()), trust={"signers": [ANA.verifier]}, signer=ANA.key_id)
    case("jws_and_foreign_note", "both, of which the note is not trusted", attached(archive, note(archive, signers=(EVE,))), files=signed(BASE, by_secret()), trust=secret, signer="ops")

    def refused(
        name: str, comment: str, bundle: Files, expect: str = "bundle_signature", trust: dict[str, Any] = secret, in_wasm: str | None = None
    ) -> None:
        case(f"jws_{name}", comment, packed(tar(bundle)), expect, trust=trust, in_wasm=in_wasm)

    good = signed(BASE, by_secret())
    refused("missing", "no signature", BASE, "bundle_unsigned")
    refused("no_key", "nobody is trusted", good, "bundle_unsigned", {})
    refused("other_key", "another secret", good, trust={"keys": [HS256 | {"key": SECRET[::-1]}]})
    refused("other_kid", "a key of another name", signed(BASE, by_secret(kid="eve")), "bundle_untrusted")
    refused("altered", "an altered module", good | {"acme/acme.rego": MODULE + b"\n"})
    refused("altered_data", "altered data", good | {"acme/grants/data.json": DATA.replace(b"ana", b"eve")})
    refused("number", "a number that is written otherwise", signed(BASE | {"acme/x/data.json": b"[1]"}, by_secret()) | {"acme/x/data.json": b"[1.0]"})
    refused("added", "a file that is not listed", good | {"acme/b.rego": b"package acme.b\n"})
    refused("added_text", "a file that means nothing and is not listed", good | {"README.md": b""})
    refused("removed", "a file that is not there", {path: content for path, content in good.items() if not path.endswith(".rego")})
    refused("listed_twice", "a file that is listed twice", signed(BASE, by_secret(), files=listed(BASE) + listed(BASE)[:1]), "bundle_malformed")
    refused("no_files", "nothing listed", signed(BASE, by_secret(), files=None), "bundle_malformed")
    refused("md5", "hashes that can be forged", signed(BASE, by_secret(), files=[file | {"algorithm": "MD5"} for file in listed(BASE)]), "bundle_unsupported")
    refused("sha1", "hashes that can be forged", signed(BASE, by_secret(), files=[file | {"algorithm": "SHA-1"} for file in listed(BASE)]), "bundle_unsupported")
    refused("scope_missing", "for no scope", good, trust=secret | {"scope": "write"})
    refused("scope_other", "for another scope", signed(BASE, by_secret(), scope="read"))
    refused("none", "the algorithm `none`", signed(BASE, lambda payload: jws(payload, {"alg": "none"}, lambda _: b"")))
    refused("confused", "a public key taken for a secret", signed(BASE, by_secret(secret=PEM)), trust={"keys": [EDDSA]})
    keys = {"keys": [{"algorithm": "RS256", "key": pem_of(RSA)}]}
    refused("rsa_other_hash", "RSA with a hash that the key is not for", signed(BASE, by_rsa("RS512")), trust=keys, in_wasm="bundle_key_invalid")
    refused("rsa_confused", "a public key of RSA taken for a secret", signed(BASE, by_secret(secret=pem_of(RSA))), trust=keys, in_wasm="bundle_key_invalid")
    refused("rsa_other_file", "an altered module", signed(BASE, by_rsa()) | {"acme/acme.rego": MODULE + b" "}, trust=keys, in_wasm="bundle_key_invalid")
    refused("key_of_another_kind", "a key of P-256 for RSA", good, "bundle_key_invalid", {"keys": [{"algorithm": "RS256", "key": pem_of(P256)}]})
    refused("crit", "something that must be understood", signed(BASE, by_secret(crit=["exp"])), "bundle_malformed")
    refused("eve", "another's key", signed(BASE, by_ed25519(EVE)), trust={"keys": [EDDSA]})
    token = json.loads(good[".signatures.json"])["signatures"][0]
    head, payload, tag = token.split(".")
    last = "A" if tag[-2] != "A" else "B"
    for name, text, expect in (
        ("tag", f"{head}.{payload}.{tag[:-2]}{last}{tag[-1]}", "bundle_signature"),
        ("two_parts", f"{head}.{payload}", "bundle_malformed"),
        ("padded", f"{token}=", "bundle_malformed"),
    ):
        refused(name, f"a token with {name.replace('_', ' ')}", good | {".signatures.json": json.dumps({"signatures": [text]}).encode()}, expect)
    refused("two", "two signatures", good | {".signatures.json": json.dumps({"signatures": [token, token]}).encode()}, "bundle_malformed")
    refused("plugin", "a plugin's signatures", good | {".signatures.json": json.dumps({"signatures": [token], "plugin": "x"}).encode()}, "bundle_unsupported")
    refused("key_invalid", "a secret that is too short", good, "bundle_key_invalid", {"keys": [HS256 | {"key": "short"}]})
    refused("algorithm_invalid", "an algorithm that is none", good, "bundle_key_invalid", {"keys": [HS256 | {"algorithm": "none"}]})


def example() -> str:
    files = {".manifest": canonical(json.loads(MANIFEST) | {"rego_version": 1}), "acme/acme.rego": MODULE, "data.json": canonical({"acme": {"grants": json.loads(DATA)}})}
    archive = packed(tar(files))
    return f"{files['.manifest'].decode()}\n{digest(files)}\n{note(archive).decode()}\n{base64.b64encode(attached(archive, note(archive))).decode()}\n{ANA.verifier}"


if __name__ == "__main__":
    if "--example" in sys.argv:
        print(example())
    else:
        containers()
        contents()
        notes()
        signatures()
