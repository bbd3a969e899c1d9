import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { defaultProfile, type Profile } from '../../../shared/contract/profiles'
import { stage } from './collections.fixture'

const SETTINGS = `
variables:
  broker: plant.example
  site: plant/one
  token: { secret: true }
  key: { env: PLANT_KEY }
  wild: a/#/b
  number: '{{$counter}}'
environments:
  Lab:
    broker: ' lab.example '
`

/** Collections whose own one has the variables, and in the active environment Lab the secret `token`. */
async function withVariables() {
  const staged = await stage()
  const { calls, own, collections } = staged
  writeFileSync(join(own, 'collection.yaml'), SETTINGS)
  await calls['collections.setSecret']({
    ...{ collection: 'default', environment: null },
    ...{ name: 'token', value: 'hunter2' }
  })
  await calls['collections.setEnvironment']({ name: 'Lab' })
  await collections.change('default', () => Promise.resolve())
  return staged
}

function profile(changes: Partial<Profile>): Profile {
  return {
    ...defaultProfile('one'),
    id: 'p',
    name: 'Plant',
    host: 'h',
    subscriptions: [],
    secrets: {},
    ...changes
  }
}

it('stand in every text that a profile connects with; a secret of the keyring, too', async () => {
  const { collections } = await withVariables()
  const given = profile({
    protocol: 'wss',
    host: '{{broker}}',
    path: '/{{site}}',
    clientId: '{{site}}-{{$uuid}}',
    username: '{{key}}',
    will: { ...willOf('{{site}}/gone'), payload: '{{token}} \\{{' },
    subscriptions: [{ filter: '{{site}}/#', qos: 1 }],
    request: {
      headers: [
        { name: 'X-Site', value: '{{site}}', secret: null },
        { name: 'X-Key', value: '', secret: 'abc' }
      ],
      query: [{ name: 'q', value: '{{site}}', secret: null }]
    },
    connect: { ...defaultProfile('').connect, userProperties: [{ name: 'site', value: '{{site}}' }] }
  })
  const secrets = { password: '{{token}}', 'field:abc': 'k {{key}}', key: '{{not a text}}' }
  const made = await collections.profiles.resolve({ profile: given, secrets })
  expect(made.secrets).toEqual({
    password: 'hunter2',
    'field:abc': 'k from the process',
    key: '{{not a text}}'
  })
  expect(made.profile).toMatchObject({
    id: 'p',
    host: 'lab.example',
    path: '/plant/one',
    clientId: expect.stringMatching(/^plant\/one-[0-9a-f-]{36}$/) as string,
    username: 'from the process',
    will: { topic: 'plant/one/gone', payload: 'hunter2 {{' },
    subscriptions: [{ filter: 'plant/one/#', qos: 1, template: '{{site}}/#' }],
    request: {
      headers: [{ value: 'plant/one' }, { value: '', secret: 'abc' }],
      query: [{ value: 'plant/one' }]
    },
    connect: { userProperties: [{ name: 'site', value: 'plant/one' }] }
  })
})

it.each<[string, Partial<Profile>, object]>([
  [
    'has none of the name',
    { host: '{{brokr}}' },
    { field: 'host', code: 'UNKNOWN_VARIABLE', name: 'brokr', detail: 'broker' }
  ],
  ['is not closed', { username: '{{key' }, { field: 'username', code: 'NOT_CLOSED' }],
  ['is no host', { host: 'a {{site}}' }, { field: 'host', code: 'PROPERTY', detail: 'HOST_MALFORMED' }],
  [
    'is no topic',
    { will: willOf('{{wild}}') },
    { field: 'will.topic', code: 'PROPERTY', detail: 'TOPIC_WILDCARD' }
  ],
  [
    'is no filter',
    { subscriptions: [{ filter: '{{wild}}', qos: 0 }] },
    { field: 'subscriptions.0.filter', detail: 'FILTER_HASH_NOT_LAST' }
  ],
  [
    'is the filter of another subscription',
    {
      subscriptions: [
        { filter: 'plant/one', qos: 0 },
        { filter: '{{site}}', qos: 0 }
      ]
    },
    { field: 'subscriptions.1.filter', detail: 'FILTER_REPEATED' }
  ]
])('refuse a profile with the field and the reason if a variable %s', async (_what, changes, fault) => {
  const { collections } = await withVariables()
  await expect(
    collections.profiles.resolve({ profile: profile(changes), secrets: {} })
  ).rejects.toMatchObject({
    code: 'PROFILE_VARIABLES',
    details: { name: 'Plant', faults: [fault] }
  })
})

it('do not matter in what the profile does not send', async () => {
  const { collections } = await withVariables()
  const unused = profile({
    version: 4,
    path: '/{{nothing}}',
    request: { headers: [{ name: 'a', value: '{{nothing}}', secret: null }], query: [] },
    connect: { ...defaultProfile('').connect, userProperties: [{ name: '{{nothing}}', value: '' }] }
  })
  expect((await collections.profiles.resolve({ profile: unused, secrets: {} })).profile).toEqual(unused)
})

it('have one value for each connection, which the form shows before', async () => {
  const { collections, calls } = await withVariables()
  const numbered = profile({ clientId: '{{number}}-{{$uuid}}', username: '{{number}}' })
  const text = { text: numbered.clientId, isSecret: false }
  const shown = async () =>
    (await calls['profileVariables.resolve']({ profileId: 'p', fields: { clientId: text } })).fields[
      'clientId'
    ]!.text
  for (const number of ['1', '2']) {
    const before = await shown()
    expect(await shown()).toBe(before)
    const { profile: made } = await collections.profiles.resolve({ profile: numbered, secrets: {} })
    expect(made).toMatchObject({ clientId: before, username: number })
    expect(before).toMatch(new RegExp(`^${number}-`))
  }
})

it('are shown in the form without secrets, with the environment they come from', async () => {
  const { calls } = await withVariables()
  const text = (value: string, isSecret = false) => ({ text: value, isSecret })
  expect(
    await calls['profileVariables.resolve']({
      profileId: 'p',
      fields: {
        host: text('{{broker}}'),
        username: text('{{token}} {{site}}'),
        clientId: text('none'),
        path: text('/a b {{site}}'),
        'request.headers.0.value': text('{{site}}', true),
        password: { kept: 'password' }
      }
    })
  ).toEqual({
    environment: 'Lab',
    fields: {
      host: { text: ' lab.example ', faults: [] },
      username: { text: '•••••• plant/one', faults: [] },
      path: { text: '/a b plant/one', faults: [expect.objectContaining({ detail: 'PATH_MALFORMED' })] },
      'request.headers.0.value': { text: '••••••', faults: [] },
      password: { text: '••••••', faults: [] }
    }
  })
  await calls['collections.setEnvironment']({ name: 'Elsewhere' })
  const elsewhere = await calls['profileVariables.resolve']({
    profileId: null,
    fields: { host: text('{{broker}}') }
  })
  expect(elsewhere).toEqual({ environment: null, fields: { host: { text: 'plant.example', faults: [] } } })
})

function willOf(topic: string): NonNullable<Profile['will']> {
  return {
    ...{ topic, payload: '', qos: 0, retain: false, delay: 0 },
    properties: {
      ...{ payloadFormat: 'none', contentType: '', messageExpiry: null, responseTopic: '' },
      correlation: { as: 'text', text: '' },
      userProperties: []
    }
  }
}
