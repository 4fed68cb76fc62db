/**
 * Proves who calls (DPoP, RFC 9449): a P-256 key that never leaves the runtime.
 *
 * Where it should outlive the page, keep `keys` in IndexedDB.
 */
export class Prover {
  readonly keys: CryptoKeyPair;
  /** Is what tokens are bound to (`cnf.jkt`, `dpop_jkt`). */
  readonly thumbprint: string;
  readonly #jwk: JsonWebKey;

  private constructor(keys: CryptoKeyPair, jwk: JsonWebKey, thumbprint: string) {
    this.keys = keys;
    this.#jwk = jwk;
    this.thumbprint = thumbprint;
  }

  /** Makes a fresh key. */
  static async generate(): Promise<Prover> {
    return Prover.from(await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]));
  }

  /** Takes a key pair of ECDSA with P-256. */
  static async from(keys: CryptoKeyPair): Promise<Prover> {
    const { crv, kty, x, y } = await crypto.subtle.exportKey("jwk", keys.publicKey);
    // RFC 7638 hashes the members in this order.
    const jwk = { crv, kty, x, y };
    return new Prover(keys, jwk as JsonWebKey, await digest(JSON.stringify(jwk)));
  }

  /** Returns a proof for one request; with the token that goes along, and with the nonce of a server that wants one. */
  async prove(method: string, url: string, token?: string, nonce?: string): Promise<string> {
    const header = { typ: "dpop+jwt", alg: "ES256", jwk: this.#jwk };
    const claims = {
      jti: base64url(crypto.getRandomValues(new Uint8Array(16))),
      htm: method,
      htu: url.split(/[?#]/, 1)[0],
      iat: Math.floor(Date.now() / 1000),
      ath: token === undefined ? undefined : await digest(token),
      nonce,
    };
    const signed = [header, claims].map((part) => base64url(encode(JSON.stringify(part)))).join(".");
    const algorithm = { name: "ECDSA", hash: "SHA-256" };
    const signature = await crypto.subtle.sign(algorithm, this.keys.privateKey, encode(signed));
    return `${signed}.${base64url(new Uint8Array(signature))}`;
  }

  toJSON(): string {
    return `Prover(${this.thumbprint})`;
  }
}

async function digest(text: string): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", encode(text))));
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function base64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
