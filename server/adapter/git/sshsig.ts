import 'server-only'
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { AppError } from '#lib/error.ts'

/** SSHSIG with Ed25519 for Git (PROTOCOL.sshsig of OpenSSH): namespace `git`, SHA-512, no ssh-keygen needed. */
export type Signer = { readonly sign: (message: Uint8Array) => string; readonly publicKey: Uint8Array; readonly publicLine: string }

const MAGIC = Buffer.from('SSHSIG')
const KEY_TYPE = 'ssh-ed25519'
const NAMESPACE = 'git'
const HASH = 'sha512'
const [BEGIN, END] = ['-----BEGIN SSH SIGNATURE-----', '-----END SSH SIGNATURE-----']

/** Reads an Ed25519 private key: OpenSSH form without passphrase, or PKCS8 PEM. Throws AppError('invalid') with the way out. */
export function createSigner(pem: string): Signer {
  const key = privateKeyOf(pem)
  const raw = Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url')
  const publicKey = Buffer.concat([text(KEY_TYPE), text(raw)])
  return {
    publicKey,
    publicLine: `${KEY_TYPE} ${publicKey.toString('base64')}`,
    sign(message) {
      const signature = sign(null, signedPart(message, HASH), key)
      const blob = Buffer.concat([
        MAGIC,
        uint32(1),
        text(publicKey),
        text(NAMESPACE),
        text(''),
        text(HASH),
        text(Buffer.concat([text(KEY_TYPE), text(signature)])),
      ])
      const lines = blob.toString('base64').match(/.{1,70}/g) ?? []
      return [BEGIN, ...lines, END].join('\n')
    },
  }
}

/** The public key blob that made a valid signature over `message`; undefined when it does not hold or is no Ed25519 SSHSIG for Git. */
export function signerOf(message: Uint8Array, armored: string): Uint8Array | undefined {
  const body = armored.trim()
  if (!body.startsWith(BEGIN) || !body.endsWith(END)) return undefined
  try {
    const take = reader(Buffer.from(body.slice(BEGIN.length, -END.length).replace(/\s/g, ''), 'base64'))
    if (!take(MAGIC.length).equals(MAGIC) || take(4).readUInt32BE() !== 1) return undefined
    const [publicKey, namespace, , hash, signature] = [field(take), field(take), field(take), field(take), field(take)]
    const [keyTake, sigTake] = [reader(publicKey), reader(signature)]
    const types = [field(keyTake).toString(), field(sigTake).toString(), namespace.toString()]
    if (types.join() !== [KEY_TYPE, KEY_TYPE, NAMESPACE].join()) return undefined
    const algorithm = hash.toString()
    if (algorithm !== 'sha512' && algorithm !== 'sha256') return undefined
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: field(keyTake).toString('base64url') }, format: 'jwk' })
    return verify(null, signedPart(message, algorithm), key, field(sigTake)) ? publicKey : undefined
  } catch {
    return undefined
  }
}

/** Public key blobs of a list as ssh-keygen writes it: `ssh-ed25519 <base64> comment`, `#` begins a remark. Throws AppError('invalid') on another line. */
export function publicKeysOf(text: string): readonly Uint8Array[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('#'))
  return lines.map((line) => {
    const [, base64] = /^\s*ssh-ed25519\s+([A-Za-z0-9+/=]+)(?:\s|$)/.exec(line) ?? []
    if (base64 === undefined)
      throw new AppError('invalid', 'The list of known signing keys holds a line that is no ssh-ed25519 public key.')
    return Buffer.from(base64, 'base64')
  })
}

const signedPart = (message: Uint8Array, algorithm: 'sha512' | 'sha256'): Buffer =>
  Buffer.concat([MAGIC, text(NAMESPACE), text(''), text(algorithm), text(createHash(algorithm).update(message).digest())])

function privateKeyOf(pem: string): KeyObject {
  try {
    const key = pem.includes('BEGIN OPENSSH PRIVATE KEY') ? fromOpenSsh(pem) : createPrivateKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('invalid', 'The signing key cannot be read. Give an Ed25519 key in OpenSSH or PKCS8 form.', { cause })
  }
  throw new AppError('invalid', 'The signing key is not an Ed25519 key. Make one with: ssh-keygen -t ed25519 -N "" -f vortex-signing-key')
}

/** openssh-key-v1: cipher, kdf, options, count, public, private (check, check, type, public, seed and public, comment). */
function fromOpenSsh(pem: string): KeyObject {
  const take = reader(Buffer.from(pem.replace(/-----[^-]+-----/g, '').replace(/\s/g, ''), 'base64'))
  take('openssh-key-v1\0'.length)
  if (field(take).toString() !== 'none')
    throw new AppError('invalid', 'The signing key has a passphrase. Vortex needs one without, readable only by its own user.')
  field(take)
  field(take)
  take(4)
  field(take)
  const inner = reader(field(take))
  inner(8)
  if (field(inner).toString() !== KEY_TYPE) throw new AppError('invalid', 'The signing key is not an Ed25519 key.')
  const publicKey = field(inner)
  const seed = field(inner).subarray(0, 32)
  return createPrivateKey({
    key: { kty: 'OKP', crv: 'Ed25519', d: seed.toString('base64url'), x: publicKey.toString('base64url') },
    format: 'jwk',
  })
}

type Take = (length: number) => Buffer

function reader(bytes: Buffer): Take {
  let at = 0
  return (length) => {
    if (at + length > bytes.length) throw new RangeError('cut short')
    at += length
    return bytes.subarray(at - length, at)
  }
}

const field = (take: Take): Buffer => take(take(4).readUInt32BE())

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function text(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([uint32(bytes.length), bytes])
}
