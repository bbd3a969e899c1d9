import { expect, it } from 'vitest'
import { redactText, redactValue } from './redact'

const SECRET = 'hunter2'

it.each([
  `mqtt://anna:${SECRET}@broker.example/`,
  `wss://${SECRET}@broker.example:8084/mqtt`,
  `mqtts://anna:p@${SECRET}@broker.example`,
  `mqtt://anna:a/${SECRET}@broker.example`,
  `password=${SECRET}`,
  `brokerPassword: ${SECRET}`,
  `Password: correct horse ${SECRET}`,
  `{"password":"${SECRET}"}`,
  `{"password" : "a \\" ${SECRET}"}`,
  `{'password': '${SECRET}'}`,
  `{ password: '${SECRET}', host: 'x' }`,
  JSON.stringify({ inner: JSON.stringify({ password: SECRET }) }),
  JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ token: `x" ${SECRET}` }) }) }),
  `{"password":"cut off ${SECRET}`,
  `{"password":${'\n'} "${SECRET}"}`,
  `http://127.0.0.1:7883/?token=${SECRET}`,
  `http://127.0.0.1:7883/?a=b&access_token=${SECRET}#x`,
  `--token ${SECRET} --port 80`,
  `--broker-password=${SECRET}`,
  `Authorization: Basic ${SECRET}`,
  `authorization: Bearer ${SECRET}.${SECRET}`,
  `sent Bearer ${SECRET}${SECRET}`,
  `Cookie: treetop-7883=${SECRET}; other=1`,
  `set-cookie: treetop-7883=${SECRET}`,
  `authenticationData: ${SECRET}`,
  `auth-data=${SECRET}`,
  `x-api-key: ${SECRET}`,
  `-----BEGIN PRIVATE KEY-----\n${SECRET}\n-----END PRIVATE KEY-----`,
  `-----BEGIN RSA PRIVATE KEY-----\\n${SECRET}\\n-----END RSA PRIVATE KEY-----`,
  `-----BEGIN EC PRIVATE KEY-----\n${SECRET}`,
  `PASSPHRASE = "${SECRET}"`,
  `passwd="${'x'.repeat(9_000)}${SECRET}"`,
  `${'x '.repeat(4_090)}mqtt://anna:${SECRET}${'x'.repeat(99)}@h`,
  `${'x'.repeat(8_180)} password="${SECRET}"`
])('removes the secret from a text (%#)', (text) => {
  expect(redactText(text)).not.toContain(SECRET)
})

it('keeps texts without secrets', () => {
  for (const text of [
    'connection local: online 127.0.0.1:1883',
    'https://mqtt.org/mqtt-specification/?a=1#x',
    'mqtt://broker.example:1883/',
    'ENOENT: no such file, open /home/anna@work/x.db',
    'sequence 12 of 14, keep alive 60'
  ])
    expect(redactText(text)).toBe(text)
})

it('keeps the host and path of a URL with credentials', () => {
  expect(redactText(`connect mqtt://anna:${SECRET}@broker.example:1883/x`)).toBe(
    'connect mqtt://[redacted]@broker.example:1883/x'
  )
})

it('redacts nested objects, lists, maps, sets and errors', () => {
  const error = Object.assign(new Error(`cannot reach mqtt://a:${SECRET}@h`), {
    options: { key: SECRET, cert: 'public' },
    cause: new Error(`password: ${SECRET}`)
  })
  const text = JSON.stringify(
    redactValue({
      list: [{ password: SECRET }, `token=${SECRET}`],
      map: new Map<unknown, unknown>([
        ['secret', SECRET],
        [{}, `pwd=${SECRET}`]
      ]),
      set: new Set([`mqtt://u:${SECRET}@h`]),
      error,
      errors: new AggregateError([new Error(`pass: ${SECRET}`)]),
      [`token=${SECRET}`]: 1,
      clientPassword: { anything: SECRET },
      secrets: [SECRET],
      kept: 'yes'
    })
  )
  expect(text).not.toContain(SECRET)
  expect(text).toContain('"kept":"yes"')
  expect(text).toContain('"cert":"public"')
})

it('never includes a payload', () => {
  const message = {
    topic: 'a',
    payload: 'on',
    willPayload: 'off',
    correlationData: 'x',
    bytes: Buffer.from('dark')
  }
  const text = JSON.stringify(redactValue(message))
  expect(text).toBe(
    '{"topic":"a","payload":"[redacted]","willPayload":"[redacted]","correlationData":"[redacted]","bytes":"[4 bytes]"}'
  )
})

it('runs no getters or toJSON, and limits cycles, depth and length', () => {
  const self: Record<string, unknown> = { name: 'x' }
  self['self'] = self
  const value = {
    self,
    get trap(): never {
      throw new Error('a getter ran')
    },
    toJSON: () => SECRET,
    deep: { a: { b: { c: { d: { e: SECRET } } } } },
    long: Array.from({ length: 1_000 }, (_, index) => index)
  }
  const text = JSON.stringify(redactValue(value))
  expect(text).not.toContain(SECRET)
  expect(text).toContain('[circular]')
  expect(text.length).toBeLessThan(1_000)
})
