import { describe, expect, it } from 'vitest'
import type { BrokerListener } from '../../../shared/contract/broker'
import { portFault } from '../../state/listener-words'
import { addressOf, freePortFrom, newListener, withKind } from './listeners'

const main: BrokerListener = { kind: 'tcp', host: '127.0.0.1', port: 1883 }
const tls: BrokerListener = { kind: 'tls', host: '0.0.0.0', port: 8883 }

describe('a new listener', () => {
  it('gets the usual port of its kind, on this computer only', () => {
    expect(newListener('tcp', [main])).toEqual({ kind: 'tcp', host: '127.0.0.1', port: 1884 })
    expect(newListener('tls', [main]).port).toBe(8883)
    expect(newListener('ws', [main]).port).toBe(9001)
    expect(newListener('wss', [main]).port).toBe(9002)
  })

  it('gets the next port that no listener has, of whatever kind', () => {
    expect(newListener('tls', [main, tls]).port).toBe(8884)
    expect(newListener('ws', [{ ...main, port: 9001 }, newListener('wss', [])]).port).toBe(9003)
    expect(freePortFrom(main, [{ ...main, port: 1884 }, main])).toBe(1885)
  })
})

describe('a listener of another kind', () => {
  it('moves from the usual port of the old kind to that of the new one, and keeps a chosen port', () => {
    expect(withKind(tls, 'ws', [main])).toEqual({ kind: 'ws', host: '0.0.0.0', port: 9001 })
    expect(withKind({ ...tls, port: 4000 }, 'ws', [main])).toEqual({
      kind: 'ws',
      host: '0.0.0.0',
      port: 4000
    })
    expect(withKind(tls, 'tcp', [main, { ...main, port: 1884 }]).port).toBe(1885)
  })
})

describe('the port of a listener', () => {
  it('is refused if another listener has it, at whichever address', () => {
    expect(portFault({ kind: 'ws', port: 8883 }, [main, tls])).toMatch(
      /^Port 8883 already belongs to another listener \(TLS\)/
    )
    expect(portFault({ kind: 'ws', port: 8884 }, [main, tls])).toBeNull()
  })

  it('of UDP may have the number of one of TCP', () => {
    const sn: BrokerListener = { ...tls, kind: 'sn' }
    expect(portFault(sn, [main, tls])).toBeNull()
    expect(portFault(tls, [main, sn])).toBeNull()
    expect(portFault(sn, [main, sn])).toMatch(/MQTT-SN/)
    expect(newListener('sn', [main, { ...main, port: 1884 }]).port).toBe(1884)
    expect(newListener('tcp', [main, { ...sn, port: 1884 }]).port).toBe(1884)
  })

  it('is refused if it is not a port', () => {
    for (const port of [0, 65_536, 1.5, NaN])
      expect(portFault({ kind: 'tcp', port }, [])).toContain('1 to 65535')
  })
})

describe('the address of a listener', () => {
  it('is one that clients on this computer can use, in the scheme of its kind', () => {
    expect(addressOf(main)).toBe('mqtt://127.0.0.1:1883')
    expect(addressOf(tls)).toBe('mqtts://127.0.0.1:8883')
    expect(addressOf({ ...tls, kind: 'ws', port: 9001 })).toBe('ws://127.0.0.1:9001/mqtt')
    expect(addressOf({ ...tls, kind: 'wss', port: 9002 })).toBe('wss://127.0.0.1:9002/mqtt')
  })
})
