import { cpSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { emptyRequest, type SavedRequest } from '../../../shared/contract/collections'
import { temporaryFolder } from '../../profiles/temporary.fixture'
import { stage } from './collections.fixture'

describe('publishing', () => {
  it('expands variables of the active environment, and keeps secrets out of files and previews', async () => {
    const { calls, save, text, own, dataDirectory, published, list } = await stage()
    const path = await save('a', { topic: 'home/{{room}}', payload: '{{room}} {{token}} {{key}}' })
    const preview = async () =>
      calls['collections.preview']({
        collection: 'default',
        path,
        request: (await calls['collections.request']({ collection: 'default', path }))!,
        connectionId: null
      })
    expect((await preview()).faults.map(({ field, name }) => [field, name])).toEqual([
      ['topic', 'room'],
      ['payload', 'room'],
      ['payload', 'token'],
      ['payload', 'key']
    ])
    const variable = (name: string, kind: 'text' | 'secret' | 'env', value: string) => ({
      name,
      kind,
      value,
      known: true
    })
    await calls['collections.setVariables']({
      collection: 'default',
      name: 'Home',
      variables: [
        variable('room', 'text', 'kitchen'),
        variable('token', 'secret', 'hunter2'),
        variable('key', 'env', 'PLANT_KEY')
      ],
      environments: [{ name: 'Lab', variables: [variable('room', 'text', 'lab')] }]
    })
    expect((await list()).variables.map(({ known }) => known)).toEqual([true, false, true])
    await calls['collections.setSecret']({
      collection: 'default',
      environment: null,
      name: 'token',
      value: 'hunter2'
    })
    expect((await list()).variables[1]).toEqual({ name: 'token', kind: 'secret', value: '', known: true })
    expect(await preview()).toMatchObject({
      topic: 'home/kitchen',
      payload: 'kitchen •••••• ••••••',
      faults: []
    })
    expect(await text(path)).toBe('kitchen hunter2 from the process')
    await calls['collections.setEnvironment']({ name: 'Lab' })
    expect(await text(path)).toBe('lab hunter2 from the process')
    expect(published.map(({ topic }) => topic)).toEqual(['home/kitchen', 'home/lab'])
    for (const name of readdirSync(dataDirectory, { recursive: true, encoding: 'utf8' })) {
      const full = join(dataDirectory, name)
      if (statSync(full).isFile()) expect(readFileSync(full, 'latin1'), name).not.toContain('hunter2')
    }
    // Another computer has the files, and asks for the secret.
    const other = temporaryFolder()
    cpSync(own, join(other, 'collections'), { recursive: true })
    const elsewhere = await stage(other)
    expect((await elsewhere.list()).variables[1]).toMatchObject({ kind: 'secret', known: false })
    expect(await elsewhere.text(path)).toMatchObject([{ code: 'NO_SECRET', name: 'token' }])
  })

  it('advances counters with each message that is sent, and with nothing else', async () => {
    const { save, text, calls, setOnline } = await stage()
    const path = await save('n', { payload: '{{$counter}}' })
    const request = (await calls['collections.request']({ collection: 'default', path }))!
    const preview = async (): Promise<string> =>
      (await calls['collections.preview']({ collection: 'default', path, request, connectionId: null }))
        .payload
    expect([await preview(), await preview()]).toEqual(['1', '1'])
    expect([await text(path), await text(path)]).toEqual(['1', '2'])
    setOnline(false)
    await expect(text(path)).rejects.toMatchObject({ code: 'NOT_CONNECTED' })
    setOnline(true)
    expect(await preview()).toBe('3')
    expect(await Promise.all([text(path), text(path)])).toHaveLength(2)
    expect(await preview()).toBe('5')
  })

  it('checks what is expanded against the JSON Schema that is bound to its topic', async () => {
    const { save, calls } = await stage()
    const path = await save('lamp', {
      topic: 'lamps/{{$choice hall}}',
      payload: '{ "level": {{$choice 300}} }'
    })
    const request = (await calls['collections.request']({ collection: 'default', path }))!
    const preview = async (changes: Partial<SavedRequest> = {}, connectionId: string | null = 'plant') =>
      (
        await calls['collections.preview']({
          ...{ collection: 'default', path, request: { ...request, ...changes }, connectionId }
        })
      ).check
    expect(await preview()).toEqual({
      filter: 'lamps/+',
      schema: 'lamp.json',
      violations: [
        { path: '', keyword: 'required', detail: 'on' },
        { path: '/level', keyword: 'maximum', detail: '100' }
      ],
      fault: null
    })
    expect(await preview({ payload: '{ "on": true }' })).toMatchObject({ violations: [], fault: null })
    expect(await preview({ payload: 'on' })).toMatchObject({ fault: { code: 'MALFORMED' } })
    // Nothing to check: no payload, or none yet.
    for (const payload of ['', '{ "on": {{nothing}} }'])
      expect(await preview({ payload })).toMatchObject({ schema: 'lamp.json', violations: [], fault: null })
    // No schema: another topic, none yet, an encoded payload, no connection.
    expect(await preview({ topic: 'a' })).toBeNull()
    expect(await preview({ topic: 'lamps/{{nothing}}' })).toBeNull()
    expect(await preview({ encode: { format: 'cbor' } })).toBeNull()
    expect(await preview({}, null)).toBeNull()
  })

  it('encodes what is expanded, shows bytes and values, and never a secret in them', async () => {
    const { save, text, published, calls } = await stage()
    const encode = { format: 'cbor' as const }
    const path = await save('e', { payload: '{"n": {{$counter}}, "big": 18446744073709551615}', encode })
    const request = (await calls['collections.request']({ collection: 'default', path }))!
    const preview = (changes: Partial<SavedRequest> = {}) =>
      calls['collections.preview']({
        collection: 'default',
        path,
        request: { ...request, ...changes },
        connectionId: null
      })
    expect(await preview()).toMatchObject({
      payload: 'a2 61 6e 01 63 62 69 67 1b ff ff ff ff ff ff ff ff',
      decoded: '{\n  "n": 1,\n  "big": 18446744073709551615\n}',
      size: 17,
      faults: []
    })
    // Two at once get numbers of their own, although encoding is waited for.
    await Promise.all([text(path), text(path)])
    expect(published.map(({ payload }) => payload[3])).toEqual([1, 2])
    const fault = {
      field: 'payload',
      code: 'ENCODE_TYPE',
      name: 'metrics[0].value',
      detail: 'Double',
      line: 2
    }
    const wrong = '{"metrics": [{"name": "t", "type": "Double",\n"value": "warm"}]}'
    expect((await preview({ payload: wrong, encode: { format: 'sparkplug' } })).faults).toMatchObject([fault])
    expect(await text(path, { ...request, payload: wrong, encode: { format: 'sparkplug' } })).toMatchObject([
      fault
    ])
    expect(published).toHaveLength(2)
    const secret = await preview({ payload: '{"key": "{{$env PLANT_KEY}}"}' })
    expect(secret).toMatchObject({ payload: '{"key": "••••••"}', decoded: null, faults: [] })
  })

  it('sends bytes and properties as they are written, and nothing that is wrong', async () => {
    const { save, text, published, own } = await stage()
    writeFileSync(join(own, 'rows.csv'), 'id\n7\n8\n')
    const path = await save('p', {
      payload: '0x0{{$row rows.csv id}}, ff',
      format: 'hex',
      qos: 2,
      properties: {
        payloadFormat: 'bytes',
        contentType: 'x/{{$row rows.csv id}}',
        messageExpiry: '{{$random 5 5}}',
        responseTopic: 're/{{$row rows.csv id}}',
        correlation: { as: 'hex', text: '0{{$row rows.csv id}}' },
        userProperties: [
          { name: 'id', value: '{{$row rows.csv id}}' },
          { name: 'id', value: 'again' }
        ]
      }
    })
    await text(path)
    expect(published[0]).toEqual({
      topic: 'a',
      payload: Buffer.of(7, 0xff),
      qos: 2,
      retain: false,
      properties: {
        payloadFormat: 'bytes',
        contentType: 'x/7',
        messageExpiry: 5,
        responseTopic: 're/7',
        correlation: { as: 'hex', text: '07' },
        userProperties: [
          { name: 'id', value: '7' },
          { name: 'id', value: 'again' }
        ],
        topicAlias: null
      }
    })
    const wrong = async (changes: Partial<SavedRequest>): Promise<unknown> =>
      ((await text(path, { ...emptyRequest, topic: 'a', ...changes })) as { code: string }[]).map(
        ({ code }) => code
      )
    expect(await wrong({ topic: 'a/#' })).toEqual(['TOPIC'])
    expect(await wrong({ topic: '{{$choice ""}}' })).toEqual(['TOPIC'])
    expect(await wrong({ payload: '{"a":}', format: 'json' })).toEqual(['NOT_JSON'])
    expect(await wrong({ payload: 'abc', format: 'hex' })).toEqual(['NOT_HEX'])
    expect(await wrong({ payload: 'a*b=', format: 'base64' })).toEqual(['NOT_BASE64'])
    const { properties } = emptyRequest
    expect(await wrong({ properties: { ...properties, messageExpiry: '-1', responseTopic: 'a/+' } })).toEqual(
      ['PROPERTY', 'PROPERTY']
    )
    expect(await wrong({ payload: '{{$row ../profiles.json id}}' })).toEqual(['ROWS_UNREADABLE'])
    symlinkSync('/etc/passwd', join(own, 'users.csv'))
    expect(await wrong({ payload: '{{$row users.csv id}}' })).toEqual(['ROWS_UNREADABLE'])
    expect(published).toHaveLength(1)
  })
})
