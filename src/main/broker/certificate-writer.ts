import { createHash, randomBytes, sign, X509Certificate, type KeyObject } from 'node:crypto'
import { isIP } from 'node:net'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version
} from '@peculiar/asn1-x509'

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2'
const COMMON_NAME = '2.5.4.3'
/** Longest common name in characters (RFC 5280, appendix A). */
const LONGEST_NAME = 64
const DAY = 86_400_000
/** Clocks of devices may be slow by this many ms. */
const CLOCK_SLACK = 3_600_000

/** `now` is in ms since 1970 UTC. */
interface Period {
  now: number
  days: number
}

/** Writes a certificate authority's own certificate as PEM (RFC 5280). It cannot sign other authorities. */
export function writeCaCertificate(
  computer: string,
  publicKey: KeyObject,
  privateKey: KeyObject,
  period: Period
): string {
  const name = nameOf(`Treetop CA of ${computer}`)
  const spki = spkiOf(publicKey)
  return write({ subject: name, issuer: name, spki, signingKey: privateKey, period }, [
    extension(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }), true),
    extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign), true),
    extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdentifier(spki)))
  ])
}

/** Writes a server's certificate as PEM (RFC 5280). `names` are host names and addresses. */
export function writeServerCertificate(
  names: string[],
  publicKey: KeyObject,
  ca: { certificate: X509Certificate; key: KeyObject },
  period: Period
): string {
  const issuer = AsnConvert.parse(ca.certificate.raw, Certificate).tbsCertificate
  const spki = spkiOf(publicKey)
  const subject = nameOf('Treetop broker')
  const altNames = names.map((name) => new GeneralName(isIP(name) ? { iPAddress: name } : { dNSName: name }))
  return write({ subject, issuer: issuer.subject, spki, signingKey: ca.key, period }, [
    extension(id_ce_basicConstraints, new BasicConstraints(), true),
    extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), true),
    extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth])),
    extension(id_ce_subjectAltName, new SubjectAlternativeName(altNames)),
    extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdentifier(spki))),
    extension(
      id_ce_authorityKeyIdentifier,
      new AuthorityKeyIdentifier({
        keyIdentifier: new KeyIdentifier(keyIdentifier(issuer.subjectPublicKeyInfo))
      })
    )
  ])
}

function write(
  {
    subject,
    issuer,
    spki,
    signingKey,
    period: { now, days }
  }: { subject: Name; issuer: Name; spki: SubjectPublicKeyInfo; signingKey: KeyObject; period: Period },
  extensions: Extension[]
): string {
  const notBefore = now - CLOCK_SLACK
  const signatureAlgorithm = new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 })
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: serialNumber(),
    signature: signatureAlgorithm,
    issuer,
    validity: new Validity({ notBefore: new Date(notBefore), notAfter: new Date(notBefore + days * DAY) }),
    subject,
    subjectPublicKeyInfo: spki,
    extensions: new Extensions(extensions)
  })
  const signature = sign('sha256', new Uint8Array(AsnConvert.serialize(tbsCertificate)), signingKey)
  const certificate = new Certificate({
    tbsCertificate,
    signatureAlgorithm,
    signatureValue: arrayBuffer(signature)
  })
  return new X509Certificate(Buffer.from(AsnConvert.serialize(certificate))).toString()
}

/** Random, positive and without leading zeros (RFC 5280, 4.1.2.2). */
function serialNumber(): ArrayBuffer {
  const bytes = randomBytes(16)
  bytes[0] = (bytes[0]! & 0x3f) | 0x40
  return arrayBuffer(bytes)
}

function nameOf(commonName: string): Name {
  const value = new AttributeValue({ utf8String: [...commonName].slice(0, LONGEST_NAME).join('') })
  return new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: COMMON_NAME, value })])])
}

function spkiOf(publicKey: KeyObject): SubjectPublicKeyInfo {
  return AsnConvert.parse(publicKey.export({ type: 'spki', format: 'der' }), SubjectPublicKeyInfo)
}

/** SHA-1 of the public key, which is only an identifier (RFC 5280, 4.2.1.2, method 1). */
function keyIdentifier({ subjectPublicKey }: SubjectPublicKeyInfo): Buffer {
  return createHash('sha1').update(new Uint8Array(subjectPublicKey)).digest()
}

function extension(extnID: string, value: unknown, critical = false): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) })
}

function arrayBuffer(bytes: Buffer): ArrayBuffer {
  return Uint8Array.from(bytes).buffer
}
