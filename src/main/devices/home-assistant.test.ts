import { describe, expect, it } from 'vitest'
import { configTopic, readConfig, type HaConfig } from './ha-config'
import type { HaSource } from './ha-source'
import { applyTemplate } from './ha-template'
import { HomeAssistant } from './home-assistant'
import { MemoryBudget } from './memory-budget'

const NOW = 1_700_000_000_000
const look = {
  prefix: 'homeassistant',
  silentAfter: 86_400,
  filter: '',
  first: 0,
  count: 100,
  faultyOnly: false
}

/** A connection's topics with their newest messages, and the devices read from them. */
function connected(bytes?: number) {
  const topics = new Map<string, { id: number; at: number; payload: Buffer; retained: boolean | null }>()
  let id = 0
  let reads = 0
  const source: HaSource = {
    below: (path) =>
      [...topics]
        .filter(([name]) => name.startsWith(`${path}/`))
        .map(([name, { id }]) => ({ name, lastId: id })),
    newest: (path) =>
      Math.max(
        0,
        ...[...topics].filter(([name]) => name.startsWith(`${path}/`)).map(([, message]) => message.id)
      ),
    lastId: (topic) => topics.get(topic)?.id ?? 0,
    last: (topic, bytes) => {
      reads++
      const found = topics.get(topic)
      return found
        ? { receivedAt: found.at, size: found.payload.length, start: found.payload.subarray(0, bytes) }
        : null
    },
    retained: (topic) => topics.get(topic)!.retained
  }
  const home = new HomeAssistant(source, bytes === undefined ? undefined : new MemoryBudget(bytes))
  const send = (
    topic: string,
    payload: unknown,
    { ago = 0, retained = true }: { ago?: number; retained?: boolean | null } = {}
  ): void =>
    void topics.set(topic, {
      id: ++id,
      at: (NOW - ago * 1_000) * 1_000,
      payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
      retained
    })
  /** Asks until everything is read, as a page does. */
  const list = (more = {}) => {
    let page
    do page = home.list({ ...look, ...more }, NOW)
    while (page.loading !== null)
    return page
  }
  const device = (key: string) => home.device({ ...look, key }, NOW)!
  return { send, list, device, forget: (topic: string) => topics.delete(topic), reads: () => reads }
}

const read = (payload: unknown, component = 'sensor', object = 'o'): HaConfig =>
  readConfig(JSON.stringify(payload), component, object) as HaConfig

describe('a configuration', () => {
  it('has a topic with a component, an optional node, and an object', () => {
    expect(configTopic('homeassistant', 'homeassistant/sensor/o/config')).toEqual({
      component: 'sensor',
      object: 'o'
    })
    expect(configTopic('ha/x', 'ha/x/light/node/o/config')).toEqual({ component: 'light', object: 'node/o' })
    for (const topic of [
      'homeassistant/status',
      'homeassistant/sensor/config',
      'homeassistant/a/b/c/d/config',
      'x/sensor/o/config'
    ])
      expect(configTopic('homeassistant', topic)).toBeNull()
  })

  it('is read with abbreviations, and with the base topic in place of ~', () => {
    const { device, origin, entities } = read({
      '~': 'home/boiler',
      name: 'Temperature',
      stat_t: '~/state',
      cmd_t: 'x/~',
      uniq_id: 'b1',
      unit_of_meas: '°C',
      val_tpl: '{{ value_json.t }}',
      avty_t: 'lwt/~',
      pl_not_avail: 'gone',
      dev: {
        ids: ['b'],
        cns: [['mac', '02:00']],
        name: 'Boiler',
        mf: 'Acme',
        mdl: 'X',
        sw: '1',
        sa: 'Cellar'
      },
      o: { name: 'acme2mqtt', sw: '2.1' }
    })
    expect(device).toEqual({
      ids: ['i b', 'c mac 02:00'],
      name: 'Boiler',
      manufacturer: 'Acme',
      model: 'X',
      software: '1',
      hardware: null,
      area: 'Cellar'
    })
    expect(origin).toBe('acme2mqtt 2.1')
    expect(entities).toEqual([
      {
        key: '',
        component: 'sensor',
        name: 'Temperature',
        uniqueId: 'b1',
        unit: '°C',
        stateTopic: 'home/boiler/state',
        template: '{{ value_json.t }}',
        stateTopics: ['home/boiler/state'],
        availability: [{ topic: 'lwt/home/boiler', online: 'online', offline: 'gone', template: null }],
        availabilityMode: 'latest',
        faults: []
      }
    ])
  })

  it('takes its state from every topic except those for commands, attributes and availability', () => {
    const { entities } = read(
      {
        stat_t: 's',
        bri_stat_t: 'b',
        brightness_command_topic: 'c',
        set_pos_t: 'p',
        json_attr_t: 'j',
        act_t: 'a',
        availability_topic: 'v'
      },
      'light'
    )
    expect(entities[0]!.stateTopics).toEqual(['s', 'b', 'a'])
  })

  it('of a device has components that share the device section', () => {
    const { entities } = read(
      {
        dev: { ids: 'd' },
        o: { name: 'x' },
        state_topic: 'd/state',
        cmps: {
          temp: { p: 'sensor', name: 'Temp', val_tpl: '{{ value_json.t }}' },
          own: { platform: 'switch', stat_t: 'd/switch' },
          gone: { p: 'sensor' },
          odd: { name: 'Odd' },
          ['__proto__x']: null
        }
      },
      'device'
    )
    expect(
      entities.map(({ key, component, stateTopic, faults }) => [key, component, stateTopic, faults])
    ).toEqual([
      ['temp', 'sensor', 'd/state', []],
      ['own', 'switch', 'd/switch', []],
      ['odd', '?', 'd/state', ['NO_PLATFORM']]
    ])
  })

  it('without a state topic is faulty for a sensor, but not for a switch', () => {
    expect(read({ name: 'x' }).entities[0]!.faults).toEqual(['NO_STATE_TOPIC'])
    expect(read({ name: 'x' }, 'switch').entities[0]!.faults).toEqual([])
  })

  it.each(['{', '[]', '"x"', 'null'])('%s is not valid', (payload) => {
    expect(readConfig(payload, 'sensor', 'o')).toBe('NOT_JSON')
  })

  it('may have hostile names', () => {
    const payload =
      '{"__proto__":{"state_topic":"x"},"constructor":"y","device":{"ids":["__proto__"],"cns":[["mac",{"toString":1}]]},"stat_t":"s"}'
    const { device, entities } = readConfig(payload, 'sensor', 'o') as HaConfig
    expect([device!.ids, entities[0]!.stateTopics]).toEqual([['i __proto__', 'c mac'], ['s']])
  })
})

it.each([
  ['{"a":{"b":[1,2.5]}}', '{{ value_json.a.b[1] }}', '2.5'],
  ['{"a b":"x"}', "{{ value_json['a b'] }}", 'x'],
  ['{"t":21.37}', '{{ value_json.t | round(1) }}', '21.37'],
  ['{"t":{"u":1}}', '{{ value_json.t }}', '{"u":1}'],
  ['{"t":1}', '{{ value_json.x }}', '{"t":1}'],
  ['{"t":1}', '{% if value_json.t %}on{% endif %}', '{"t":1}'],
  ['plain', '{{ value_json.t }}', 'plain'],
  ['{"t":1}', '{{ value_json.constructor }}', '{"t":1}'],
  ['plain', null, 'plain']
])('of %s the template %s takes %s', (payload, template, value) => {
  expect(applyTemplate(payload, template)).toBe(value)
})

describe('devices', () => {
  const temp = { name: 'Temp', stat_t: 'b/t', uniq_id: 'b1', dev: { ids: ['b'], name: 'Boiler' } }

  it('are merged from configurations that share an identifier or a connection', () => {
    const { send, list, device } = connected()
    send('homeassistant/sensor/b1/config', temp)
    send('homeassistant/sensor/b2/config', {
      name: 'Flow',
      stat_t: 'b/f',
      dev: { ids: ['x', 'b'], mf: 'Acme' }
    })
    send('homeassistant/switch/c1/config', { name: 'Pump', dev: { cns: [['mac', '1']] } })
    send('b/t', '21.5')
    send('b/f', '3')
    expect(list()).toMatchObject({ loading: null, devices: 2, entities: 3, faulty: 0 })
    expect(list().rows).toMatchObject([
      { name: 'Boiler', manufacturer: 'Acme', model: null, entities: 2 },
      { name: 'mac 1', manufacturer: null, model: null, entities: 1 }
    ])
    expect(device('i b').rows).toMatchObject([
      { name: 'Temp', value: '21.5', stateTopic: 'b/t', messageId: 4 },
      { name: 'Flow', value: '3' }
    ])
  })

  it('are flagged if a configuration is known not to be retained', () => {
    const { send, list } = connected()
    send('b/t', '1')
    send('homeassistant/sensor/b1/config', temp, { retained: false })
    expect(list().rows[0]!.faults).toEqual(['NOT_RETAINED'])
    send('homeassistant/sensor/b1/config', temp, { retained: null })
    expect(list().rows[0]!.faults).toEqual([])
  })

  it('are flagged when they are silent', () => {
    const { send, list } = connected()
    send('homeassistant/sensor/b1/config', temp)
    expect(list().rows[0]).toMatchObject({ faults: ['SILENT'], lastHeard: 0 })
    send('b/t', '1', { ago: 90_000 })
    expect(list().rows[0]!.faults).toEqual(['SILENT'])
    expect(list({ silentAfter: 604_800 }).rows[0]!.faults).toEqual([])
    send('b/t', '1', { ago: 100 })
    expect(list().rows[0]).toMatchObject({ faults: [], lastHeard: (NOW - 100_000) * 1_000 })
  })

  it('are online or offline according to their availability', () => {
    const { send, list } = connected()
    const availability = [{ t: 'bridge' }, { topic: 'b/avail', value_template: '{{ value_json.state }}' }]
    send('b/t', '1')
    send('homeassistant/sensor/b1/config', { ...temp, availability, avty_mode: 'all' })
    expect(list().rows[0]!.availability).toBeNull()
    send('bridge', 'online')
    expect(list().rows[0]!.availability).toBe('offline')
    send('b/avail', { state: 'online' })
    expect(list().rows[0]!.availability).toBe('online')
    send('homeassistant/sensor/b1/config', { ...temp, availability })
    send('bridge', 'offline')
    expect(list().rows[0]!.availability).toBe('offline')
  })

  it('disappear when removed, and unreadable configurations are listed separately', () => {
    const { send, list, device, forget } = connected()
    send('homeassistant/sensor/b1/config', temp)
    send('homeassistant/sensor/odd/config', '{"name":')
    send('homeassistant/sensor/huge/config', `"${'x'.repeat(300_000)}"`)
    expect(list().rows[0]).toMatchObject({ broken: true, faults: ['NOT_JSON', 'TOO_LARGE'] })
    expect(device('broken').rows[0]).toMatchObject({ name: 'homeassistant/sensor/odd/config', configId: 2 })
    send('homeassistant/sensor/b1/config', '')
    forget('homeassistant/sensor/huge/config')
    expect(list()).toMatchObject({ devices: 0, total: 1, faulty: 1 })
  })

  it('are found by their name, the names of their entities, and their faults', () => {
    const { send, list } = connected()
    send('homeassistant/sensor/b1/config', temp)
    send('homeassistant/sensor/c1/config', { name: 'Other', stat_t: 'c', dev: { ids: 'c', name: 'Car' } })
    send('b/t', '1')
    expect(list({ filter: 'TEMP' }).rows.map(({ name }) => name)).toEqual(['Boiler'])
    expect(list({ faultyOnly: true }).rows.map(({ name }) => name)).toEqual(['Car'])
    expect(list({ first: 1, count: 5 })).toMatchObject({ total: 2, rows: [{ name: 'Car' }] })
  })

  it('are not read again while nothing changes', () => {
    const { send, list, reads } = connected()
    send('homeassistant/sensor/b1/config', temp)
    send('b/t', '1')
    list()
    const before = reads()
    list()
    expect(reads()).toBe(before)
  })

  it('that were removed are not read again when others change', () => {
    const { send, list, reads } = connected()
    for (let i = 0; i < 10; i++) send(`homeassistant/sensor/gone${i}/config`, '')
    expect(list()).toMatchObject({ loading: null, total: 0 })
    send('homeassistant/switch/b1/config', { name: 'Pump', dev: { ids: 'b' } })
    expect(list()).toMatchObject({ loading: null, total: 1 })
    expect(reads()).toBe(11)
    send('homeassistant/sensor/gone0/config', { name: 'Back', dev: { ids: 'c' } })
    expect(list().total).toBe(2)
  })

  it('beyond the memory budget are left out, counted, and read once', () => {
    const { send, list, reads } = connected(20_000)
    for (let i = 0; i < 100; i++)
      send(`homeassistant/switch/s${i}/config`, { name: 'Pump', dev: { ids: `d${i}` } })
    const { devices, leftOut, loading } = list()
    expect([loading, devices + leftOut]).toEqual([null, 100])
    expect(leftOut).toBeGreaterThan(50)
    send('homeassistant/switch/s0/config', '')
    expect(list().devices).toBe(devices - 1)
    expect(reads()).toBe(101)
    expect(list({ prefix: 'other' })).toMatchObject({ devices: 0, leftOut: 0 })
  })

  it('are heard again after another prefix was shown', () => {
    const { send, list, reads } = connected()
    send('homeassistant/sensor/b1/config', temp)
    send('b/t', '1')
    list()
    expect(reads()).toBe(2)
    list({ prefix: 'other' })
    list()
    expect(reads()).toBe(4)
  })
})
