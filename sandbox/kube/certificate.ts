import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'

/** PEM certificate and PKCS#8 key. */
export type Identity = { readonly certificate: string; readonly key: string }
type Issuer = { readonly name: string; readonly privateKey: KeyObject; readonly publicKey: KeyObject }

// DER by hand (ITU-T X.690, RFC 5280), because node:crypto reads certificates but cannot sign one.
const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts)
  const size = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), body])
}
const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts)
const integer = (bytes: Uint8Array) => der(0x02, bytes)
const octets = (bytes: Uint8Array) => der(0x04, bytes)
const bits = (bytes: Uint8Array, unused = 0) => der(0x03, Buffer.from([unused]), bytes)
const text = (value: string) => der(0x0c, Buffer.from(value))
const yes = der(0x01, Buffer.from([0xff]))
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))

const OID = { commonName: '550403', ecdsaSha256: '2a8648ce3d040302', subjectKey: '551d0e', authorityKey: '551d23', usage: '551d0f', constraints: '551d13', altName: '551d11', extendedUsage: '551d25', serverAuth: '2b06010505070301' } // prettier-ignore

const named = (name: string) => sequence(der(0x31, sequence(oid(OID.commonName), text(name))))
const time = (at: Date) => der(0x18, Buffer.from(at.toISOString().replace(/[-:T]|\.\d+/g, '')))
const extension = (id: string, critical: boolean, value: Uint8Array) => sequence(oid(id), ...(critical ? [yes] : []), octets(value))
const keyId = (key: KeyObject) =>
  createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest()
const pem = (bytes: Buffer) =>
  `-----BEGIN CERTIFICATE-----\n${(bytes.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`

function certify(subject: string, key: KeyObject, issuer: Issuer, extensions: readonly Buffer[], now: Date): string {
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x01 // positive and without a leading zero byte
  const algorithm = sequence(oid(OID.ecdsaSha256))
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    algorithm,
    named(issuer.name),
    sequence(time(new Date(now.getTime() - 86_400_000)), time(new Date(now.getTime() + 3650 * 86_400_000))),
    named(subject),
    key.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        extension(OID.subjectKey, false, octets(keyId(key))),
        extension(OID.authorityKey, false, sequence(der(0x80, keyId(issuer.publicKey)))),
        ...extensions,
      ),
    ),
  )
  return pem(sequence(body, algorithm, bits(sign('sha256', body, issuer.privateKey))))
}

const pkcs8 = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()

/** A new authority and a server certificate for localhost and 127.0.0.1, ECDSA P-256, valid for ten years. */
export function createCertificates(now: Date): { readonly authority: string; readonly server: Identity } {
  const root = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const leaf = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issuer = { name: 'vortex-sandbox-ca', ...root }
  const authority = certify(
    issuer.name,
    root.publicKey,
    issuer,
    [extension(OID.constraints, true, sequence(yes)), extension(OID.usage, true, bits(Buffer.from([0x06]), 1))],
    now,
  )
  const names = sequence(
    der(0x82, Buffer.from('localhost')),
    der(0x87, Buffer.from([127, 0, 0, 1])),
    der(0x87, Buffer.from('1'.padStart(32, '0'), 'hex')),
  )
  const certificate = certify(
    'kube-apiserver',
    leaf.publicKey,
    issuer,
    [
      extension(OID.usage, true, bits(Buffer.from([0x80]), 7)),
      extension(OID.extendedUsage, false, sequence(oid(OID.serverAuth))),
      extension(OID.altName, false, names),
    ],
    now,
  )
  return { authority, server: { certificate, key: pkcs8(leaf.privateKey) } }
}
