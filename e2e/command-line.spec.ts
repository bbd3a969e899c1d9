import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { mosquittoPub } from './fixtures/clients'
import { TestProcess } from './fixtures/process'
import { built } from './fixtures/treetop'
import { expect, test } from './test'

const execute = promisify(execFile)
const entry = join(built, 'main/headless.js')

test('publishes, subscribes and asks on the shipped program, with a stored profile @every-host', async ({
  app,
  treetop,
  mosquitto
}) => {
  await mosquitto.start({ user: 'anna', password: 'sesame-7' })
  await app.newProfile({ name: 'Plant', host: '127.0.0.1', port: mosquitto.tcp }, async () => {
    await app.field('User name').fill('anna')
    await app.field('Password').fill('sesame-7')
  })
  await app.expectOnline('Plant')
  const place = ['--data-dir', treetop.dataDirectory, '--profile', 'Plant']
  const published = await treetop.command(
    'pub',
    ...place,
    '-t',
    'plant/lamp',
    '-m',
    'on',
    '-q',
    '1',
    '--retain'
  )
  expect(published).toEqual({ code: 0, output: '' })
  await app.select('plant/lamp')
  await expect(app.payload).toContainText('on')
  const heard = await treetop.command('sub', ...place, '-t', 'plant/#', '--count', '1', '-W', '20', '--json')
  expect(JSON.parse(heard.output)).toMatchObject({ topic: 'plant/lamp', payload: 'on', retain: true })
  expect(heard.code).toBe(0)
  const asked = await treetop.command('request', ...place, '-t', 'nobody', '-m', 'x', '--timeout', '0.5')
  expect(asked).toEqual({ code: 3, output: 'No answer came within 0.5 s.\n' })
  expect((await treetop.command('sub', '--help')).output).toContain(
    'Usage: treetop sub [options] -t FILTER... URL'
  )
  // The connection of the app has its own client id.
  await app.expectOnline('Plant')
})

test('a broker and its clients in a shell: pipes end quietly, and Ctrl+C cleanly', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'treetop-command-'))
  const broker = new TestProcess(process.execPath, [entry, 'broker', '-l', 'mqtt://127.0.0.1:0', '--verbose'])
  try {
    const [url] = await broker.until(/mqtt:\/\/127\.0\.0\.1:\d+/)
    const node = process.execPath
    const sub = `"${node}" "${entry}" sub ${url} -t '#' -q 1`
    // Only what is written behind the end of `head` tells the subscriber that nobody reads it any more.
    const ended = join(folder, 'ended')
    const heard = execute('sh', [
      '-c',
      `${sub} --reconnect 2>&1 | { head -n 2; exec <&-; touch "${ended}"; }`
    ])
    const recorded = new TestProcess(node, [
      entry,
      'record',
      url,
      '-q',
      '1',
      '-o',
      join(folder, 'all.treetop')
    ])
    await expect.poll(() => broker.output.split('connected with MQTT 5').length).toBe(3)
    const lines = execute('sh', [
      '-c',
      `{ echo line 1; echo line 2; while [ ! -e "${ended}" ]; do sleep 0.1; done; echo line 3; } |
        "${node}" "${entry}" pub ${url} -t log --stdin --lines -q 1`
    ])
    expect((await heard).stdout).toBe('log line 1\nlog line 2\n')
    await lines
    expect(await recorded.stop('SIGINT')).toBe(0)
    expect(recorded.output).toContain('Saved 3 messages to ')
    const both = join(folder, 'both.treetop')
    const parts = [join(folder, 'all.treetop'), join(folder, 'all.treetop')]
    const { stderr } = await execute(node, [entry, 'import', ...parts, '-o', both])
    expect(stderr).toBe(`Saved 6 messages to ${both}.\n`)
    const waiting = new TestProcess(node, [entry, 'sub', url, '-t', 'x', '--count', '1', '-i', 'waiting'])
    await broker.until(/"waiting" connected/)
    expect(await waiting.stop('SIGINT')).toBe(130)
    await broker.until(/"waiting" left: DISCONNECT 0x00/)
    expect(await broker.stop('SIGINT')).toBe(0)
  } finally {
    await broker.stop('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
})

test('an assistant reads histories over MCP while Treetop records, and publishes only where that is allowed', async ({
  app,
  treetop
}) => {
  await app.startLocalBroker()
  for (let value = 0; value < 30; value++)
    mosquittoPub(treetop.brokerPort, 'plant/temp', JSON.stringify({ temp: 20 + value, unit: 'C' }), '-q', '1')
  mosquittoPub(treetop.brokerPort, 'plant/lamp', 'on', '-q', '1', '-r')
  await app.select('plant/lamp')

  const client = new Client({ name: 'test-assistant', version: '1.2.3' })
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [entry, 'mcp', '--data-dir', treetop.dataDirectory],
      stderr: 'inherit'
    })
  )
  const call = async (
    name: string,
    given: Record<string, unknown> = {}
  ): Promise<Record<string, unknown>> => {
    const answer = await client.callTool({ name, arguments: given })
    if (answer.isError) throw new Error((answer.content as { text: string }[])[0]!.text)
    return answer.structuredContent as Record<string, unknown>
  }
  try {
    const { tools } = await client.listTools()
    expect(tools.map(({ name, annotations }) => `${name} ${annotations?.readOnlyHint}`).sort()).toEqual([
      'get_message true',
      'list_connections true',
      'list_topics true',
      'publish_message false',
      'read_messages true',
      'read_series true',
      'search_messages true',
      'topic_schema true'
    ])
    const { connections } = await call('list_connections')
    expect(connections).toMatchObject([{ id: 'local', name: 'Local broker', mayPublish: false }])
    const connection = 'Local broker'
    expect(await call('list_topics', { connection, filter: 'plant/#' })).toMatchObject({
      topics: [
        { topic: 'plant/temp', messages: 30, newest: { payload: '{"temp":49,"unit":"C"}' } },
        { topic: 'plant/lamp', messages: 1, newest: { payload: 'on' } }
      ],
      next: null
    })
    // Pages of 20: each message once.
    const ids: number[] = []
    let cursor: string | null = null
    do {
      const page = await call('read_messages', {
        connection,
        filter: 'plant/temp',
        ...(cursor && { cursor })
      })
      ids.push(...(page['messages'] as { id: number }[]).map(({ id }) => id))
      cursor = page['next'] as string | null
    } while (cursor)
    expect(new Set(ids).size).toBe(30)
    const { messages } = await call('search_messages', {
      connection,
      text: '"temp":3',
      limit: 3,
      payloadLimit: 10
    })
    expect(messages).toMatchObject([
      { topic: 'plant/temp', payload: '{"temp":39', truncated: true },
      { payload: '{"temp":38' },
      { payload: '{"temp":37' }
    ])
    expect(await call('get_message', { connection, id: ids[0] })).toMatchObject({
      message: { topic: 'plant/temp', payload: '{"temp":49,"unit":"C"}' }
    })
    const series = await call('read_series', { connection, topic: 'plant/temp', pointer: '/temp' })
    expect(series).toMatchObject({ count: 30, intervals: null, complete: true })
    expect((series['values'] as { value: number }[]).map(({ value }) => value)).toEqual(
      Array.from({ length: 30 }, (_, index) => 20 + index)
    )
    const few = await call('read_series', { connection, topic: 'plant/temp', pointer: '/temp', limit: 2 })
    expect(few).toMatchObject({
      count: 30,
      values: null,
      intervals: [
        { minimum: 20, first: 20 },
        { maximum: 49, last: 49 }
      ]
    })
    expect(await call('topic_schema', { connection, topic: 'plant/temp' })).toMatchObject({
      messages: 30,
      formats: { json: 30 },
      schema: {
        type: 'object',
        required: ['temp', 'unit'],
        properties: {
          temp: { type: 'integer', minimum: 20, maximum: 49 },
          unit: { type: 'string', enum: ['C'] }
        }
      }
    })

    const order = { connection, topic: 'plant/lamp', payload: 'off', retain: true }
    await expect(call('publish_message', order)).rejects.toThrow(
      'Publishing is not allowed for "Local broker".'
    )
    await app.go('Connections')
    await app.button(/^Edit Local broker/).click()
    await app.page.getByRole('switch', { name: 'Allow publishing through MCP' }).click()
    await app.button('Save').click()
    await expect
      .poll(async () => (await call('list_connections'))['connections'])
      .toMatchObject([{ mayPublish: true }])
    expect(await call('publish_message', order)).toMatchObject({ outcome: 'puback' })
    await app.tab('Local broker').click()
    await app.select('plant/lamp')
    await expect(app.payload).toContainText('off')

    await expect(call('read_messages', { connection: 'Nowhere' })).rejects.toThrow(
      'There is no connection "Nowhere".'
    )
    await expect(call('read_messages', { connection, limit: 100_000 })).rejects.toThrow('limit')
  } finally {
    await client.close()
  }
  const log = join(treetop.dataDirectory, 'mcp-log.jsonl')
  if (process.platform !== 'win32') expect(statSync(log).mode & 0o777).toBe(0o600)
  const logged = readFileSync(log, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(logged[0]).toMatchObject({ client: 'test-assistant 1.2.3', tool: 'list_connections', outcome: 'ok' })
  expect(logged.filter(({ tool }) => tool === 'publish_message')).toMatchObject([
    { outcome: 'refused', arguments: { topic: 'plant/lamp', payload: 'off' } },
    { outcome: 'ok', arguments: { retain: true } }
  ])
})
