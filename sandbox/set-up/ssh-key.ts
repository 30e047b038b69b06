import { generateKeyPairSync, randomBytes } from 'node:crypto'

export type SshKey = { readonly privateText: string; readonly publicLine: string }

const TYPE = 'ssh-ed25519'
const BLOCK_BYTES = 8

/** A new Ed25519 key pair in OpenSSH's own formats, made without ssh-keygen. */
export function createSshKey(comment: string): SshKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const point = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  const seed = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url')
  const publicBlob = Buffer.concat([field(TYPE), field(point)])
  const check = randomBytes(4)
  const secret = Buffer.concat([check, check, field(TYPE), field(point), field(Buffer.concat([seed, point])), field(comment)])
  const padding = Buffer.from(Array.from({ length: (BLOCK_BYTES - (secret.length % BLOCK_BYTES)) % BLOCK_BYTES }, (_, at) => at + 1))
  const one = Buffer.from([0, 0, 0, 1])
  const body = [
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    one,
    field(publicBlob),
    field(Buffer.concat([secret, padding])),
  ]
  const lines =
    Buffer.concat(body)
      .toString('base64')
      .match(/.{1,70}/g) ?? []
  return {
    privateText: ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n'),
    publicLine: `${TYPE} ${publicBlob.toString('base64')} ${comment}`,
  }
}

/** A length-prefixed field of RFC 4251. */
function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content)
  const size = Buffer.alloc(4)
  size.writeUInt32BE(bytes.length)
  return Buffer.concat([size, bytes])
}

/** The line of git's `allowed_signers` that lets this key sign commits for an e-mail address. */
export const allowedSigner = (email: string, { publicLine }: SshKey): string =>
  `${email} namespaces="git" ${publicLine.split(' ').slice(0, 2).join(' ')}\n`
